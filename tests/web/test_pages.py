"""What every answer carries, and what every failure says."""

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from community.app import all_routes, make_app
from community.web.bodies import with_at_most
from community.web.errors import on_http_error
from community.web.routing import GuardedRoute

pytestmark = pytest.mark.anyio

PAGES = ["/", "/signin", "/house-rules", "/nowhere", "/threads/999999999", "/healthz", "/static/nothing.css", "/files/1/a.svg"]


@pytest.mark.parametrize("path", PAGES)
async def test_safe_headers_are_on_every_answer(client, path) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "unsafe" not in headers["content-security-policy"]
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-src 'none'", "frame-ancestors 'none'"} <= set(
        policy
    )


async def test_what_is_hidden_and_what_is_absent_are_one_page_that_offers_to_sign_in(client) -> None:
    absent, closed = await client.get("/threads/999999999"), await client.get("/stewardship/dead-letters")
    assert (absent.status_code, closed.status_code) == (404, 404)
    assert "/signin?next=%2Fthreads%2F999999999" in absent.text
    assert "/signin?next=%2Fstewardship%2Fdead-letters" in closed.text


async def test_a_module_and_the_api_get_a_problem(client) -> None:
    for path, headers in (("/api/v1/nothing", {}), ("/nowhere", {"x-fragment": "1"})):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 404


async def test_a_body_over_the_limit_is_refused(client) -> None:
    answer = await client.post("/signin", data={"email": "a" * 200_000})
    assert answer.status_code == 413
    assert "Send a smaller file or a shorter text" in answer.text


@pytest.mark.parametrize(
    ("announced", "pieces", "read"), [(None, 40, 40), (40_000, 40, 40), (10**9, 40, 0), (None, 100_000, 32_770)]
)
async def test_what_is_too_much_is_read_and_thrown_away_up_to_a_bound(announced, pieces, read) -> None:
    """Who still sends hears no refusal through a proxy; who announces more than is ever read hears it at once."""
    left, headers = pieces, [] if announced is None else [(b"content-length", str(announced).encode())]

    async def receive() -> Message:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": b"x" * 1024, "more_body": left > 0}

    with pytest.raises(HTTPException, match="413"):
        await with_at_most(Request({"type": "http", "method": "POST", "headers": headers}, receive), 10_000).body()
    assert read - 2 <= pieces - left <= read


@pytest.mark.parametrize(
    ("announced", "waits", "closes"),
    [(b"40960", b"", False), (b"40960", b"100-continue", True), (b"9" * 30, b"", False), (b"-1", b"", False)],
)
async def test_who_waits_to_be_asked_is_asked_for_nothing_and_what_is_not_read_ends_the_line(announced, waits, closes) -> None:
    async def receive() -> Message:
        assert not closes, "nothing is asked for"
        return {"type": "http.request", "body": b"x" * 40_960, "more_body": False}

    headers = [(b"content-length", announced), (b"expect", waits)]
    request = with_at_most(Request({"type": "http", "method": "POST", "headers": headers}, receive), 10_000)
    for _ in range(2):  # who asks again is refused again, and does not wait for ever
        with pytest.raises(HTTPException) as refused:
            await request.receive()
        assert refused.value.status_code == 413
        assert dict(refused.value.headers or {}) == ({"connection": "close"} if closes and _ == 0 else {})


def test_only_static_files_are_served_without_a_bound_on_what_is_read() -> None:
    make_app()
    assert [route.path for route in all_routes() if not isinstance(route, GuardedRoute)] == ["/static/{path:path}"]


async def test_nul_is_refused_in_a_form(client) -> None:
    answer = await client.post("/signin", data={"email": "a\0b@example.org", "pass_phrase": "x"})
    assert answer.status_code == 422


async def test_an_unknown_field_is_refused(client) -> None:
    answer = await client.post("/signin", data={"email": "a@example.org", "pass_phrase": "x", "trust": "steward"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "sent",
    [
        {"files": [("file", (f"{number}.txt", b"x")) for number in range(41)]},
        {"data": {f"name{number}": "x" for number in range(401)}, "files": {"file": b""}},
        {"data": {f"name{number}": "x" for number in range(401)}},
        {"content": b"nothing", "headers": {"content-type": "multipart/form-data; boundary=b"}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
    ],
)
async def test_a_form_that_cannot_be_read_says_what_to_do(client, sent) -> None:
    answer = await client.post("/signin", **sent)
    assert (answer.status_code, "Go back, and send less at a time." in answer.text) == (422, True)


async def test_what_is_not_understood_is_not_told_as_our_failure(app) -> None:
    scope = {"type": "http", "app": app, "method": "GET", "path": "/", "query_string": b"", "headers": [(b"x-fragment", b"1")]}
    answer = await on_http_error(Request(scope), HTTPException(400))
    assert "This form was not understood" in bytes(answer.body).decode()


async def test_a_page_that_the_reader_holds_is_answered_304(client) -> None:
    path = (await client.get("/house-rules")).text.split('rel="stylesheet" href="')[1].split('"')[0]
    style = await client.get(path)
    assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path", ["/threads/" + "9" * 30, "/rooms/" + "9" * 30, "/waiting/" + "9" * 30, "/%00", "/people/%ff", "/?after=%00"]
)
async def test_strange_addresses_end_in_no_500(client, path) -> None:
    assert (await client.get(path)).status_code < 500


async def test_alive_and_ready(client) -> None:
    assert (await client.get("/healthz")).text == "ok\n"
    ready = await client.get("/readyz")
    assert ready.json()["parts"]["database"] == "ok: reachable"


async def test_metrics_are_closed_without_a_token(client) -> None:
    assert (await client.get("/metrics")).status_code == 404
