"""What one does with a message in a real browser: by hand, by keyboard, and without a script."""

import pytest
from playwright.async_api import Page, expect

from community.chat.actions import edit_message
from community.chat.models import Message, MessageReaction, RoomPin
from community.chat.muting import mute_member
from community.chat.pinning import set_pin
from community.chat.reacting import set_reaction
from tests.chat.conftest import Open
from tests.chat.factories import make_room, say
from tests.factories import make_member, make_steward
from tests.journeys.test_every_page import AXE, LIGHT
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def live(page: Page, here: str = "2") -> Page:
    await expect(page.locator("#here")).to_have_text(here, timeout=5000)
    return page


async def test_a_message_is_answered_and_the_line_follows_its_words(open_page: Open) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    viewer = await viewer_of(amara)
    sent = await say(viewer, room, "Who has the frist sheet?")
    hers, his = await open_page(amara, f"/rooms/{room.id}"), await open_page(bagus, f"/rooms/{room.id}")
    await live(hers)
    await his.locator(f"#m-{sent.message_id} time").click()
    await his.get_by_role("button", name="Answer").click()
    await expect(his.locator("#answers")).to_contain_text("Amara Diallo Who has the frist sheet?")
    await his.keyboard.type("I have")
    await his.keyboard.press("Enter")
    ref = hers.locator(".say", has_text="I have").locator(".ref")
    await expect(ref).to_have_text("You Who has the frist sheet?")
    await expect(his.locator("#answers")).to_be_hidden()
    await edit_message(viewer, sent.message_id, "Who has the first sheet?")
    await expect(ref).to_have_text("You Who has the first sheet?")
    await ref.click()
    assert await hers.evaluate("document.activeElement.id") == f"m-{sent.message_id}"
    # a reload shows the same line as the socket brought
    drawn = await ref.evaluate("node => node.textContent")
    await hers.reload()
    assert await ref.evaluate("node => node.textContent") == drawn
    assert (await Message.get(source="I have")).reply_to == sent.message_id


async def test_reactions_and_pins_come_to_everybody_and_go(open_page: Open) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    sent = await say(await viewer_of(amara), room, "Notes go into the shared sheet")
    hers, his = await open_page(amara, f"/rooms/{room.id}"), await open_page(bagus, f"/rooms/{room.id}")
    await live(his)
    message = f"#m-{sent.message_id}"
    # by keyboard alone: the time opens the menu, Escape closes it and gives the focus back
    await his.locator(f"{message} header a:has(time)").focus()
    await his.keyboard.press("Enter")
    await expect(his.get_by_role("group", name="This message").get_by_role("button", name="I agree")).to_be_focused()
    await his.keyboard.press("Escape")
    await expect(his.get_by_role("group", name="This message")).to_have_count(0)
    await his.keyboard.press("Enter")
    await his.keyboard.press("Enter")
    mine, theirs = (page.locator(f"{message} > .flex button[aria-pressed]:visible") for page in (his, hers))
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await expect(theirs).to_have_attribute("aria-pressed", "false")
    await expect(theirs).to_have_accessible_name("I agree 1")
    await theirs.click()
    await expect(mine).to_have_accessible_name("I agree 2")
    await mine.click()
    await expect(theirs).to_have_accessible_name("I agree 1")
    assert await MessageReaction.all().count() == 1
    await his.locator(f"{message} time").click()
    await his.get_by_role("button", name="Pin").click()
    await expect(hers.locator("#pins")).to_contain_text("Notes go into the shared sheet", timeout=5000)
    await his.locator(f"{message} time").click()
    await his.get_by_role("button", name="Unpin").click()
    await expect(hers.locator("#pins")).to_be_hidden(timeout=5000)
    assert await RoomPin.all().count() == 0


