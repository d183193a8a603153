"""A room in a real browser: two people talk, a line breaks, nothing is lost."""

import contextlib
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Error, expect

from community.accounts.blocking import block
from community.chat.actions import mark_read
from community.chat.models import Message, RoomPosition
from realtime import frames
from tests.chat.conftest import House, Open
from tests.chat.factories import make_room, say
from tests.factories import make_institution, make_member
from tests.realtime.fake import Line
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_two_people_talk(hall: House, open_page: Open) -> None:
    school = await make_institution("Omnia", city="Espoo")
    amara, bagus = await make_member("Amara Diallo", institution=school), await make_member("Bagus Prasetyo")
    room = await make_room("Blended workshop clinic")
    hers, his = await open_page(amara, f"/rooms/{room.id}"), await open_page(bagus, f"/rooms/{room.id}")
    await expect(his.locator("#here")).to_have_text("2", timeout=5000)
    await hers.locator("#text").type("Who has tried the *one-page* form?", delay=5)
    await expect(his.locator("#typing")).to_contain_text("Amara is writing")
    await hers.keyboard.press("Enter")
    arrived = his.locator(".say", has_text="one-page")
    await expect(arrived.locator("header")).to_contain_text("Amara Diallo")
    await expect(arrived.locator("header")).to_contain_text("Omnia, Espoo")
    await expect(arrived.locator("em")).to_have_text("one-page")
    await expect(his.locator("#typing")).to_be_hidden(timeout=1000)  # at once, and not when a silence has lasted
    own = hers.locator(".say.me", has_text="one-page")
    await expect(own).to_have_count(1)
    await expect(own.locator("header b")).to_have_text("You")
    assert await hers.evaluate("localStorage.length") == 0
    # a reload shows the same markup as the socket brought
    live = await arrived.evaluate("node => node.querySelector('.said').outerHTML")
    await his.reload()
    assert await his.locator(".say", has_text="one-page").evaluate("node => node.querySelector('.said').outerHTML") == live


async def test_that_somebody_blocked_is_writing_is_not_shown(open_page: Open, enter: Callable[..., Awaitable[Line]]) -> None:
    amara, bagus, noor = [await make_member(name) for name in ("Amara Diallo", "Bagus Prasetyo", "Noor Haddad")]
    room = await make_room()
    await block(await viewer_of(amara), bagus.id)
    page = await open_page(amara, f"/rooms/{room.id}")
    his, hers = await enter(bagus, room), await enter(noor, room)
    await expect(page.locator("#here")).to_have_text("3", timeout=5000)
    await his.say(type="typing", topic=room.topic)
    await hers.hear("typing")
    await hers.say(type="typing", topic=room.topic)
    await expect(page.locator("#typing")).to_contain_text("Noor")
    assert (await page.locator("#typing").inner_text()).strip() == "Noor is writing"


async def test_what_is_written_on_a_dead_line_is_kept_and_sent_once(hall: House, open_page: Open) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    room = await make_room()
    page = await open_page(amara, f"/rooms/{room.id}")
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await page.context.set_offline(True)
    for connection in list(hall.gateway.connections):
        connection.transport.abort()
    await expect(page.locator("#line")).to_contain_text(re.compile(r"Reconnecting( in \d+ s)?\."))
    await page.locator("#text").fill("kept while offline")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.me", has_text="kept while offline")).to_contain_text("Waiting to send")
    await say(await viewer_of(bagus), room, "said meanwhile")
    await page.context.set_offline(False)
    await expect(page.locator(".say", has_text="said meanwhile")).to_have_count(1, timeout=10_000)
    await expect(page.locator(".say.me", has_text="kept while offline")).to_have_count(1)
    await expect(page.locator(".say.me", has_text="kept while offline").locator("header b")).to_have_text("You")
    await expect(page.locator("#line")).to_be_hidden()
    assert await Message.filter(source="kept while offline").count() == 1


