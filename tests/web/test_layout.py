"""What a browser makes of the style sheet: nothing runs off a narrow screen, whatever somebody wrote, and both directions look alike."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.chat.conftest import Open, hall, open_page  # noqa: F401 - fixtures
from tests.chat.factories import make_room, say
from tests.chat.test_attachments import data_folder  # noqa: F401 - a fixture
from tests.discussions.factories import make_moderator, make_reply, make_thread
from tests.factories import make_institution, make_member
from tests.moderation.test_queue import make_held
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PHONE = {"width": 360, "height": 780}
HARD = {
    "code": "```\n" + "x = lathe; " * 9 + "\n```",
    "a table": "| " + "a measurement | " * 9 + "\n|" + " --- |" * 9 + "\n| " + "0.05 mm | " * 9,
    "a link": "https://school.example/" + "w" * 200,
    "a word": "W" * 200,
}
NAME = f"{'a_long_name_of_a_sheet' * 6}.txt"


async def a_post(opened: Open) -> Page:
    """Of a thread; each kind that does not fit, and in a list and a quotation."""
    author = await make_member()
    thread = await make_thread(author)
    for text in HARD.values():
        await make_reply(author, thread, text)
    await make_reply(author, thread, "\n".join(f"> {line}" for line in HARD["code"].splitlines()))
    return await opened(author, f"/threads/{thread.id}", viewport=PHONE)


async def a_post_that_waits_for_a_moderator(opened: Open) -> Page:
    moderator = await make_member("Mika Lehtola")
    await make_moderator(moderator)
    for number, text in enumerate(HARD.values()):
        await make_held(await make_thread(moderator), text, f"Nia {number}")
    return await opened(moderator, "/stewardship/queue", viewport=PHONE)


async def what_one_is_told_in_french(opened: Open) -> Page:
    return await opened(await make_member(language="fr"), "/account/notices", viewport=PHONE)


async def what_one_is_told_in_arabic(opened: Open) -> Page:
    return await opened(await make_member(language="ar"), "/account/notices", viewport=PHONE)


async def a_file_that_is_chosen(opened: Open) -> Page:
    page = await opened(await make_member(), f"/rooms/{(await make_room()).id}", viewport=PHONE)
    await page.locator("[data-adding] summary").click()
    await page.locator("#file").set_input_files({"name": NAME, "mimeType": "text/plain", "buffer": b"Kept short"})
    await expect(page.locator("[data-chosen]").get_by_role("button", name="Remove")).to_be_visible()
    return page


async def a_file_that_is_sent(opened: Open) -> Page:
    page = await a_file_that_is_chosen(opened)
    await page.locator("#text").press("Enter")
    await expect(page.locator(".say [data-attached]")).to_contain_text(NAME[:20])
    return page


@pytest.mark.parametrize(
    "opening",
    [a_post, a_post_that_waits_for_a_moderator, what_one_is_told_in_french, what_one_is_told_in_arabic, a_file_that_is_chosen,
     a_file_that_is_sent],
)  # fmt: skip
async def test_nothing_runs_off_the_screen(open_page: Open, opening: Callable[[Open], Awaitable[Page]]) -> None:  # noqa: F811
    page = await opening(open_page)
    off = """() => [...document.querySelectorAll("main, .log, main .btn, main input")].filter((one) => one.checkVisibility() && !one.closest(".scroll")
      && (one.getBoundingClientRect().right > innerWidth || one.getBoundingClientRect().left < 0 || one.scrollWidth > innerWidth))
      .map((one) => one.outerHTML.slice(0, 90))"""
    assert await page.evaluate(off) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_what_is_said_beside_a_long_line_stays_beside_it(open_page: Open) -> None:  # noqa: F811
    page = await a_post(open_page)
    await page.set_viewport_size({"width": 1280, "height": 900})
    edges = (
        "[...document.querySelectorAll('.post *')].map((one) => one.closest('pre, table') ? 0 : one.getBoundingClientRect().right)"
    )
    beside = await page.locator(".side").bounding_box()
    assert beside is not None
    assert max(await page.evaluate(edges)) <= beside["x"]


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_field_joined_to_its_button_has_all_its_edges(open_page: Open, language: str) -> None:  # noqa: F811
    page = await open_page(await make_member(language=language), f"/rooms/{(await make_room()).id}")
    widths = "(one) => [...document.querySelectorAll('.ask input')].map((one) => [getComputedStyle(one).borderLeftWidth, getComputedStyle(one).borderRightWidth])"
    assert {width for one in await page.evaluate(widths) for width in one} == {"1px"}


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_list_without_pictures_begins_where_its_heading_does(open_page: Open, language: str) -> None:  # noqa: F811
    page = await open_page(await make_member(language=language), "/account")
    begins = """(one) => { const box = one.getBoundingClientRect(); return document.dir === "rtl" ? box.right : box.left; }"""
    row = page.locator(".rows h3").first
    assert await row.evaluate(begins) == await page.locator(".h-rule").first.evaluate(begins)


async def test_what_may_be_done_with_a_message_that_failed_looks_like_it(open_page: Open) -> None:  # noqa: F811
    page = await open_page(await make_member(), f"/rooms/{(await make_room()).id}", viewport=PHONE)
    await expect(page.locator("#here")).to_have_text("1")
    await page.locator("#text").evaluate("(field) => field.removeAttribute('maxlength')")
    await page.fill("#text", "x" * 4001)
    await page.keyboard.press("Enter")
    for name in ("Send again", "Discard"):
        await expect(page.get_by_role("button", name=name)).to_have_css("text-decoration-line", "underline")


async def test_an_institution_beside_a_name_is_cut_at_its_end(open_page: Open) -> None:  # noqa: F811
    institute = await make_institution("Lakeside Technical Institute of Mechanical Trades")
    member, room = await make_member("Amara Diallo", institution=institute, language="ar"), await make_room()
    await say(await viewer_of(member), room, "Good morning")
    page = await open_page(member, f"/rooms/{room.id}", viewport=PHONE)
    drawn = "(one) => [getComputedStyle(one).direction, one.scrollWidth > one.clientWidth, one.textContent.slice(0, 8)]"
    overflow = "(one) => [getComputedStyle(one).overflowX, getComputedStyle(one).textOverflow]"
    place = page.locator(".say header small")
    assert await place.evaluate(drawn) == ["ltr", True, "Lakeside"]
    assert await place.evaluate(overflow) == ["hidden", "ellipsis"]
    assert await page.evaluate("document.querySelector('.log').scrollWidth") <= PHONE["width"]
    await page.fill("#text", "And good evening")
    await page.keyboard.press("Enter")
    await expect(page.locator(".say[data-seq]")).to_have_count(2)
    assert await place.last.evaluate(drawn.replace(", one.scrollWidth > one.clientWidth", "")) == ["ltr", "Lakeside"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_the_message_one_comes_for_shows_which_it_is(open_page: Open, language: str, scheme: str) -> None:  # noqa: F811
    """Not by its colour alone, and without moving its words."""
    member, room = await make_member(language=language), await make_room()
    _before, sent, _after = [await say(await viewer_of(member), room, f"Sheet {number}") for number in range(3)]
    path = f"/rooms/{room.id}?around={sent.seq}#m-{sent.message_id}"
    page = await open_page(member, path, viewport=PHONE, color_scheme=scheme)
    looks = """() => [...document.querySelectorAll(".say")].map((one) => [getComputedStyle(one).borderInlineStartWidth,
      getComputedStyle(one).backgroundColor !== "rgba(0, 0, 0, 0)", one.querySelector(".said").getBoundingClientRect().x])"""
    before, here, after = await page.evaluate(looks)
    assert before == after == ["0px", False, here[2]]
    assert here[:2] == ["4px", True]
