"""One journey through what the site exists for, on a phone, with JavaScript and without."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHRASE = "a lathe, a lamp and a ledger"


def test_somebody_joins_by_an_invitation_and_confirms_the_address(sit: Sit, scripts: bool) -> None:
    coordinator, guest = sit("coordinator"), sit("guest")
    coordinator.goto("/institutions/centre-metiers-thies")
    with coordinator.expect_navigation():
        coordinator.locator("form[action$='/invites'] button").click()
    link = re.search(r"/join\?invite=[\w.~-]+", coordinator.content())
    assert link
    guest.goto(link.group(0))
    email = f"demba{int(scripts)}@school.example"
    guest.fill("[name=name]", f"Demba Sow {'AB'[scripts]}")
    guest.fill("[name=email]", email)
    guest.fill("[name=pass_phrase]", PHRASE)
    guest.locator("form[action='/join'] button").last.click()
    guest.wait_for_url("**/join/sent*")
    guest.goto("/outbox")
    confirm = re.search(r"/confirm\?token=[\w.~-]+", guest.content())
    assert confirm
    guest.goto(confirm.group(0))
    guest.fill("[name=pass_phrase]", PHRASE)
    guest.locator("form[action='/confirm'] button").first.click()
    guest.wait_for_url(lambda url: "/confirm" not in url)
    guest.goto("/")
    expect(guest.locator("h1")).to_contain_text("Demba")


def test_a_question_is_asked_answered_and_marked(sit: Sit, scripts: bool) -> None:
    asks, answers = sit("member"), sit("coordinator")
    title = f"Which grease survives salt water {int(scripts)}?"
    asks.goto("/discussions/new")
    asks.select_option("[name=place]", "innovation")
    asks.check("[name=kind][value=question]")
    asks.fill("[name=title]", title)
    asks.fill("[name=body]", "Our outboards seize after **one** season.")
    asks.locator("form[action='/discussions/new'] button.pri").click()
    asks.wait_for_url("**/threads/*")
    expect(asks.locator("h1")).to_have_text(title)
    thread = asks.url.split("#")[0]
    answers.goto(thread)
    answers.fill("#reply [name=body]", "La graisse marine au calcium, chez nous. @akinyi essayez.")
    answers.locator("#reply button.pri").click()
    expect(answers.locator(".post", has_text="au calcium").first).to_be_visible()
    if scripts:  # it appears in the page that is already open
        expect(asks.locator(".post", has_text="au calcium")).to_be_visible()
    asks.goto(thread)
    asks.locator("#p2 button[name=accepted]").click()
    expect(asks.locator(".answer")).to_contain_text("au calcium")


def test_two_people_talk_in_a_room(sit: Sit, scripts: bool) -> None:
    hers, his = sit("member"), sit("moderator")
    hers.goto("/rooms")
    hers.get_by_role("link", name="Workshop clinic").click()
    his.goto(hers.url)
    words = f"Measured with a clock: eleven minutes ({int(scripts)})"
    if scripts:
        expect(hers.locator("#here")).to_have_text("2")
    hers.fill("#write [name=text]", words)
    hers.locator("#write button").click()
    if not scripts:
        his.reload()
    expect(his.locator(".say", has_text=words)).to_be_visible()


def test_a_practice_is_written_handed_in_returned_and_published(sit: Sit, scripts: bool) -> None:
    author, steward = sit("member"), sit("steward")
    title = f"Pump clinics on Saturdays {int(scripts)}"
    author.goto("/practices/new")
    author.fill("[name=title]", title)
    author.fill("[name=summary]", "Learners repair village pumps one day a week, in front of their owners.")
    author.select_option("[name=country]", "KE")
    author.check("[name=themes][value=greening]")
    for section in ("context", "challenge", "solution"):
        author.fill(f"[name={section}]", f"What we say of the {section}, in our own words.")
    author.select_option("[name=licence]", "CC-BY-4.0")
    author.locator("button[value=submit]").first.click()
    author.wait_for_load_state()
    _decide(steward, title, "return", "Please say how many pumps.")
    find_soon(author, "/", "Your practice came back with a request")
    author.locator("a", has_text="Your practice came back").first.click()
    author.fill("[name=solution]", "Four trainers, 31 pumps in a year.")
    author.locator("button[value=submit]").first.click()
    author.wait_for_load_state()
    _decide(steward, title, "publish", "")
    guest = sit("guest")
    guest.goto("/practices")
    guest.get_by_role("link", name=title).click()
    expect(guest.locator("main")).to_contain_text("31 pumps")


def find_soon(page: Page, path: str, words: str) -> None:
    """What follows from a fact is there a moment later: load the page until it says so."""
    for _ in range(40):
        page.goto(path)
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{path} never said: {words}")


def _decide(steward: Page, title: str, verb: str, reasons: str) -> None:
    steward.goto("/stewardship")
    row = steward.locator("li", has_text=title).first
    if row.locator("textarea, input[name=reasons]").count() == 0:
        row.get_by_role("link").first.click()
        row = steward.locator("main")
    if reasons:
        row.locator("[name=reasons]").first.fill(reasons)
    row.locator(f"button[value={verb}]").first.click()
    steward.wait_for_load_state()


def test_a_listing_is_made_on_a_phone_and_an_inquiry_answered(sit: Sit, scripts: bool) -> None:
    host, guest = sit("coordinator"), sit("moderator")  # both coordinate an institution
    title = f"Two weeks on the trailer {int(scripts)}"
    host.goto("/exchange/new")
    host.check("[name=direction][value=offer]")
    host.select_option("[name=activity]", "job_shadowing")
    host.select_option("[name=participant]", "teacher")
    host.fill("[name=title]", title)
    host.fill("[name=summary]", "From village to village with the solar laboratory.")
    host.locator("[name=fields]").first.fill("0713")
    host.fill("[name=starts]", str(date.today() + timedelta(days=40)))
    host.fill("[name=ends]", str(date.today() + timedelta(days=80)))
    host.fill("[name=country]", "Senegal")
    host.locator("button[value=publish]").first.click()
    host.wait_for_url("**/listings/*")
    expect(host.locator("h1")).to_have_text(title)
    guest.goto(host.url)
    guest.locator("form[action$='/inquiries'] textarea").fill("One of ours would come in the second week.")
    guest.locator("form[action$='/inquiries'] button").last.click()
    guest.wait_for_url("**/inquiries/*")
    find_soon(host, "/", "An institution asks about your listing")
    host.goto(guest.url)  # there may be other inquiries beside it
    host.locator("form[action$='/messages'] textarea").fill("The second week suits us.")
    host.locator("form[action$='/messages'] button").last.click()
    host.wait_for_load_state()
    guest.reload()
    expect(guest.locator("main")).to_contain_text("The second week suits us.")


def test_a_typo_finds_what_was_meant(sit: Sit, scripts: bool) -> None:
    guest = sit("guest")
    guest.goto("/search?q=entreprenurship")
    expect(guest.locator("main")).to_contain_text("entrepreneurship")
    assert guest.locator("main mark").count() > 0
