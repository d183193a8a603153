"""Finding something from any page: over it while typing, or through the plain form."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_guest_finds_a_discussion_from_another_page(sit: Sit, scripts: bool) -> None:
    page = sit("guest")
    page.goto("/practices")
    page.locator("a[data-search]").click()
    field = page.get_by_role("searchbox", name="Search everything").last

    field.press_sequentially("weldi")
    if scripts:
        expect(page).to_have_url(re.compile("/practices$"))
        expect(page.locator("dialog[open] .rows mark").first).to_contain_text("weld", ignore_case=True)
        field.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("a[data-search]")).to_be_focused()
        page.locator("a[data-search]").click()
    field.fill("weldng")
    field.press("Enter")

    expect(page.get_by_text("Something was respelled.")).to_be_visible()
    expect(page.locator("main .rows mark").first).to_contain_text("weld", ignore_case=True)
    page.locator("nav[aria-label=Kind] a", has_text="Discussions").click()
    page.locator("main .rows h2 a").first.click()
    expect(page.locator("main h1")).to_be_visible()


def test_filters_narrow_what_was_found(sit: Sit) -> None:
    page = sit("guest")
    page.goto("/search?q=welding&country=FJ")

    expect(page.locator("#results .rows > li").first).to_be_visible()
    page.goto("/search?q=welding&country=XX&page=7")
    expect(page.locator("main h1")).to_have_count(1)