async def test_everything_is_a_form_without_a_script(open_page: Open) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    sent = await say(await viewer_of(amara), room, "Notes go into the shared sheet")
    page = await open_page(bagus, f"/rooms/{room.id}", java_script_enabled=False, viewport={"width": 360, "height": 740})
    message = page.locator(f"#m-{sent.message_id}")
    await message.locator("time").click()
    await page.get_by_role("button", name="Thank you").click()
    await expect(message.get_by_role("button", name="Thank you 1")).to_have_attribute("aria-pressed", "true")
    await message.get_by_role("button", name="Thank you 1").click()
    await expect(message.get_by_role("button", name="Thank you")).to_have_count(0)
    await message.locator("time").click()
    await page.get_by_role("button", name="Pin it to the top of the room").click()
    await page.locator("#pins summary").click()
    await expect(page.locator("#pins a")).to_have_text("Notes go into the shared sheet")
    await message.locator("time").click()
    await page.get_by_role("link", name="Answer").click()
    await page.locator("#text").fill("Where is it?")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".say.me .ref")).to_contain_text("Notes go into the shared sheet")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_the_same_author_is_named_once_as_messages_come(open_page: Open) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    page = await live(await open_page(bagus, f"/rooms/{room.id}"), "1")
    for who, text in ((amara, "one"), (amara, "two"), (bagus, "three"), (amara, "four")):
        await say(await viewer_of(who), room, text)
    await expect(page.locator(".say")).to_have_count(4)
    goes_on = await page.locator(".say").evaluate_all("all => all.map((one) => one.classList.contains('on'))")
    assert goes_on == [False, True, False, False]
    await page.reload()
    assert await page.locator(".say").evaluate_all("all => all.map((one) => one.classList.contains('on'))") == goes_on


async def test_what_is_new_in_a_room_can_be_used_by_everybody(open_page: Open) -> None:
    steward, amara, room = await make_steward(), await make_member("Amara Diallo"), await make_room()
    viewer = await viewer_of(amara)
    sent = await say(viewer, room, "Notes go into the shared sheet")
    await say(viewer, room, "and again", reply_to=sent.message_id)
    for kind in ("agree", "look"):
        await set_reaction(viewer, sent.message_id, kind, on=True)
    await set_pin(viewer, sent.message_id, on=True)
    await mute_member(await viewer_of(steward), room.id, (await make_member("Bagus Prasetyo")).id, 8)
    page = await open_page(steward, f"/rooms/{room.id}", bypass_csp=True, viewport={"width": 320, "height": 640})
    for path in (
        f"/rooms/{room.id}",
        f"/messages/{sent.message_id}/options",
        f"/rooms/{room.id}/manage",
        f"/search?room={room.id}",
    ):
        await page.goto(path)
        if path == f"/rooms/{room.id}":
            await page.locator(f"#m-{sent.message_id} time").click()
            await page.get_by_role("button", name="Answer").click()
            await page.locator(f"#m-{sent.message_id} time").click()
        await page.evaluate(AXE.read_text())
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert await page.evaluate(LIGHT) == [], (path, scheme)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), path


async def test_who_asks_for_a_day_stays_there_though_the_page_holds_the_newest(open_page: Open) -> None:
    amara, room = await make_member("Amara Diallo"), await make_room()
    viewer = await viewer_of(amara)
    first, *_between, last = [await say(viewer, room, f"Step {number} of the drill") for number in range(30)]
    hers = await live(await open_page(amara, f"/rooms/{room.id}?on=2020-01-01"), "1")
    await expect(hers.locator(f"#m-{first.message_id}")).to_be_in_viewport()
    await expect(hers.locator(f"#m-{last.message_id}")).not_to_be_in_viewport()
    await hers.goto(hers.url.replace("2020", "2199"))  # nothing so late: the end
    await expect(hers.locator(f"#m-{last.message_id}")).to_be_in_viewport()


async def test_the_button_one_presses_keeps_the_focus(open_page: Open) -> None:
    page = await live(await open_page(await make_member(), f"/rooms/{(await make_room()).id}"), "1")
    for name in ("Mute", "Follow", "Follow"):
        button = page.get_by_role("button", name=name, exact=True)
        pressed = await button.get_attribute("aria-pressed")
        await button.press("Enter")
        await expect(button).to_have_attribute("aria-pressed", "false" if pressed == "true" else "true")
        await expect(button).to_be_focused()
