"""What a room in a browser does while a line is broken or a session is over, and what it keeps of half a message."""

import pytest
from playwright.async_api import Page, expect

from community.chat.actions import mark_read
from community.chat.models import Message, Room, RoomPosition
from realtime import frames
from tests.chat.conftest import House, Open
from tests.chat.factories import make_room, say
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def _in_a_long_room(open_page: Open) -> tuple[Page, Room]:
    """Somebody at the end of a room with more than a screen of messages."""
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    viewer = await viewer_of(bagus)
    for number in range(12):
        await say(viewer, room, f"before {number}")
    await mark_read(await viewer_of(amara), room.id, 12)
    page = await open_page(amara, f"/rooms/{room.id}", viewport={"width": 360, "height": 740})
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    return page, room


async def test_a_device_without_a_connection_says_so_at_once(open_page: Open) -> None:
    page, _room = await _in_a_long_room(open_page)
    await page.context.set_offline(True)
    await expect(page.locator("#line")).to_contain_text("What you write is kept and sent later.", timeout=2000)
    await page.context.set_offline(False)
    await expect(page.locator("#line")).to_be_hidden()


@pytest.mark.parametrize("missed", [30, 3])
async def test_what_was_missed_stands_below_a_line(open_page: Open, missed: int) -> None:
    page, room = await _in_a_long_room(open_page)
    await page.context.set_offline(True)
    await expect(page.locator("#line")).to_be_visible()
    viewer = await viewer_of(await make_member("Noor Haddad"))
    for number in range(missed):
        await say(viewer, room, f"missed {number}\n\nand more of it")
    await page.context.set_offline(False)
    await expect(page.locator(".say", has_text=f"missed {missed - 1}")).to_have_count(1)
    await expect(page.locator("#new + .say")).to_contain_text("missed 0")
    await page.wait_for_timeout(2500)  # in which a read mark would go
    await expect(page.locator("#new + .say")).to_be_in_viewport(ratio=1)
    read = await RoomPosition.get(room_id=room.id, member__name="Amara Diallo")
    if missed == 3:
        await expect(page.locator(".say").last).to_be_in_viewport()
        assert read.seq == 15
    else:
        await expect(page.get_by_text("New messages below")).to_be_visible()
        assert read.seq == 12


async def test_a_connection_that_answers_nothing_is_given_up(open_page: Open) -> None:
    page, room = await _in_a_long_room(open_page)
    await page.evaluate("WebSocket.prototype.send = () => {}")
    await page.fill("#text", "Does anybody hear me?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#line")).to_be_visible(timeout=15_000)
    await page.reload()
    await expect(page.locator(".say.me:not([data-waiting])", has_text="Does anybody hear me?")).to_have_count(1)
    assert await Message.filter(room_id=room.id, source="Does anybody hear me?").count() == 1


async def test_who_is_signed_out_sees_what_to_do_and_keeps_the_words(hall: House, open_page: Open) -> None:
    page, _room = await _in_a_long_room(open_page)
    await page.fill("#text", "Nearly done")
    for connection in list(hall.gateway.connections):
        connection.close(frames.SIGNED_OUT, "for a test")
    await expect(page.locator("#line")).to_contain_text("sign in")
    await expect(page.locator("#line span")).to_be_hidden()
    await expect(page.get_by_role("link", name="Load again")).to_be_visible()
    await page.locator("#text").press("Enter")
    assert await page.locator("#text").input_value() == "Nearly done"
    await expect(page.locator("[data-waiting].say")).to_have_count(0)


async def test_half_a_message_outlives_its_page(open_page: Open) -> None:
    page, _room = await _in_a_long_room(open_page)
    await page.locator("#text").type("Half of", delay=1)
    await page.reload()
    await expect(page.locator("#text")).to_have_value("Half of")
    await page.locator("#text").press("End")
    await page.keyboard.type(" a message")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.me:not([data-waiting])", has_text="Half of a message")).to_have_count(1)
    await page.reload()
    await expect(page.locator("#text")).to_have_value("")


async def test_a_message_may_have_lines(open_page: Open) -> None:
    page, _room = await _in_a_long_room(open_page)
    height = (await page.locator("#text").bounding_box() or {})["height"]
    await page.locator("#text").press("Shift+Enter")
    await page.keyboard.insert_text("- a\n- b\n\nand the rest")
    assert (await page.locator("#text").bounding_box() or {})["height"] > height
    await expect(page.locator(".say").last).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.me:not([data-waiting]) li")).to_have_text(["a", "b"])
    assert (await page.locator("#text").bounding_box() or {})["height"] == height


async def test_whoever_used_the_menu_goes_on_where_they_opened_it(open_page: Open) -> None:
    page, _room = await _in_a_long_room(open_page)
    opener = page.locator(".say").last.locator("a:has(time)")
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".say [role=group] button").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    await page.locator("[data-act=reply]").press("Enter")
    await expect(page.locator("#text")).to_be_focused()
