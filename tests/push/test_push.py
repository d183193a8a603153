"""Pushes: what reaches a device, encrypted for it alone; when none does; and devices that are gone."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpcore2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from community import clock
from community.accounts.appointing import suspend
from community.accounts.blocking import block
from community.accounts.models import Session
from community.audience import member_key, revoke
from community.discussions.actions import NewThread, delete_reply
from community.discussions.keeping import mark_read
from community.doctor import pushes
from community.harvest.actions import harvest
from community.notifications.choosing import Choice, choose
from community.push import delivering
from community.push.encoding import decoded
from community.push.encrypting import encrypted
from community.push.models import PushDevice
from community.push.sending import Forbidden, Line, checked
from community.settings import settings
from community.storage import drain, execute, unit_of_work, value
from community.web.limits import forget_throttles
from tests.chat.factories import make_room, say
from tests.conftest import new_client
from tests.discussions.factories import make_reply, make_thread
from tests.factories import make_member, make_space, make_steward
from tests.push.services import HOST, Browser, Service, push_service
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

SOON, LATER = timedelta(seconds=15), timedelta(hours=3)


@pytest.fixture
async def service(tmp_path, monkeypatch, database):
    """A push service on this machine that every name leads to, and a house that may ask it."""

    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    forget_throttles()
    async with push_service(tmp_path) as made:
        line = Line(resolve=here, may_ask=lambda _address, _port: True, trust=lambda: made.trust, seconds=1)
        monkeypatch.setattr(delivering, "line", line)
        yield made


@pytest.fixture
async def amara(client, sign_in):
    member = await make_member("Amara Diallo")
    await sign_in(client, member)
    return member


async def ask(client: Any, browser: Browser, **more: str) -> int:
    return (await client.post("/account/push", data=browser.form() | more, headers={"X-Fragment": "1"})).status_code


async def sent(after: timedelta = SOON) -> None:
    await drain()
    with clock.frozen(clock.now() + after):
        await drain()


def heard(service: Service, browser: Browser) -> list[dict[str, str]]:
    return [json.loads(browser.read(body)) for _head, body in service.asked]


async def test_a_push_says_who_and_where_to_one_device_alone(service, client, amara) -> None:
    browser, bagus = service.browser(), await make_member("Bagus Prasetyo")
    assert await ask(client, browser) == 204
    thread = await make_thread(amara, "Which gauge?", "We braze copper.")
    reply = await make_reply(bagus, thread, "A *secret* ruler.")
    await drain()
    assert service.asked == []  # who reads it on the site meanwhile needs none
    await sent()
    [said] = heard(service, browser)
    assert said == {
        "title": "Bagus Prasetyo wrote in your discussion", "body": "Which gauge?", "href": f"/replies/{reply.id}",
        "tag": f"thread:{thread.id} reply", "lang": "en", "dir": "ltr",
    }  # fmt: skip
    [(head, body)] = service.asked
    assert (head[""], head["content-encoding"], head["ttl"]) == (
        f"POST {browser.endpoint[browser.endpoint.index('/to/') :]} HTTP/1.1",
        "aes128gcm",
        "43200",
    )
    assert len(head["topic"]) == 32
    assert (len(body) - 86 - 16) % 256 == 0
    for word in (b"Bagus", b"gauge", b"secret"):
        assert word not in body
    check_token(head["authorization"], f"https://{HOST}:{service.port}")
    await sent(LATER)
    assert len(service.asked) == 1


def check_token(header: str, audience: str) -> None:
    token, key = header.removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    both = decoded(signature)
    public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decoded(key))
    r, s = int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big")
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ECDSA(SHA256()))
    said = json.loads(decoded(claims))
    assert said["aud"] == audience
    assert 0 < said["exp"] - clock.now().timestamp() < 86400
    assert said["sub"].startswith("https://")


def test_the_encryption_is_that_of_the_standards_example() -> None:
    """RFC 8291, appendix A."""
    once = derive_private_key(int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), SECP256R1())
    body = encrypted(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg",
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"), once=once, step=1,
    )  # fmt: skip
    assert body == decoded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    with pytest.raises(ValueError, match="too long"):
        encrypted(b"x" * 2049, "", "")


async def test_of_a_closed_place_the_screen_shows_no_name(service, client, amara) -> None:
    bagus, browser = await make_member("Bagus Prasetyo"), service.browser()
    space = await make_space([amara, bagus])
    await ask(client, browser)
    thread = await make_thread(amara, "A delicate matter", "Among us.", place=f"space:{space.id}")
    await make_reply(bagus, thread)
    await sent()
    [said] = heard(service, browser)
    assert (said["title"], said["body"]) == ("Bagus Prasetyo wrote in your discussion", "")
    assert "delicate" not in repr(said)


@pytest.mark.parametrize("what", ["read", "deleted", "left", "blocked", "suspended", "unwanted", "signed out", "removed"])
async def test_none_leaves_for_what_is_read_gone_lost_or_not_wanted(service, client, amara, what) -> None:
    bagus = await make_member("Bagus Prasetyo")
    space = await make_space([amara, bagus])
    await ask(client, service.browser())
    thread = await make_thread(amara, place=f"space:{space.id}")
    reply = await make_reply(bagus, thread)
    await drain()
    viewer = await viewer_of(amara)
    match what:
        case "read":
            await mark_read(viewer, thread.id, 2)
        case "deleted":
            await delete_reply(await viewer_of(bagus), reply.id)
        case "left":
            async with unit_of_work():
                await revoke(space.key, member_key(amara.id))
        case "blocked":
            await block(viewer, bagus.id)
        case "suspended":
            await suspend(await viewer_of(await make_steward()), amara.id)
        case "unwanted":
            await choose(viewer, [Choice("reply", bell=True, mail="no", push=False)], "weekly", None)
        case "signed out":
            await client.post("/signout")
        case "removed":
            assert (await client.post(f"/account/push/{(await PushDevice.get()).id}/remove")).status_code == 303
    await sent()
    assert service.asked == []
    assert await value("SELECT COUNT(*) FROM jobs WHERE name LIKE '%pushing%'") == 0


async def test_quiet_hours_hold_for_pushes_too(service, client, amara) -> None:
    bagus, night = await make_member("Bagus Prasetyo"), datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    await ask(client, service.browser())
    async with unit_of_work():
        await execute("UPDATE sessions SET expires_at = :at", at=night + timedelta(days=30))
    await choose(await viewer_of(amara), [], "weekly", (22, 7))
    thread = await make_thread(amara)
    with clock.frozen(night):
        await make_reply(bagus, thread)
        await drain()
    with clock.frozen(night + timedelta(hours=7)):
        await drain()
        assert service.asked == []
    with clock.frozen(night + timedelta(hours=8, minutes=1)):
        await drain()
    assert len(service.asked) == 1


@pytest.mark.parametrize("answer", ["404 Not Found", "410 Gone"])
async def test_a_device_that_is_gone_is_forgotten(service, client, amara, answer) -> None:
    service.answers = [f"{answer}\r\nContent-Length: 0"]
    await ask(client, service.browser())
    thread = await make_thread(amara)
    await make_reply(await make_member("Bagus Prasetyo"), thread)
    await sent()
    assert await PushDevice.all().count() == 0
    assert await value("SELECT COUNT(*) FROM jobs WHERE name LIKE '%pushing%'") == 0


async def test_a_busy_service_is_asked_again_when_it_says_and_not_for_ever(service, client, amara) -> None:
    service.answers = ["429 Too Many\r\nRetry-After: 600", "503 Away", None, "201 Created"]
    browser = service.browser()
    await ask(client, browser)
    await make_reply(await make_member("Bagus Prasetyo"), await make_thread(amara))
    await sent()
    assert len(service.asked) == 1
    await sent(timedelta(minutes=9))
    assert len(service.asked) == 1
    for minutes, times in ((11, 2), (14, 3), (19, 4)):
        await sent(timedelta(minutes=minutes))
        assert len(service.asked) == times
    assert len({said["tag"] for said in heard(service, browser)}) == 1
    assert (await PushDevice.get()).failures == 0
    service.answers = ["500 Broken"]
    await make_reply(await make_member("Mika Lehtola"), await make_thread(amara, "Another"))
    for hours in range(12):
        await sent(timedelta(hours=hours))
    assert len(service.asked) == 9
    assert await value("SELECT COUNT(*) FROM jobs WHERE name LIKE '%pushing%'") == 0
    assert (await PushDevice.get()).failures == 5


@pytest.mark.parametrize(
    "answer", ["201\r\n" + "X: y\r\n" * 40_000, "HTTP nonsense", "999999 What", "301 There\r\nLocation: https://127.0.0.1/", None]
)
async def test_what_is_no_answer_is_a_failure_and_no_more(service, client, amara, answer) -> None:
    service.answers = [answer]
    await ask(client, service.browser())
    await make_reply(await make_member("Bagus Prasetyo"), await make_thread(amara))
    await sent()
    assert (await PushDevice.get()).failures == 1


async def test_five_in_one_discussion_are_one_line_on_the_screen_and_thirty_an_hour_are_the_most(service, client, amara) -> None:
    bagus, browser = await make_member("Bagus Prasetyo"), service.browser()
    await ask(client, browser)
    for number in range(7):
        thread = await make_thread(amara, f"Number {number}")
        for _ in range(5):
            await make_reply(bagus, thread)
    await sent()
    said = heard(service, browser)
    assert len(said) == 30
    assert {one["tag"] for one in said} == {f"thread:{n} reply" for n in {int(one["tag"][7:-6]) for one in said}}
    assert len({one["tag"] for one in said}) == 6


async def test_ten_devices_at_most_and_each_ends_with_its_session(service, app, client, amara, sign_in) -> None:
    browsers = [new_client(app) for _ in range(11)]
    for number, device in enumerate(browsers):
        await sign_in(device, amara)
        assert await ask(device, service.browser()) == (204 if number < 10 else 403)
        forget_throttles()
    assert await ask(browsers[0], service.browser()) == 204  # the same device with a new address
    assert await PushDevice.all().count() == 10
    page = (await browsers[0].get("/account/notices")).text
    assert page.count("/remove") == 10
    assert page.count("this device</span>") == 1
    assert (await browsers[1].post("/signout")).status_code == 303
    assert await PushDevice.all().count() == 9
    await sign_in(client, amara)
    await client.post("/account/sessions/end", data={})
    async with unit_of_work():
        await Session.filter(member_id=amara.id).delete()
    assert await PushDevice.all().count() == 0
    for device in browsers:
        await device.aclose()


async def test_a_shared_phone_is_told_of_one_member_alone(service, app, client, amara, sign_in) -> None:
    phone, layla = service.browser(), await make_member("Layla Haddad")
    assert await ask(client, phone) == 204
    async with new_client(app) as other:
        await sign_in(other, layla)
        assert (await other.post(f"/account/push/{(await PushDevice.get()).id}/remove")).status_code == 404
        assert await ask(other, phone) == 204
    device = await PushDevice.get()
    assert device.member_id == layla.id


BAD_ENDPOINTS = [
    "http://push.example/x", "https://user:pass@push.example/x", "https://", "https:///x", "ftp://push.example/x", "https://push.example:0/x",
    "https://push.example:99999/x", "https://push.example/a b", "https://push.example/\r\nX: y", "https://push.example/ä", "javascript:alert(1)",
    "https://push.example/x#y", "//push.example/x", "https://push.example/" + "x" * 1000, "https://push.example\\@inside/x", "",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", BAD_ENDPOINTS)
async def test_an_address_that_no_push_service_has_is_refused(service, client, amara, endpoint) -> None:
    assert await ask(client, service.browser(), endpoint=endpoint) == 422
    assert await PushDevice.all().count() == 0
    if len(endpoint.strip()) > 8:
        with pytest.raises(Forbidden):
            checked(endpoint)


@pytest.mark.parametrize("more", [
    {"p256dh": "B" * 87}, {"p256dh": ""}, {"p256dh": "!" * 87}, {"auth": "A" * 21}, {"auth": "A" * 24}, {"auth": "A" * 400}, {"member_id": "1"},
    {"p256dh": "A" * 86 + "\0"},
])  # fmt: skip
async def test_keys_that_are_none_are_refused(service, client, amara, more) -> None:
    assert await ask(client, service.browser(), **more) == 422


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "::1", "fd00::1", "fe80::1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "224.0.0.1",
])  # fmt: skip
async def test_class_32_no_push_goes_inside(service, client, amara, monkeypatch, address) -> None:
    asked: list[str] = []

    async def inside(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34", address]

    async def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(delivering, "line", Line(resolve=inside))
    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", never)
    await ask(client, service.browser(), endpoint="https://push.example/x")
    await make_reply(await make_member("Bagus Prasetyo"), await make_thread(amara))
    await sent()
    assert asked == ["push.example"]
    assert (await PushDevice.get()).failures == 1


async def test_another_secret_is_another_house(service, client, amara, monkeypatch) -> None:
    await ask(client, service.browser())
    monkeypatch.setenv("GUILDHALL_SECRET", "another secret of at least 32 characters")
    settings.cache_clear()
    try:
        await make_reply(await make_member("Bagus Prasetyo"), await make_thread(amara))
        await sent()
        assert service.asked == []
        assert await PushDevice.all().count() == 0
    finally:
        settings.cache_clear()


async def test_guests_ask_for_nothing_and_the_worker_is_for_everybody(service, client) -> None:
    assert await ask(client, service.browser()) == 404
    worker = await client.get("/push.js")
    assert worker.status_code == 200
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "private, no-cache"
    assert "fetch" not in worker.text
    assert "cache" not in worker.text
    assert (await client.get("/push.js", headers={"If-None-Match": worker.headers["etag"]})).status_code == 304


async def test_the_doctor_tells_of_pushes(service, client, amara) -> None:
    await ask(client, service.browser())
    async with unit_of_work():
        await execute("UPDATE push_devices SET failures = 3")
    found = await pushes()
    assert (found.name, found.state, found.says.split(".")[0]) == ("push", "look", "none of 1 devices was reached lately")


async def test_a_room_of_a_closed_space_is_not_named_where_words_are_asked_for(service, client, amara) -> None:
    bagus = await make_member("Bagus Prasetyo")
    browser, space = service.browser(), await make_space(members=[amara, bagus], name="Closed circle")
    await ask(client, browser)
    room = await make_room("Rivets and mergers", space=space)
    said = await say(await viewer_of(amara), room, "Cold rivets hold.")
    new = NewThread(f"space:{space.id}", "On rivets", "They hold.")
    await harvest(await viewer_of(bagus), room.id, [said.message_id], new, uuid4())
    await sent()
    assert [(one["title"], one["body"]) for one in heard(service, browser)] == [
        ("Bagus Prasetyo asks to quote what you said in a room", "")
    ]
