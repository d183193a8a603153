"""A room where sockets are blocked: the same log by requests that are held, and by forms."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from playwright.async_api import expect

from community.accounts.models import Member
from community.chat.actions import delete_message
from community.chat.models import Message, MessageReaction, Room
from community.web.static_files import asset
from realtime.house import Refusal, RequestHead
from tests.chat.conftest import House, Open
from tests.chat.factories import make_room, say, with_token
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def browser_of(hall: House, member: Member) -> AsyncIterator[httpx2.AsyncClient]:
    async with hall.browser((await with_token(member))[1]) as browser:
        browser.headers |= {"X-Fragment": "1", "X-Member": str(member.id)}
        browser.timeout = httpx2.Timeout(30)
        yield browser


def of_kind(answer: httpx2.Response, kind: str) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [frame for frame in answer.json()["frames"] if frame["type"] == kind]


async def test_a_held_request_and_a_socket_are_told_the_same(hall: House, enter) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    his = await enter(bagus, room)
    async with browser_of(hall, amara) as browser:
        waiting = asyncio.create_task(browser.get(f"/rooms/{room.id}/events?after=0&epoch={room.epoch}"))
        await asyncio.sleep(0.3)
        client_id = str(uuid4())
        async with browser_of(hall, amara) as other:
            for _ in range(2):
                sent = await other.post(f"/rooms/{room.id}/messages", data={"text": "by form", "client_id": client_id})
                assert (sent.status_code, sent.text) == (204, "")
        answer = await asyncio.wait_for(waiting, 2)
    assert of_kind(answer, "entry") == [await his.hear("entry")]
    assert answer.json()["member"] == amara.id
    assert await Message.all().count() == 1


async def test_it_goes_on_from_where_one_was_with_the_texts_as_they_are_now(hall: House) -> None:
    amara, room = await make_member(), await make_room()
    viewer = await viewer_of(amara)
    gone = await say(viewer, room, "to be deleted")
    for number in range(4):
        await say(viewer, room, f"number {number}")
    await delete_message(viewer, gone.message_id)
    async with browser_of(hall, amara) as browser:
        entries = of_kind(await browser.get(f"/rooms/{room.id}/events?after=0&epoch={room.epoch}"), "entry")
        assert [entry["seq"] for entry in entries] == [1, 2, 3, 4, 5, 6]
        assert (entries[0]["html"], entries[0]["deleted"]) == ("", True)
        assert of_kind(await browser.get(f"/rooms/{room.id}/events?after=3&epoch=another"), "reset")[0]["seq"] == 6
        here = of_kind(await browser.get(f"/rooms/{room.id}/events"), "subscribed")
        assert (here[0]["epoch"], here[0]["seq"]) == ((await Room.get(id=room.id)).epoch, 6)
        began = time.monotonic()
        assert of_kind(await browser.get(f"/rooms/{room.id}/events?after=6&epoch={room.epoch}&hold=1"), "subscribed")
        assert 0.9 < time.monotonic() - began < 3


BAD = ["after=x", "after=-1", "after=1&epoch=" + "x" * 41, "after=1&epoch=\u00e9", "after=" + "9" * 16, "after=1&hold=1.5"]


@pytest.mark.parametrize("query", BAD)
async def test_a_bad_question_is_no_address_of_ours(hall: House, query: str) -> None:
    room = await make_room()
    async with browser_of(hall, await make_member()) as browser:
        assert (await browser.get(f"/rooms/{room.id}/events?{query}")).status_code == 404


async def test_hidden_absent_and_of_somebody_else_are_the_same(hall: House) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    hidden = await make_room(space=await make_space(members=[bagus]))
    async with browser_of(hall, amara) as browser:
        answers = [await browser.get(f"/rooms/{number}/events?after=0") for number in (hidden.id, 404_404)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert {**answers[0].json(), "instance": ""} == {**answers[1].json(), "instance": ""}
        browser.headers["X-Member"] = str(bagus.id)  # he was signed in when the page was made
        refused = await browser.get(f"/rooms/{hidden.id}/events?after=0")
        assert (refused.status_code, bool(refused.json()["sign_in"])) == (404, True)


async def test_what_cannot_be_sent_is_told_with_its_reason(hall: House) -> None:
    room = await make_room(slow_s=30)
    async with browser_of(hall, await make_member("Noor Haddad", trust="newcomer")) as browser:
        where = f"/rooms/{room.id}/messages"
        assert (await browser.post(where, data={"text": " ", "client_id": str(uuid4())})).json()["errors"]["text"]
        assert (await browser.post(where, data={"text": "1", "client_id": str(uuid4())})).status_code == 204
        again = await browser.post(where, data={"text": "2", "client_id": str(uuid4())})
        assert (again.status_code, 25 < int(again.headers["retry-after"]) <= 31) == (429, True)


async def test_without_a_gateway_it_is_answered_at_once(client, sign_in) -> None:
    amara, room = await make_member(), await make_room()
    await say(await viewer_of(amara), room, "there")
    await sign_in(client, amara)
    async with asyncio.timeout(5):
        answer = await client.get(f"/rooms/{room.id}/events?after=0&epoch={room.epoch}")
        assert of_kind(answer, "entry")[0]["html"] == "<p>there</p>\n"
        assert of_kind(await client.get(f"/rooms/{room.id}/events?after=1&epoch={room.epoch}"), "subscribed")


async def no_sockets(_house: object, _head: RequestHead) -> Refusal:
    return Refusal(503, "A proxy that knows no sockets.")


@pytest.mark.browser
async def test_two_people_talk_where_sockets_are_blocked(hall: House, open_page: Open, monkeypatch) -> None:
    monkeypatch.setattr("community.chat.sockets.Community.admit", no_sockets)
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    hers, his = await open_page(amara, f"/rooms/{room.id}"), await open_page(bagus, f"/rooms/{room.id}")
    await hers.locator("#text").fill("written before there was a line")
    await hers.keyboard.press("Enter")
    await expect(his.locator(".say", has_text="written before")).to_have_count(1, timeout=15_000)
    for writer, reader, text in ((his, hers, "and back"), (hers, his, "once more")):
        await writer.locator("#text").fill(text)
        await writer.keyboard.press("Enter")
        await expect(reader.locator(".say", has_text=text)).to_have_count(1)
        await expect(writer.locator(".say.me header", has_text="You")).to_have_count(1 if writer is his else 2)
        await expect(writer.locator("li[data-waiting]")).to_have_count(0)
    await expect(hers.locator("#line")).to_be_hidden()
    agrees = """([address, message]) => import(address).then(({openLive}) =>
        openLive().send({type: "react", message, client_id: crypto.randomUUID(), emoji: "agree", on: true}))"""
    await hers.evaluate(agrees, [asset("js/live.js"), (await Message.get(source="and back")).id])
    await expect(his.locator(".say", has_text="and back").locator("[aria-pressed], .num").first).to_be_visible()
    assert hall.gateway.connections  # held requests, and no socket
    assert all(one.is_held for one in hall.gateway.connections)
    assert await Message.all().count() == 3
    assert await MessageReaction.all().count() == 1
    assert await hers.evaluate("localStorage.length") == 0


@pytest.mark.browser
async def test_as_soon_as_a_socket_opens_it_is_used_and_nothing_comes_twice(hall: House, open_page: Open, monkeypatch) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    with monkeypatch.context() as blocked:
        blocked.setattr("community.chat.sockets.Community.admit", no_sockets)
        page = await open_page(amara, f"/rooms/{room.id}")
        await say(await viewer_of(bagus), room, "by request")
        await expect(page.locator(".say", has_text="by request")).to_have_count(1, timeout=15_000)
    connects = "address => import(address).then(live => live.openLive().connect())"
    await page.evaluate(connects, asset("js/live.js"))  # as it does by itself every minute and a half
    async with asyncio.timeout(5):
        while [one.is_held for one in hall.gateway.connections] != [False]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await say(await viewer_of(bagus), room, "by socket")
    await expect(page.locator(".say", has_text="by socket")).to_have_count(1)
    await expect(page.locator(".say")).to_have_count(2)