async def test_nobody_has_read_what_waits(hall: House, open_page: Open) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    sent = await say(await viewer_of(amara), room, "Read by everybody")
    await mark_read(await viewer_of(bagus), room.id, sent.seq)
    page = await open_page(amara, f"/rooms/{room.id}")
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await expect(page.locator("#readers")).to_have_text("Read by Bagus Prasetyo")
    await page.context.set_offline(True)
    for connection in list(hall.gateway.connections):
        connection.transport.abort()
    await page.locator("#text").fill("Read by nobody")
    await page.keyboard.press("Enter")
    await expect(page.locator("li[data-waiting]")).to_contain_text("Read by nobody")
    await expect(page.locator("#readers")).to_have_text("")


async def test_what_is_too_long_for_the_line_is_not_offered_and_can_be_discarded(hall: House, open_page: Open) -> None:
    page = await open_page(await make_member(), f"/rooms/{(await make_room()).id}")
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    connection = next(iter(hall.gateway.connections))
    await page.locator("#text").evaluate("field => { field.removeAttribute('maxlength'); field.value = 'word '.repeat(20_000); }")
    await page.locator("#text").press("Enter")
    waiting = page.locator("li[data-waiting]")
    await expect(waiting.get_by_role("alert")).to_contain_text("Not sent. This is too long.")
    await page.locator("#text").fill("short")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.me header", has_text="You")).to_have_count(1)
    assert connection in hall.gateway.connections
    await waiting.get_by_role("button", name="Discard").click()
    await expect(waiting).to_have_count(0)
    await page.locator("#text").fill("")  # where the words stand again
    assert await page.evaluate("localStorage.length") == 0


async def test_an_outbox_survives_a_reload(hall: House, open_page: Open) -> None:
    amara, room = await make_member(), await make_room()
    page = await open_page(amara, f"/rooms/{room.id}")
    await page.route("**/ws", lambda route: route.abort())
    await page.evaluate(
        """id => localStorage.setItem(`guildhall:${document.body.dataset.member}:outbox`, JSON.stringify([{frame: {type: "send",
           topic: `room:${id}`, client_id: "6f1c9c1e-0f57-4e0a-9b44-2f2f7d1b9a01", text: "from yesterday"}, state: "waiting", at: Date.now()}]))""",
        room.id,
    )
    await page.reload()
    await expect(page.locator(".say.me header", has_text="You")).to_have_count(1, timeout=10_000)
    assert await Message.filter(source="from yesterday").count() == 1
    assert await page.evaluate("localStorage.length") == 0


async def test_what_has_waited_for_two_weeks_is_sent_by_its_writer_alone(open_page: Open) -> None:
    room = await make_room()
    page = await open_page(await make_member(), f"/rooms/{room.id}")
    await page.evaluate(
        """id => localStorage.setItem(`guildhall:${document.body.dataset.member}:outbox`, JSON.stringify(["6f1c9c1e-0f57-4e0a-9b44-2f2f7d1b9a01",
           "6f1c9c1e-0f57-4e0a-9b44-2f2f7d1b9a02"].map((client_id, n) => ({frame: {type: "send", topic: `room:${id}`, client_id,
           text: `old ${n}`}, state: "waiting", at: Date.now() - 15 * 86400000}))))""",
        room.id,
    )
    await page.reload()
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await page.locator("#text").fill("something new")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say.me header", has_text="You")).to_have_count(1)
    assert [message.source for message in await Message.all()] == ["something new"]
    late = page.locator("li[data-waiting]")
    await expect(late).to_have_text(["old 0Not sent. Send again Discard", "old 1Not sent. Send again Discard"])
    await late.first.get_by_role("button", name="Send again").click()
    await expect(page.locator(".say.me header", has_text="You")).to_have_count(2)
    assert await Message.filter(source="old 0").count() == 1
    await late.get_by_role("button", name="Discard").click()
    await expect(late).to_have_count(0)
    await page.locator("#text").fill("")
    assert await page.evaluate("localStorage.length") == 0


async def test_what_has_to_wait_says_how_long_and_what_was_written_after_it_stays_behind(open_page: Open) -> None:
    room = await make_room(slow_s=2)
    page = await open_page(await make_member("Noor Haddad", trust="newcomer"), f"/rooms/{room.id}")
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    for text in ("first", "second", "third"):
        await page.locator("#text").fill(text)
        await page.keyboard.press("Enter")
    await expect(page.locator("li[data-waiting]", has_text="second")).to_contain_text(re.compile(r"Sent again in \d s\."))
    await expect(page.locator(".say.me header", has_text="You")).to_have_count(3, timeout=15_000)
    assert [message.source for message in await Message.all().order_by("seq")] == ["first", "second", "third"]


