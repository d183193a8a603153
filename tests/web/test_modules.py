"""The modules of every page in a real browser: what they shorten, and that nothing somebody wrote is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page

from community.accounts.identity import cookie_name
from community.accounts.sessions import open_session
from community.storage import unit_of_work
from tests.discussions.factories import make_thread
from tests.factories import make_institution, make_member
from tests.servers import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@dataclass(frozen=True)
class Site:
    address: str
    browser: BrowserContext
    member: int


@pytest.fixture
async def site(app: Any, browser: Browser) -> AsyncIterator[Site]:
    """The site on a port of its own, and a browser in which Amara is signed in."""
    member = await make_member("Amara Diallo")
    async with unit_of_work():
        session = await open_session(member.id, "tests", keep=True)
    async with served(app) as address:
        context = await browser.new_context(viewport={"width": 360, "height": 800})
        await context.add_cookies([{"name": cookie_name(), "value": session.token, "url": address}])
        yield Site(address, context, member.id)
        await context.close()


@contextlib.asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="critical", ws="none", lifespan="off", timeout_graceful_shutdown=1)
    )
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


async def thread_page(site: Site) -> Page:
    thread = await make_thread(await make_member("Layla Haddad"))
    page = await site.browser.new_page()
    await page.goto(f"{site.address}/threads/{thread.id}")
    await page.locator("#f-body").scroll_into_view_if_needed()
    await page.locator("[data-act=bold]").wait_for(state="visible")
    return page


async def test_every_symbol_draws(site: Site) -> None:
    page = await thread_page(site)
    drawn = (
        "[...document.querySelectorAll('svg > use')].filter((one) => one.checkVisibility()).map((one) => one.getBBox().width > 0)"
    )
    widths = await page.evaluate(drawn)
    assert len(widths) >= 12
    assert all(widths)


async def kept(page: Page) -> list[str]:
    return list(await page.evaluate("Object.keys(localStorage)"))


async def test_a_reply_is_put_in_place_and_the_field_is_free_again(site: Site) -> None:
    page = await thread_page(site)
    for text in ("A ruler in the frame.", "And a strip of paper."):
        await page.fill("#f-body", text)
        await page.click("#reply .pri")
        await page.locator(".post", has_text=text).wait_for()
        assert await page.input_value("#f-body") == ""
    assert await page.locator(".post").count() == 3
    assert await page.locator("#replies").all_inner_texts() == ["2 replies"]
    assert await page.locator("#writers").all_inner_texts() == ["2, 2 writing"]
    assert await kept(page) == []


async def test_what_one_types_survives_a_reload_and_leaves_with_the_member(site: Site) -> None:
    page = await thread_page(site)
    await page.fill("#f-body", "Half a thought")
    await page.locator("[data-kept]", has_text="Draft kept").wait_for()
    assert (await kept(page))[0].startswith(f"guildhall:{site.member}:")
    await page.reload()
    await page.locator("#f-body").scroll_into_view_if_needed()
    await page.locator("[data-kept]:not(:empty)").wait_for()
    assert await page.input_value("#f-body") == "Half a thought"
    await page.click(".menu summary")
    await page.click("form[data-signout] button")
    await page.locator(".enter").first.wait_for()
    assert await kept(page) == []


async def test_without_a_line_the_text_waits_and_goes_later_once(site: Site) -> None:
    page = await thread_page(site)
    await page.fill("#f-body", "Written in a tunnel")
    await site.browser.route("**/replies", lambda route: route.abort())
    await page.click("#reply .pri")
    await page.locator("[data-unsent]", has_text="Waiting to send").wait_for()
    assert await page.input_value("#f-body") == ""
    await site.browser.unroute("**/replies")
    await page.locator(".post[id]", has_text="Written in a tunnel").wait_for()
    assert await page.locator(".post").count() == 2
    assert await kept(page) == []


async def test_a_fault_is_said_beside_its_field(site: Site) -> None:
    page = await thread_page(site)
    await page.fill("#f-body", "x" * 21_000)
    await page.click("#reply .pri")
    await page.locator("#reply .err").wait_for()
    assert await page.get_attribute("#f-body", "aria-invalid") == "true"
    assert len(await page.input_value("#f-body")) == 21_000


async def test_formatting_preview_and_names(site: Site) -> None:
    page = await thread_page(site)
    await page.fill("#f-body", "A strip")
    await page.evaluate("document.getElementById('f-body').setSelectionRange(2, 7)")
    await page.click("[data-act=bold]")
    assert await page.input_value("#f-body") == "A **strip**"
    await page.click("[name=preview]")
    await page.locator("#body-preview strong", has_text="strip").wait_for()
    await page.locator("#f-body").press("End")
    await page.locator("#f-body").press_sequentially(" @lay")
    await page.locator(".suggest li", has_text="Layla Haddad").wait_for()
    await page.keyboard.press("Enter")
    assert (await page.input_value("#f-body")).startswith("A **strip** @layla")


async def test_filters_answer_on_change(site: Site) -> None:
    await make_institution("Lakeside Technical Institute", "KE")
    await make_institution("Northern Workshop", "NO", region="europe_north_america")
    page = await site.browser.new_page()
    await page.goto(f"{site.address}/institutions")
    await page.click(".facets summary")
    await page.locator(".facets input[type=checkbox][value=africa]").check()
    await page.locator("#results", has_not_text="Northern Workshop").wait_for()
    assert "region=africa" in page.url
    assert await page.locator("#results", has_text="Lakeside").count() == 1
    assert await page.evaluate("document.activeElement.value") == "africa"


async def test_the_menu_closes_with_escape_and_gives_the_focus_back(site: Site) -> None:
    page = await site.browser.new_page()
    await page.goto(f"{site.address}/help")
    await page.click(".menu summary")
    await page.keyboard.press("Escape")
    assert await page.locator("details.menu[open]").count() == 0
    assert await page.evaluate("document.activeElement.parentElement.className") == "menu"
