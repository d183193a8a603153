"""Files and voice notes in a real browser: on the way, on the page, and away again."""

import asyncio
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Locator, Page, Route, expect

from community.chat.models import Message
from community.files import blobs
from community.files.models import File
from community.files.sounds import rewritten
from tests.chat.conftest import House, Open
from tests.chat.factories import make_room
from tests.chat.test_attachments import data_folder
from tests.factories import make_member
from tests.files.test_files import png

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
assert data_folder


def picture(name: str = "coupon sheet.png", size: tuple[int, int] = (700, 350)) -> dict[str, object]:
    return {"name": name, "mimeType": "image/png", "buffer": png(size)}


async def test_a_picture_goes_with_words_and_is_drawn_as_the_page_draws_it(hall: House, open_page: Open) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    room = await make_room()
    hers, his = await open_page(amara, f"/rooms/{room.id}"), await open_page(bagus, f"/rooms/{room.id}")
    loaded: list[str] = []
    hers.on("request", lambda request: loaded.append(request.url))
    await expect(his.locator("#here")).to_have_text("2", timeout=5000)
    assert not any("room_adding" in url for url in loaded)
    await hers.locator("[data-adding] summary").click()
    await hers.locator("#file").set_input_files(
        [picture(), {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Kept short"}]
    )
    await expect(hers.locator("[data-chosen] li")).to_have_count(2)
    await expect(hers.locator("[data-chosen] progress")).to_have_count(0)
    await hers.locator("#text").fill("Our coupon sheet")
    await hers.keyboard.press("Enter")
    arrived = his.locator(".say", has_text="Our coupon sheet")
    await expect(arrived.locator("img")).to_have_attribute("src", re.compile(r"/files/\d+/coupon-sheet\.png\?size=small"))
    await expect(arrived.locator("[data-attached]")).to_contain_text("notes.txt")
    assert await arrived.locator("img").evaluate("img => img.decode().then(() => img.naturalWidth)") == 480
    await expect(hers.locator("[data-chosen] li")).to_have_count(0)
    shape = "node => node.querySelector('[data-attached]').outerHTML.replace(/ (decoding|loading|width|height|alt|src)=\"[^\"]*\"/g, '')"
    live = await arrived.evaluate(shape)
    await his.reload()
    assert await his.locator(".say", has_text="Our coupon sheet").evaluate(shape) == live


async def test_what_is_chosen_and_sent_before_its_part_has_loaded_goes_along(hall: House, open_page: Open) -> None:
    amara, room = await make_member("Amara Diallo"), await make_room()
    hers = await open_page(amara, f"/rooms/{room.id}")
    held = asyncio.Event()

    async def late(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await hers.route("**/room_adding*.js", late)
    await hers.locator("[data-adding] summary").click()
    await hers.locator("#file").set_input_files([picture()])
    await hers.locator("#text").fill("Our coupon sheet")
    await hers.keyboard.press("Enter")
    held.set()
    said = hers.locator(".say", has_text="Our coupon sheet")
    await expect(said.locator("img")).to_have_attribute("src", re.compile(r"/files/\d+/coupon-sheet\.png\?size=small"))


async def test_a_voice_note_is_recorded_listened_to_sent_and_played(hall: House, open_page: Open) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    room = await make_room()
    hers, his = await open_page(amara, f"/rooms/{room.id}"), await open_page(bagus, f"/rooms/{room.id}")
    await hers.locator("[data-adding] summary").click()
    await hers.get_by_role("button", name="Record a voice note").click()
    await expect(hers.get_by_role("timer")).to_contain_text("/ 3:00")
    await hers.get_by_role("button", name="Discard").click()
    await hers.get_by_role("button", name="Record a voice note").click()
    await expect(hers.get_by_role("timer")).to_contain_text("0:01", timeout=5000)
    await hers.get_by_role("button", name="Finish").click()
    await expect(hers.locator("[data-adding] audio")).to_have_count(1)
    assert await File.all().count() == 0  # nothing has left the device
    await hers.get_by_role("button", name="Add it").click()
    await hers.locator("#text").press("Enter")  # while it is on its way, or after: it goes by itself
    player = his.locator(".say audio")
    await expect(player).to_have_attribute("preload", "none", timeout=10_000)
    await expect(his.locator(".say [data-attached]")).to_contain_text(re.compile(r"0:0[1-3] · \d+\skB"))
    lasts = await player.evaluate(
        "player => new Promise((done, fail) => { player.onloadedmetadata = () => done(player.duration); player.onerror = fail; player.load(); player.preload = 'auto'; })"
    )
    assert 0.8 < lasts < 4  # a recorder's own WebM says Infinity
    await player.evaluate("player => { player.muted = true; return player.play(); }")
    kept = await File.get()
    assert (kept.media_type, kept.name) == ("audio/webm", "Voice-note.webm")
    content = await asyncio.to_thread(Path(blobs.path_of(kept.digest)).read_bytes)
    assert rewritten(content).content == content
    assert b"Chrome" not in content
    assert (await Message.get()).source == ""


async def test_what_is_on_its_way_can_be_stopped_and_what_failed_tried_again(open_page: Open) -> None:
    room = await make_room()
    page = await open_page(await make_member(), f"/rooms/{room.id}")
    await page.locator("[data-adding] summary").click()
    held = asyncio.Event()

    async def hold(route) -> None:
        await held.wait()
        await route.abort()

    await page.route("**/files", hold)
    await page.locator("#file").set_input_files(picture())
    await expect(page.locator("[data-chosen] progress")).to_have_count(1)
    await page.locator("#text").fill("With the sheet")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-adding] [role=status]")).to_contain_text("as soon as its files are there")
    held.set()
    await expect(page.locator("[data-chosen]")).to_contain_text("Not sent.")
    await page.unroute("**/files")
    await page.get_by_role("button", name="Send again").click()
    await expect(page.locator("[data-chosen] progress")).to_have_count(0)
    await page.locator("#file").set_input_files({"name": "virus.exe", "mimeType": "application/x-dosexec", "buffer": b"MZ\x00"})
    await expect(page.locator("[data-chosen]")).to_contain_text("This kind of file cannot be shared here.")
    await page.locator("[data-chosen] li", has_text="virus.exe").get_by_role("button", name="Remove").click()
    await page.locator("#text").press("Enter")
    await expect(page.locator(".say img")).to_have_count(1)


def chosen(page: Page) -> Locator:
    return page.locator("[data-chosen] li")


async def test_files_are_shown_in_the_order_of_choosing_though_the_last_is_there_first(open_page: Open) -> None:
    room = await make_room()
    page = await open_page(await make_member(), f"/rooms/{room.id}")
    is_there = {name: asyncio.Event() for name in ("b", "c")}
    before = {"a": "b", "b": "c"}  # a waits for b, and b for c

    async def in_turn(route: Route) -> None:
        name = re.search(rb'filename="(.)\.png"', route.request.post_data_buffer)[1].decode()
        if name in before:
            await is_there[before[name]].wait()
        answer = await route.fetch()
        await route.fulfill(response=answer)
        if name in is_there:
            is_there[name].set()

    await page.route("**/files", in_turn)
    await page.locator("[data-adding] summary").click()
    await page.locator("#file").set_input_files([picture(f"{name}.png") for name in "abc"])
    await expect(chosen(page).get_by_role("button", name="Remove")).to_have_count(3)
    assert await File.all().order_by("id").values_list("name", flat=True) == ["c.png", "b.png", "a.png"]
    assert await chosen(page).locator("bdi").all_text_contents() == ["a.png", "b.png", "c.png"]
    await page.locator("#text").press("Enter")
    await expect(page.locator(".say img")).to_have_count(3)
    names = "all => all.map((img) => img.alt)"
    assert await page.locator(".say img").evaluate_all(names) == ["a.png", "b.png", "c.png"]
    await page.reload()
    assert await page.locator(".say img").evaluate_all(names) == ["a.png", "b.png", "c.png"]


async def test_what_is_chosen_without_a_line_stays_and_the_message_waits_for_it(open_page: Open) -> None:
    room = await make_room()
    page = await open_page(await make_member(), f"/rooms/{room.id}")
    await page.locator("[data-adding] summary").click()
    await expect(page.get_by_role("button", name="Record a voice note")).to_be_visible()  # room_adding.js is there
    await page.context.set_offline(True)
    await page.locator("#file").set_input_files(picture())
    note = page.locator("[data-adding] [role=status]")
    await expect(chosen(page)).to_contain_text("Not sent.")
    await expect(note).to_contain_text("Send it again when the line is back, or remove it.")
    await page.locator("#text").fill("With the sheet")
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_have_value("With the sheet")
    await expect(page.locator(".say")).to_have_count(0)
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Send again").click()
    await expect(page.locator("[data-chosen] progress")).to_have_count(0)
    await expect(note).to_be_empty()
    await page.locator("#text").press("Enter")
    await expect(page.locator(".say", has_text="With the sheet").locator("img")).to_have_count(1, timeout=15_000)
    await expect(page.locator("#text")).to_have_value("")


async def recorded(page: Page) -> None:
    await page.get_by_role("button", name="Record a voice note").click()
    await expect(page.get_by_role("timer")).to_contain_text("0:01", timeout=5000)
    await page.get_by_role("button", name="Finish").click()
    await expect(page.locator("[data-adding] audio")).to_have_count(1)


async def test_a_recording_that_is_added_without_a_line_stays(open_page: Open) -> None:
    room = await make_room()
    page = await open_page(await make_member(), f"/rooms/{room.id}")
    await page.locator("[data-adding] summary").click()
    await recorded(page)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Add it").click()
    await expect(chosen(page)).to_contain_text("Not sent.")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Send again").click()
    await expect(page.locator("[data-chosen] progress")).to_have_count(0)
    await page.locator("#text").press("Enter")
    await expect(page.locator(".say audio")).to_have_count(1, timeout=15_000)


async def test_a_recording_waits_where_it_is_while_four_files_are_chosen(open_page: Open) -> None:
    room = await make_room()
    page = await open_page(await make_member(), f"/rooms/{room.id}")
    await page.locator("[data-adding] summary").click()
    await page.locator("#file").set_input_files([picture(f"{number}.png") for number in range(4)])
    await expect(chosen(page).get_by_role("button", name="Remove")).to_have_count(4)
    await recorded(page)
    await page.get_by_role("button", name="Add it").click()
    await expect(page.locator("[data-adding] [role=status]")).to_contain_text("A message can carry four files.")
    player = page.locator("[data-adding] audio")
    await player.evaluate("player => { player.muted = true; player.load(); return player.play(); }")
    await chosen(page).first.get_by_role("button", name="Remove").click()
    await page.get_by_role("button", name="Add it").click()
    await expect(player).to_have_count(0)
    await expect(chosen(page).last).to_contain_text("Voice")
    await expect(page.locator("[data-chosen] progress")).to_have_count(0)
    await page.locator("#text").press("Enter")
    await expect(page.locator(".say audio")).to_have_count(1)
    assert (await Message.get()).attached == 4


async def test_a_message_is_not_sent_without_the_recording_that_stands_open(open_page: Open) -> None:
    room = await make_room()
    page = await open_page(await make_member(), f"/rooms/{room.id}")
    await page.locator("[data-adding] summary").click()
    await page.get_by_role("button", name="Record a voice note").click()
    await expect(page.get_by_role("timer")).to_contain_text("0:01", timeout=5000)
    await page.locator("#text").fill("How it sounds")
    said = page.locator("[data-adding] [role=alert]")
    for _twice in range(2):
        await page.keyboard.press("Enter")
        await expect(said).to_have_text("Finish your recording and add it, or discard it. Then send the message.")
    await page.get_by_role("button", name="Finish").click()
    await expect(said).to_have_count(0)
    await page.locator("[data-adding] summary").click()
    await page.locator("#text").press("Enter")
    await expect(said).to_be_in_viewport()
    await expect(page.locator("#text")).to_have_value("How it sounds")
    assert await Message.all().count() == 0
    await page.get_by_role("button", name="Add it").click()
    await page.locator("#text").press("Enter")
    await expect(page.locator(".say", has_text="How it sounds").locator("audio")).to_have_count(1)
    await expect(page.locator("#text")).to_have_value("")


def photograph() -> bytes:
    """As large as a telephone makes them."""
    written = io.BytesIO()
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(written, "JPEG", quality=92)
    return written.getvalue()


async def test_a_photograph_is_made_smaller_before_it_travels_and_goes_by_form_where_sockets_are_blocked(open_page: Open) -> None:
    room = await make_room()
    page = await open_page(await make_member(), f"/rooms/{room.id}")
    await page.route("**/ws", lambda route: route.abort())
    await page.reload()
    sent: list[int] = []
    page.on(
        "request", lambda request: sent.append(len(request.post_data_buffer or b"")) if request.url.endswith("/files") else None
    )
    await page.locator("[data-adding] summary").click()
    original = photograph()
    await page.locator("#file").set_input_files({"name": "joint.jpg", "mimeType": "image/jpeg", "buffer": original})
    await expect(page.locator("[data-chosen] progress")).to_have_count(0, timeout=10_000)
    assert 0 < sent[0] < len(original) / 2
    kept = await File.get()
    assert (kept.width, kept.height, kept.name) == (1600, 1067, "joint.jpg")
    await page.locator("#text").press("Enter")
    await expect(page.locator(".say img")).to_have_count(1, timeout=15_000)
    assert (await Message.get()).attached == 1
