"""A discussion, a practice, a listing and an event on paper: the words without the frame, whole, with the addresses of links."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROME = "header.top, nav, footer, aside.demo, .skip, .acts, .composer, textarea, select, input, button, .btn"
SHOWN = f"() => [...document.querySelectorAll('{CHROME}')].filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 120))"
CLIPPED = """() => [...document.querySelectorAll("main, main *")].filter((one) => one.checkVisibility() && !one.closest("svg, .flash")
  && getComputedStyle(one).clipPath === "none" && getComputedStyle(one).overflow !== "visible" && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
  .map((one) => one.outerHTML.slice(0, 120))"""
PAPER = {"width": 718, "height": 1000}  # A4 with the margins of a browser


@pytest.fixture
def scripts() -> bool:
    return True


def first_link(page: Page, path: str, wanted: str) -> str:
    page.goto(path)
    return str(page.locator(f"main a[href^='{wanted}']").first.get_attribute("href"))


def test_what_is_printed_is_the_words_alone(sit: Sit) -> None:
    page = sit("coordinator")
    addresses = ["/threads/1", "/practices/31", first_link(page, "/exchange?show=all", "/listings/"), first_link(page, "/events", "/events/"),
                 "/rooms/1"]  # fmt: skip
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    for path in addresses:
        page.goto(path)
        assert page.evaluate(SHOWN) == [], path
        assert page.evaluate(CLIPPED) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"], path
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 37, 33)", (
            "ink, not the light letters of the dark scheme"
        )


def test_a_long_room_needs_several_sheets_and_a_link_says_where_it_leads(sit: Sit) -> None:
    page = sit("coordinator")
    page.goto("/rooms/1")
    assert sheets(page) > 1
    page.goto("/threads/1")
    page.emulate_media(media="print")
    page.evaluate("document.querySelector('.prose').innerHTML += '<p><a href=\"https://school.example/vices\">vices</a></p>'")
    after = "(link) => getComputedStyle(link, '::after').content"
    assert "https://" in page.locator(".prose a[href^=https]").first.evaluate(after) or "attr" in page.locator(
        ".prose a[href^=https]"
    ).first.evaluate(after)
    assert page.locator("main .by a[href^='/people/']").first.evaluate(after) == "none"


def sheets(page: Page) -> int:
    """How many pages of paper it takes."""
    return len(re.findall(rb"/Type /Page\b(?!s)", page.pdf(format="A4")))
