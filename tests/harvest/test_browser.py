"""Picking messages in a real browser, with script and without."""

import re

import pytest
from playwright.async_api import Page, expect

from community.discussions.places import ensure_themes
from community.storage import drain
from tests.chat.conftest import Open
from tests.chat.factories import make_room, say
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def make_it(page: Page) -> None:
    await page.get_by_label("Title").fill("Forms on one page")
    await page.get_by_label("Where the discussion stands").select_option("innovation")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.locator("#p1")).to_contain_text("Waiting for the yes of Layla Haddad.")


async def test_boxes_stand_beside_the_messages_and_go_away_again(open_page: Open) -> None:
    await ensure_themes()
    amara, layla, room = await make_member(), await make_member("Layla Haddad"), await make_room()
    viewer = await viewer_of(layla)
    first, second = [(await say(viewer, room, text)).message_id for text in ("Mine has three questions.", "And no jargon.")]
    page = await open_page(amara, f"/rooms/{room.id}")
    await page.get_by_role("link", name="Pick messages").click()
    await expect(page.locator("#write")).to_be_hidden()
    await page.locator(f"#m-{first} [name=message]").check()
    await expect(page.locator(".say.on")).to_have_count(0)
    await say(viewer, room, "Said while boxes stood there.")
    await expect(page.locator(".say [name=message]")).to_have_count(3)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".say [name=message]")).to_have_count(0)
    await expect(page.locator(".say.on")).to_have_count(2)
    await expect(page.locator("#write")).to_be_visible()
    await page.get_by_role("link", name="Pick messages").click()
    for message in (first, second):
        await page.locator(f"#m-{message} [name=message]").check()
    await page.get_by_role("button", name="Go on with these").click()
    await expect(page.locator("blockquote")).to_have_count(2)
    await make_it(page)
    await drain()
    asked = await open_page(layla, "/")
    await asked.locator('a[href^="/harvests/"]').first.click()
    await asked.get_by_role("button", name="Yes, quote me").click()
    await expect(asked.locator("main")).to_contain_text("You said yes.")
    await page.reload()
    await expect(page.locator("#p1 blockquote")).to_have_count(2)


async def test_on_a_phone_the_panel_makes_way_for_the_boxes(open_page: Open) -> None:
    amara, room = await make_member(), await make_room()
    sent = await say(await viewer_of(await make_member("Layla Haddad")), room, "Mine has three questions.")
    page = await open_page(amara, f"/rooms/{room.id}", viewport={"width": 360, "height": 740})
    await page.get_by_role("link", name="About", exact=True).click()
    await page.get_by_role("link", name="Pick messages").click()
    await expect(page.locator("#about")).to_be_hidden()
    await page.locator(f"#m-{sent.message_id} [name=message]").check()
    await page.get_by_role("button", name="Go on with these").click()
    await expect(page.locator("blockquote")).to_have_count(1)


async def test_messages_are_picked_without_script(open_page: Open) -> None:
    await ensure_themes()
    amara, room = await make_member(), await make_room()
    await say(await viewer_of(await make_member("Layla Haddad")), room, "Mine has three questions.")
    page = await open_page(amara, f"/rooms/{room.id}", java_script_enabled=False)
    await page.get_by_role("link", name="Pick messages").click()
    box = page.get_by_label(re.compile("Layla Haddad"))
    await expect(box).to_have_accessible_description("Mine has three questions.")
    await box.check()
    await page.get_by_role("button", name="Go on with these").click()
    await make_it(page)