async def test_what_was_written_in_a_window_that_crashed_is_sent_once(hall: House, open_page: Open) -> None:
    amara, room = await make_member(), await make_room()
    page = await open_page(amara, f"/rooms/{room.id}")
    other = await page.context.new_page()
    await page.evaluate("() => { window.WebSocket = class { constructor() { setTimeout(() => this.onclose({}), 10); } }; }")
    await page.route("**/*", lambda route: route.abort())
    for connection in list(hall.gateway.connections):
        connection.transport.abort()
    for text in ("one", "two"):
        await page.locator("#text").fill(text)
        await page.keyboard.press("Enter")
        await expect(page.locator("li[data-waiting]", has_text=text)).to_have_count(1)
    with contextlib.suppress(Error):
        await page.goto("chrome://crash", timeout=2000)
    await other.goto(f"/rooms/{room.id}")
    await expect(other.locator(".say.me header", has_text="You")).to_have_count(2, timeout=10_000)
    assert [message.source for message in await Message.all().order_by("seq")] == ["one", "two"]
    assert await other.evaluate("localStorage.length") == 0


async def test_history_comes_by_scrolling_up(open_page: Open) -> None:
    amara, room = await make_member(), await make_room()
    viewer = await viewer_of(amara)
    for n in range(130):
        await say(viewer, room, f"number {n}.")
    page = await open_page(amara, f"/rooms/{room.id}", viewport={"width": 360, "height": 740})
    for expected in (50, 100, 130):
        await expect(page.locator(".say")).to_have_count(expected)
        await page.locator(".log").evaluate("node => { node.scrollTop = 0; }")
    texts = await page.locator(".say .said").all_text_contents()
    assert [text.strip() for text in texts] == [f"number {n}." for n in range(130)]
    await expect(page.locator(".dim:not(.new)")).to_have_count(1)


async def test_what_came_below_the_screen_is_not_read_before_one_goes_there(open_page: Open) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    viewer = await viewer_of(amara)
    for n in range(40):
        await say(viewer, room, f"number {n}.")
    page = await open_page(bagus, f"/rooms/{room.id}", viewport={"width": 360, "height": 740})
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await page.locator(".log").evaluate("node => { node.scrollTop = 0; }")
    sent = await say(viewer, room, "not yet seen")
    await expect(page.locator("#below")).to_be_visible()
    await page.wait_for_timeout(2500)  # longer than it takes to have been read
    assert (await RoomPosition.get(member_id=bagus.id)).seq == sent.seq - 1
    await page.locator(".log").evaluate("node => { node.scrollTop = node.scrollHeight; }")
    await expect(page.locator("#below")).to_be_hidden()
    await page.wait_for_timeout(2500)
    assert (await RoomPosition.get(member_id=bagus.id)).seq == sent.seq
    await say(viewer, room, "seen as it came")
    await page.wait_for_timeout(2500)
    assert (await RoomPosition.get(member_id=bagus.id)).seq == sent.seq + 1


