"""What the site exists for, done with a keyboard alone: no pointer, every focus seen."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IS_THERE = "(wanted) => document.activeElement.matches(wanted)"
IS_SEEN = """() => { const style = getComputedStyle(document.activeElement), box = document.activeElement.getBoundingClientRect();
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.bottom > 0; }"""


@pytest.fixture
def scripts() -> bool:
    return True


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what a selector names, and look whether it shows."""
    for _ in range(220):
        page.keyboard.press("Tab")
        if page.evaluate(IS_THERE, wanted):
            assert page.evaluate(IS_SEEN), f"the focus on {wanted} cannot be seen"
            return
    raise AssertionError(f"no Tab leads to {wanted} on {page.url}")


def type_into(page: Page, wanted: str, words: str) -> None:
    tab_to(page, wanted)
    page.keyboard.insert_text(words)


def test_the_first_tab_leads_past_the_frame(sit: Sit) -> None:
    page = sit("guest")
    page.goto("/discussions")
    page.keyboard.press("Tab")
    assert page.evaluate(IS_THERE, "a.skip")
    assert page.evaluate(IS_SEEN)
    assert page.locator("a.skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_discussion_is_begun_and_answered(sit: Sit) -> None:
    page = sit("member")
    page.goto("/discussions/new")
    tab_to(page, "[name=place]")
    page.keyboard.press("ArrowDown")
    type_into(page, "[name=title]", "Who oils the vices?")
    type_into(page, "textarea[name=body]", "Ours are dry since the holidays.")
    tab_to(page, "form[action='/discussions/new'] button.pri")
    page.keyboard.press("Enter")
    page.wait_for_url("**/threads/*")
    expect(page.locator("h1")).to_have_text("Who oils the vices?")
    type_into(page, "#reply textarea", "I found the can.")
    tab_to(page, "#reply button.pri")
    page.keyboard.press("Enter")
    expect(page.locator(".post", has_text="I found the can.")).to_be_visible()


def test_a_message_is_sent_to_a_room_and_read_aloud_once(sit: Sit) -> None:
    page = sit("member")
    page.goto("/rooms")
    tab_to(page, "main a[href^='/rooms/']:not([href$=new])")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/*")
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    # What a screen reader would say: nodes that come into the log, outside of parts that keep quiet.
    page.evaluate("""() => { window.said = []; new MutationObserver((changes) => { for (const change of changes)
      for (const node of change.addedNodes) if (node.nodeType === 1 && !node.closest("[aria-live=off]")) window.said.push(node.textContent);
    }).observe(document.querySelector("[role=log]"), {childList: true, subtree: true}); }""")
    type_into(page, "#text", "Twelve vices, one can.")
    page.keyboard.press("Enter")
    expect(page.locator("#log [data-seq]", has_text="Twelve vices, one can.")).to_be_visible()
    expect(page.locator("#text")).to_be_focused()
    said = [text for text in page.evaluate("window.said") if "Twelve vices" in text]
    assert len(said) == 1, said


def test_something_is_searched_and_narrowed(sit: Sit) -> None:
    page = sit("member")
    page.goto("/search")
    type_into(page, "main [name=q]", "welding")
    page.keyboard.press("Enter")
    expect(page.locator("#results .rows > li").first).to_be_visible()
    if page.locator("details.facets:not([open]) > summary").is_visible():
        tab_to(page, "details.facets > summary")
        page.keyboard.press("Enter")
    tab_to(page, ".facets input[type=checkbox]")
    page.keyboard.press("Space")
    page.wait_for_url(lambda url: "q=welding" in url and url.count("=") > 1)
    expect(page.locator("#results .rows > li").first).to_be_visible()


def test_a_listing_is_published_and_an_inquiry_answered(sit: Sit) -> None:
    host, guest = sit("coordinator"), sit("moderator")
    host.goto("/exchange/new")
    tab_to(host, "[name=direction]")
    host.keyboard.press("Space")
    for name, letters in (("activity", "Job"), ("participant", "Teach")):
        tab_to(host, f"select[name={name}]")
        host.keyboard.type(letters)
    type_into(host, "[name=title]", "A week of oiling")
    type_into(host, "[name=summary]", "Every vice, every hinge.")
    type_into(host, "[name=fields]", "0715")
    for name, days in (("starts", 40), ("ends", 80)):
        tab_to(host, f"[name={name}]")
        host.keyboard.type((date.today() + timedelta(days=days)).strftime("%m%d%Y"))
    type_into(host, "[name=country]", "Senegal")
    tab_to(host, "button[value=publish]")
    host.keyboard.press("Enter")
    host.wait_for_url("**/listings/*")
    expect(host.locator("h1")).to_have_text("A week of oiling")

    guest.goto(host.url)
    type_into(guest, "form[action$='/inquiries'] textarea", "One of ours would come.")
    tab_to(guest, "form[action$='/inquiries'] button.pri")
    guest.keyboard.press("Enter")
    guest.wait_for_url("**/inquiries/*")
    host.goto(guest.url.split("#")[0])
    type_into(host, "form[action$='/messages'] textarea", "Bring overalls.")
    tab_to(host, "form[action$='/messages'] button.pri")
    host.keyboard.press("Enter")
    expect(host.locator(".post", has_text="Bring overalls.")).to_be_visible()
