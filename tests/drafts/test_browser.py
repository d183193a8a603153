"""What somebody typed comes back, in a real browser: after a crash, a dead line, a session that ended; and on another device."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from community.accounts.identity import cookie_name
from community.accounts.sessions import end_sessions, open_session
from community.audience import coordinators_key, grant, member_key
from community.discussions.models import Reply, Thread
from community.drafts.models import Draft
from community.members.models import Detail
from community.storage import unit_of_work
from tests.discussions.factories import make_thread
from tests.factories import make_institution, make_member
from tests.web.test_modules import Site, kept, site  # noqa: F401 - a fixture

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

Device = Callable[..., Awaitable[BrowserContext]]
KEPT = "[data-kept]"
OFFER = "[data-draft]"


async def sign_in(context: BrowserContext, address: str, member: int) -> None:
    async with unit_of_work():
        session = await open_session(member, "tests", keep=True)
    await context.add_cookies([{"name": cookie_name(), "value": session.token, "url": address}])


async def another(site: Site, member: int | None = None) -> BrowserContext:  # noqa: F811
    assert site.browser.browser
    context = await site.browser.browser.new_context(viewport={"width": 1280, "height": 900})
    await sign_in(context, site.address, member or site.member)
    return context


async def opened(context: BrowserContext, address: str) -> Page:
    page = await context.new_page()
    async with page.expect_response("**/drafts.*.js"):
        await page.goto(address)
    await page.wait_for_timeout(150)
    return page


async def profile(site: Site) -> str:  # noqa: F811
    from community.accounts.models import Member

    return f"{site.address}/people/{(await Member.get(id=site.member)).handle}/edit"


async def test_a_form_survives_a_crash_an_ended_session_and_a_dead_line(site: Site) -> None:  # noqa: F811
    address = await profile(site)
    page = await opened(site.browser, address)
    await page.fill("#f-biography", "I teach wiring.")
    await page.select_option("#f-country", "KE")
    await expect(page.locator(KEPT)).to_contain_text("Draft kept on this device")
    await page.close()  # a crash: nothing of the page runs any more
    page = await opened(site.browser, address)
    await expect(page.locator("#f-biography")).to_have_value("I teach wiring.")
    await expect(page.locator("#f-country")).to_have_value("KE")

    await end_everything(site)
    await page.fill("#f-biography", "I teach wiring, and am signed out.")
    await page.click("form .pri")
    await expect(page.locator("h1")).to_contain_text("There is no such page for you")
    await sign_in(site.browser, site.address, site.member)
    await page.click("a[href^='/signin']:has-text('Sign in') >> nth=-1")
    await expect(page.locator("#f-biography")).to_have_value("I teach wiring, and am signed out.")

    await site.browser.set_offline(True)
    await page.click("form .pri")
    await page.wait_for_timeout(200)
    await site.browser.set_offline(False)
    page = await opened(site.browser, address)
    await expect(page.locator("#f-biography")).to_have_value("I teach wiring, and am signed out.")
    await page.click("form .pri")
    await page.wait_for_url("**/people/*")
    assert await Detail.filter(member_id=site.member, kind="biography").first().values_list("value", flat=True)
    await page.wait_for_function("!Object.values(localStorage).some((kept) => kept.includes('wiring'))")
    await page.goto(f"{site.address}/account/device")
    await expect(page.locator("[data-none]")).to_be_visible()
    page = await opened(site.browser, address)
    await expect(page.locator(OFFER)).to_be_hidden()


async def end_everything(site: Site) -> None:  # noqa: F811
    async with unit_of_work():
        await end_sessions(site.member)


async def rest(page: Page) -> None:
    """What somebody does who stops typing for four seconds."""
    await page.clock.run_for(4000)
    await expect(page.locator(KEPT)).to_contain_text("for your other devices too")


async def test_two_devices_keep_both_texts_until_one_is_chosen(site: Site) -> None:  # noqa: F811
    address = await profile(site)
    phone, desk = site.browser, await another(site)
    here = await opened(phone, address)
    await here.clock.install()
    await here.fill("#f-biography", "Begun on the phone.")
    await rest(here)
    there = await opened(desk, address)
    await there.clock.install()
    await expect(there.locator(OFFER)).to_contain_text("Begun on the phone.")
    await expect(there.locator("#f-biography")).to_have_value("")
    await there.click("[data-use]")
    await there.fill("#f-biography", "Begun on the phone. Gone on at the desk.")
    await rest(there)
    await here.fill("#f-biography", "Gone on on the phone.")
    await here.clock.run_for(4000)
    await expect(here.locator(OFFER)).to_contain_text("Gone on at the desk.")
    await expect(here.locator("#f-biography")).to_have_value("Gone on on the phone.")
    assert "desk" in (await Draft.get(place="profile")).source
    await here.click("[data-leave]")
    await expect(here.locator(KEPT)).to_contain_text("for your other devices too")
    assert "Gone on on the phone." in json.dumps((await Draft.get(place="profile")).filled)
    await desk.close()


async def test_signing_out_empties_the_device_and_the_next_member_sees_nothing(site: Site) -> None:  # noqa: F811
    thread = await make_thread(await make_member("Layla Haddad"))
    address = f"{site.address}/threads/{thread.id}?page=last#reply"
    page = await opened(site.browser, address)
    other = await opened(site.browser, address)
    await other.fill("#f-body", "In another window")
    await page.fill("#f-body", "Mine alone")
    await expect(page.locator(KEPT)).to_contain_text("Draft kept")
    await page.goto(f"{site.address}/account/device")
    await expect(page.locator("[data-kept-list] li")).to_contain_text(["Mine alone"])
    await page.click(".menu summary")
    await page.click("form[data-signout] button")
    await page.locator(".enter").first.wait_for()
    await other.fill("#f-body", "Typed after the other window signed out")
    await other.wait_for_timeout(600)
    assert await stored(page) == {"local": 0, "session": 0, "databases": 0}
    await sign_in(site.browser, site.address, (await make_member("Bagus Prasetyo")).id)
    page = await opened(site.browser, address)
    assert await page.input_value("#f-body") == ""
    await page.goto(f"{site.address}/account/device")
    await expect(page.locator("[data-none]")).to_be_visible()


async def test_posts_written_offline_go_once_and_in_order(site: Site) -> None:  # noqa: F811
    thread = await make_thread(await make_member("Layla Haddad"))
    page = await opened(site.browser, f"{site.address}/threads/{thread.id}#reply")
    await site.browser.set_offline(True)
    for text in ("First, in the tunnel", "Second, still there"):
        await page.fill("#f-body", text)
        await page.click("#reply .pri")
        await expect(page.locator("[data-unsent]", has_text=text)).to_contain_text("Waiting to send")
        assert await page.input_value("#f-body") == ""
    await page.close()
    await site.browser.set_offline(False)
    page = await site.browser.new_page()
    async with page.expect_response(lambda answer: "Second" in (answer.request.post_data or "")):
        await page.goto(f"{site.address}/help")  # whatever page is open when the line is back
    await expect(page.locator("#flash")).to_contain_text("is sent")
    written = await Reply.filter(thread_id=thread.id, author_id=site.member).order_by("number").values_list("source", flat=True)
    assert written == ["First, in the tunnel", "Second, still there"]
    assert await kept(page) == []


async def test_a_post_that_is_refused_says_why_and_can_be_taken_back(site: Site) -> None:  # noqa: F811
    thread = await make_thread(await make_member("Layla Haddad"))
    page = await opened(site.browser, f"{site.address}/threads/{thread.id}#reply")
    await site.browser.set_offline(True)
    await page.fill("#f-body", "Too late")
    await page.click("#reply .pri")
    waiting = page.locator("[data-unsent]")
    await expect(waiting).to_contain_text("Waiting to send")
    await page.click(".menu summary")
    await page.click("form[data-signout] button")
    await expect(page.locator("#flash")).to_contain_text("Some texts wait to be sent")
    await set_closed(thread, True)
    await site.browser.set_offline(False)
    await expect(waiting).to_contain_text("This discussion is closed", timeout=10_000)
    await set_closed(thread, False)
    await waiting.get_by_role("button", name="Discard").click()
    assert await page.input_value("#f-body") == "Too late"
    await page.click("#reply .pri")
    await expect(page.locator(".post[id]", has_text="Too late")).to_have_count(1)
    assert await Reply.filter(thread_id=thread.id, author_id=site.member).count() == 1


async def set_closed(thread: Thread, closed: bool) -> None:
    async with unit_of_work():
        await Thread.filter(id=thread.id).update(closed=closed)


async def stored(page: Page) -> dict[str, Any]:
    return dict(
        await page.evaluate(
            """async () => ({local: localStorage.length, session: sessionStorage.length,
                              databases: (await indexedDB.databases()).length})"""
        )
    )


async def test_what_was_refused_is_not_said_to_wait(site: Site) -> None:  # noqa: F811
    page = await site.browser.new_page()
    await page.goto(f"{site.address}/account/device")
    await page.evaluate(
        """() => localStorage.setItem(`guildhall:${document.body.dataset.member}:outbox`, JSON.stringify(
             ["", "long", "This room is closed."].map((why, number) => ({state: number ? "failed" : "waiting", why, at: Date.now(),
               frame: {type: "send", topic: "room:5", client_id: String(number), text: `Words ${number}`}}))))"""
    )
    await page.reload()
    lines = page.locator("[data-kept-list] li .meta")
    await expect(lines).to_contain_text(["Waiting to send", "Not sent. This is too long.", "Not sent. This room is closed."])
    await expect(lines.filter(has_text="Waiting")).to_have_count(1)


async def test_a_guests_application_comes_back_on_this_device_without_name_or_address(site: Site) -> None:  # noqa: F811
    assert site.browser.browser
    guest = await site.browser.browser.new_context(viewport={"width": 1280, "height": 900})
    page = await opened(guest, f"{site.address}/join")
    for name, text in (("name", "Amara Diallo"), ("email", "amara@school.example"), ("line", "I teach welding in Kisumu.")):
        await page.fill(f"#f-{name}", text)
    await expect(page.locator(KEPT)).to_contain_text("Draft kept on this device")
    await page.close()
    page = await opened(guest, f"{site.address}/join")
    await expect(page.locator("#f-line")).to_have_value("I teach welding in Kisumu.")
    assert (await page.input_value("#f-name"), await page.input_value("#f-email")) == ("", "")
    assert "amara" not in (await page.evaluate("JSON.stringify(localStorage)")).lower()
    for name, text in (("name", "Amara Diallo"), ("email", "amara@school.example"), ("pass_phrase", "a bench a vice a file")):
        await page.fill(f"#f-{name}", text)
    await page.click("form .pri")
    await page.wait_for_url(lambda address: not address.endswith("/join"))
    await page.wait_for_timeout(200)
    page = await opened(guest, f"{site.address}/join")
    await expect(page.locator("#f-line")).to_have_value("")
    await guest.close()


async def test_a_pasted_list_of_people_comes_back_and_ends_when_it_is_checked(site: Site) -> None:  # noqa: F811
    lakeside = await make_institution()
    async with unit_of_work():
        await grant(coordinators_key(lakeside.id), member_key(site.member), "coordinator")
    address = f"{site.address}/institutions/{lakeside.slug}/lists/new"
    page = await opened(site.browser, address)
    await page.clock.install()
    await page.fill("#f-people", "bagus@school.example, Bagus Prasetyo")
    await rest(page)
    desk = await another(site)
    there = await opened(desk, address)
    await expect(there.locator(OFFER)).to_contain_text("bagus@school.example")
    await there.goto(f"{site.address}/drafts")
    await expect(there.locator("main")).to_contain_text(lakeside.name)
    await page.click("form .pri")
    await page.wait_for_url("**/lists/*")
    assert not await Draft.filter(member_id=site.member).exists()
    await desk.close()