async def test_a_long_absence_is_answered_by_the_newest_fifty(hall: House, open_page: Open) -> None:
    amara, bagus, room = await make_member(), await make_member("Bagus Prasetyo"), await make_room()
    page = await open_page(amara, f"/rooms/{room.id}")
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await page.context.set_offline(True)
    for connection in list(hall.gateway.connections):
        connection.transport.abort()
    await page.locator("#text").fill("mine, before I was back")
    await page.keyboard.press("Enter")
    viewer = await viewer_of(bagus)
    for n in range(310):
        await say(viewer, room, f"number {n}.")
    await page.context.set_offline(False)
    await expect(page.locator(".say", has_text="number 309.")).to_have_count(1, timeout=40_000)
    await expect(page.locator(".say.me", has_text="mine, before I was back")).to_have_count(1, timeout=40_000)
    assert await Message.filter(source="mine, before I was back").count() == 1
    await expect(page.locator(".say", has_text="number 100.")).to_have_count(0)
    # the page came empty, and yet what is older can be reached
    while await page.locator(".say", has_text="number 0.").count() == 0:
        before = await page.locator(".say").count()
        await page.locator(".log").evaluate("node => { node.scrollTop = 0; }")
        await expect(page.locator(".say")).not_to_have_count(before)
    await expect(page.locator("#older")).to_be_hidden()
    assert await page.locator(".say").count() == 311


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_long_name_leaves_the_time_on_a_narrow_screen(open_page: Open, language: str) -> None:
    amara, room = await make_member("Amara Diallo", language=language), await make_room()
    names = ("Maria de los Angeles Fernandez-Villaverde de la Cruz y Santamaria", "M" * 80, "محمد عبدالرحمن " * 5)
    writers = [await viewer_of(await make_member(name, handle=f"long-{n}")) for n, name in enumerate(names)]
    sent = [await say(writer, room, "W" * 90) for writer in writers]
    page = await open_page(amara, f"/rooms/{room.id}", viewport={"width": 360, "height": 740})
    await expect(page.locator("#here")).not_to_have_text(re.compile("[0٠]"), timeout=5000)
    for writer, answered in zip(writers[::-1], sent, strict=True):
        await say(writer, room, "W" * 90, reply_to=answered.message_id)
    await expect(page.locator(".say .ref")).to_have_count(3)
    await page.locator(".say").last.locator("time").click()
    await page.locator("[data-act=reply]").click()
    for wide in ("document.documentElement", "document.querySelector('.log')"):
        assert await page.evaluate(f"{wide}.scrollWidth") <= 360
    await expect(page.locator(".say:not(.on) header")).to_have_count(5)
    boxes = "all => all.map((one) => one.getBoundingClientRect()).map(({left, right}) => [left, right])"
    for left, right in await page.locator(".say:not(.on) :is(header > a, header b, .ref), #answers > a").evaluate_all(boxes):
        assert 0 <= left < right <= 360


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (frames.SIGNED_OUT, "You are signed out here. Load the page again and sign in."),
        (frames.TOO_MANY, "Too many pages are open. Close some of them, and load this one again."),
        (frames.NOT_UNDERSTOOD, "Something went wrong on this page. Load it again."),
    ],
)
async def test_a_line_that_ends_for_good_says_why(hall: House, open_page: Open, code: int, says: str) -> None:
    room = await make_room()
    page = await open_page(await make_member("Amara Diallo"), f"/rooms/{room.id}")
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    for connection in list(hall.gateway.connections):
        connection.close(code, "for a test")
    await expect(page.locator("#line b")).to_have_text(says)
    await expect(page.get_by_role("button", name="Try now")).to_be_hidden()


async def test_edits_and_deletions_show_in_open_pages(open_page: Open) -> None:
    from community.chat.actions import delete_message, edit_message

    amara, bagus, room = await make_member(), await make_member("Bagus Prasetyo"), await make_room()
    viewer = await viewer_of(amara)
    sent = await say(viewer, room, "frist")
    page = await open_page(bagus, f"/rooms/{room.id}")
    await expect(page.locator("#here")).to_have_text("1", timeout=5000)
    await edit_message(viewer, sent.message_id, "first")
    await expect(page.locator(f"#m-{sent.message_id}")).to_contain_text("first")
    await expect(page.locator(f"#m-{sent.message_id}")).to_contain_text("edited")
    await delete_message(viewer, sent.message_id)
    await expect(page.locator(f"#m-{sent.message_id}")).to_contain_text("This message was deleted.")


async def test_a_room_works_without_javascript(open_page: Open) -> None:
    amara, room = await make_member(), await make_room()
    page = await open_page(amara, f"/rooms/{room.id}", java_script_enabled=False)
    await page.locator("#text").fill("by form alone")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".say.me .said")).to_have_text("by form alone")
    await page.get_by_role("link", name="Look for new messages").click()
    await page.locator(".say.me time").click()
    await page.locator("textarea").fill("by form alone, mended")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".say.me .said")).to_have_text("by form alone, mended")
