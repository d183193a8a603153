"""Addresses nobody ever linked to: each is a clear answer, on both databases."""

import pytest

from community.accounts.identity import cookie_name
from tests.factories import make_member

pytestmark = pytest.mark.anyio

STRANGE = [
    "%00",
    "a%00b",
    "%ff",
    "%F0%9F%92%A9",
    "%2e%2e",
    "a" * 3000,
    "%E2%80%AE",
    "'; DROP TABLE members; --",
    "1e9",
    "-1",
    "%25",
]
PLACES = ["/people/{}", "/people/{}/edit", "/institutions/{}", "/institutions/{}/edit", "/spaces/{}"]
QUERIES = [
    "/join?invite={}", "/confirm?token={}", "/reset?token={}", "/signin?next={}", "/people?q={}", "/people?help={}&country={}",
    "/people?after={}", "/institutions?q={}", "/institutions?field={}&before={}", "/people/suggest?q={}", "/forgotten?email={}",
]  # fmt: skip


@pytest.mark.parametrize("odd", STRANGE)
async def test_a_strange_address_is_a_clear_4xx(client, sign_in, odd):
    for place in PLACES:
        answer = await client.get(place.replace("{}", odd))
        assert 300 <= answer.status_code < 500, place
    await sign_in(client, await make_member())
    for place in PLACES:
        answer = await client.get(place.replace("{}", odd))
        assert 300 <= answer.status_code < 500, place
    for place in ("/spaces/{}/accept", "/spaces/{}/ask", "/institutions/{}/claim", "/people/{}/block"):
        answer = await client.post(place.replace("{}", odd))
        assert 400 <= answer.status_code < 500, place


@pytest.mark.parametrize("odd", STRANGE)
async def test_a_strange_question_is_answered(client, sign_in, odd):
    await sign_in(client, await make_member())
    for place in QUERIES:
        answer = await client.get(place.replace("{}", odd))
        assert answer.status_code < 500, place


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "9223372036854775807", "9223372036854775808"])
async def test_a_number_too_large_is_nobodys(client, sign_in, number):
    await sign_in(client, await make_member())
    for path in (f"/account/sessions/{number}/end", f"/account/blocked/{number}/end"):
        assert (await client.post(path)).status_code == 404, path


@pytest.mark.parametrize("cookie", ["x" * 5000, "%00", "a=b=c", "\u00e9", '"quoted"', "sess;ion"])
async def test_a_strange_cookie_is_a_guest(client, cookie):
    answer = await client.get("/account", headers={"Cookie": f"{cookie_name()}={cookie}".encode("latin-1")})
    assert answer.status_code == 404
    assert (await client.get("/people")).status_code == 200


@pytest.mark.parametrize("path", ["/signin", "/join", "/confirm", "/reset", "/forgotten", "/signout"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"email": "a@b.example"}'), ("text/plain", b"email=a"), ("application/x-www-form-urlencoded", b"%00=%00&email=%00"),
        ("application/x-www-form-urlencoded", b"email=" + b"x" * 60_000), ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("application/x-www-form-urlencoded", b"a=1&" * 500), ("application/x-www-form-urlencoded", b"email=%ff%fe"),
    ],
)  # fmt: skip
async def test_a_strange_body_is_a_clear_4xx(client, path, kind, body):
    answer = await client.post(path, content=body, headers={"Content-Type": kind})
    assert answer.status_code == 303 if path == "/signout" else 400 <= answer.status_code < 500


async def test_class_23_a_form_from_another_site_changes_nothing(client, sign_in):
    from community.accounts.models import Session

    await sign_in(client, await make_member())
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        for path in ("/signout", "/account/sessions/end-others", "/signin"):
            assert (await client.post(path, headers=headers)).status_code == 403
    assert await Session.all().count() == 1


@pytest.mark.parametrize("method", ["HEAD", "GET", "PUT", "DELETE", "OPTIONS"])
async def test_class_17_only_a_post_signs_out(client, sign_in, method):
    from community.accounts.models import Session

    await sign_in(client, await make_member())
    assert (await client.request(method, "/signout")).status_code in {404, 405}
    assert await Session.all().count() == 1


async def test_class_20_a_throttle_is_not_passed_by_other_spellings_or_forwarded_addresses(client):
    from community.web.limits import forget_throttles

    forget_throttles()
    spellings = ["/forgotten", "/forgotten/", "/FORGOTTEN", "/forgotten?x=1", "//forgotten", "/%66orgotten"]
    answers = [
        await client.post(
            spellings[number % 6], data={"email": f"a{number}@b.example"}, headers={"X-Forwarded-For": f"203.0.113.{number}"}
        )
        for number in range(60)
    ]
    assert sum(answer.status_code == 303 and answer.headers["location"] == "/signin" for answer in answers) <= 20
    assert (await client.post("/forgotten", data={"email": "last@b.example"})).status_code == 429
