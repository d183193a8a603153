"""What a page that stands open hears of its room beside messages: that its form is another, and that something new stands below."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from community.audience import grant, member_key
from community.chat.keeping import close_room
from community.chat.models import Room
from community.chat.moderating import set_pace
from community.chat.muting import mute_member
from community.conversations.actions import accept
from community.conversations.models import ConversationRequest
from community.storage import unit_of_work
from tests.chat.conftest import House, Open
from tests.chat.factories import make_room, say
from tests.conversations.factories import write
from tests.factories import make_member, make_space, make_steward
from tests.realtime.fake import Line
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio
FRAGMENT = {"X-Fragment": "1"}


async def test_a_change_of_what_may_be_written_is_told_once_and_resumed(enter: Callable[..., Awaitable[Line]]) -> None:
    amara, ines, room = await make_member(), await make_steward(), await make_room()
    hers, host = await enter(amara), await viewer_of(ines)
    await hers.say(type="subscribe", topic=f"form:{room.id}")
    assert (await hers.hear("subscribed"))["seq"] == 0
    for number in range(2):
        await close_room(host, room.id, closed=not number)
        entry = await hers.hear("entry")
        assert (entry["topic"], entry["seq"], entry["kind"]) == (f"form:{room.id}", number + 1, "form")
        await close_room(host, room.id, closed=not number)  # the same again
    await set_pace(host, room.id, 30)
    assert (await hers.hear("entry"))["seq"] == 3
    await mute_member(host, room.id, amara.id, 1)
    assert (await hers.hear("entry"))["seq"] == 4
    assert await hers.silent_for(0.3)  # nor is told who else follows it
    later = await enter(amara)
    await later.say(type="subscribe", topic=f"form:{room.id}", epoch=room.epoch, seq=2)
    assert [(await later.hear("entry"))["seq"] for _ in range(2)] == [3, 4]


async def test_the_form_of_a_closed_room_is_nobody_elses(enter: Callable[..., Awaitable[Line]]) -> None:
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await make_room(space=await make_space([bagus], [bagus]))
    hers = await enter(amara)
    await hers.say(type="subscribe", topic=f"form:{room.id}")
    assert (await hers.hear("cut", "subscribed"))["type"] == "cut"


async def test_the_foot_is_the_form_or_why_there_is_none(client, sign_in) -> None:
    amara, ines, room = await make_member(), await make_steward(), await make_room()
    await sign_in(client, amara)
    path = f"/rooms/{room.id}/foot"
    assert 'id="write"' in (await client.get(path, headers=FRAGMENT)).text
    host = await viewer_of(ines)
    await set_pace(host, room.id, 30)
    assert "at most every 30 seconds" in (await client.get(path, headers=FRAGMENT)).text
    await mute_member(host, room.id, amara.id, 1)
    muted = (await client.get(path, headers=FRAGMENT)).text
    assert ("only read here" in muted, 'id="write"' in muted) == (True, False)
    await mute_member(host, room.id, amara.id, 0)
    await close_room(host, room.id, closed=True)
    assert "This room is closed" in (await client.get(path, headers=FRAGMENT)).text
    assert (await client.get(path)).headers["location"] == f"/rooms/{room.id}"
    await sign_in(client, await make_member("Somebody Else"))
    hidden = await make_room(space=await make_space([ines], [ines]))
    assert (await client.get(f"/rooms/{hidden.id}/foot", headers=FRAGMENT)).status_code == 404


@pytest.mark.browser
async def test_the_form_of_an_open_page_follows_and_what_is_typed_stays(hall: House, open_page: Open) -> None:
    amara, ines, room = await make_member(), await make_steward(), await make_room()
    page, host = await open_page(amara, f"/rooms/{room.id}"), await viewer_of(ines)
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await page.locator("#text").fill("half a thought")
    await set_pace(host, room.id, 30)
    await expect(page.locator("#pace")).to_contain_text("every 30 seconds")
    await close_room(host, room.id, closed=True)
    await expect(page.locator("#foot")).to_contain_text("This room is closed.")
    await expect(page.locator("#write")).to_be_hidden()
    await close_room(host, room.id, closed=False)
    await expect(page.locator("#write")).to_be_visible()
    await expect(page.locator("#foot")).not_to_contain_text("This room is closed.")
    assert await page.locator("#text").input_value() == "half a thought"
    await mute_member(host, room.id, amara.id, 1)
    await expect(page.locator("#foot")).to_contain_text("only read here")
    await page.reload()
    await expect(page.locator("#write")).to_have_count(0)
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await mute_member(host, room.id, amara.id, 0)
    await expect(page.locator("#write")).to_be_visible()


@pytest.mark.browser
async def test_the_form_comes_with_a_yes(hall: House, open_page: Open) -> None:
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await write(amara, bagus)
    page = await open_page(amara, f"/rooms/{room.id}")
    await expect(page.locator("#waits")).to_be_visible()
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await accept(await viewer_of(bagus), (await ConversationRequest.get()).id)
    await expect(page.locator("#write")).to_be_visible()
    assert not (await Room.get(id=room.id)).waiting


@pytest.mark.browser
async def test_a_page_that_does_not_show_the_end_says_what_has_come_there(hall: House, open_page: Open) -> None:
    amara, bagus, room = await make_member(), await make_member("Bagus Prasetyo"), await make_room()
    his = await viewer_of(bagus)
    sent = [await say(his, room, f"Rule {number}. " + "And more of it. " * 8) for number in range(60)]
    page = await open_page(amara, f"/rooms/{room.id}?before={sent[20].seq}", viewport={"width": 360, "height": 640})
    below = page.locator("#below")
    await expect(below).to_be_hidden()
    await page.wait_for_timeout(1000)  # the line is there
    await say(his, room, "Something new")
    await expect(below).to_be_visible()
    await below.get_by_role("link", name="New messages below").click()
    await page.wait_for_url(re.compile(rf"/rooms/{room.id}#end$"))
    await expect(page.locator(".say", has_text="Something new")).to_be_visible()
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await expect(page.locator("#below")).to_be_hidden()
    await page.locator(".log").evaluate("log => { log.scrollTop = 300; }")
    await say(his, room, "Newer still")
    await expect(page.locator("#below")).to_be_visible()
    await page.locator("#below a").click()
    await expect(page.locator("#below")).to_be_hidden()


async def test_who_moderates_writes_without_a_pause(client, sign_in) -> None:
    amara, room = await make_member(), await make_room()
    async with unit_of_work():
        await grant(room.moderators_key, member_key(amara.id), "moderator")
    await sign_in(client, amara)
    await set_pace(await viewer_of(amara), room.id, 30)
    assert "Slow mode" not in (await client.get(f"/rooms/{room.id}/foot", headers=FRAGMENT)).text
