"""Cards for links: looked up after the commit, shown to who reads the text, gone with its link."""

import re
from datetime import timedelta

import pytest

from community import clock
from community.chat.actions import delete_message, edit_message, remove_card
from community.chat.live import RoomTopic
from community.chat.models import RoomEntry
from community.errors import NotFound, Refused
from community.previews import jobs
from community.previews.models import Declined, Preview
from community.settings import settings
from community.storage import drain, unit_of_work
from community.text.models import Reference
from tests.chat.factories import make_room, say
from tests.discussions.factories import make_thread
from tests.factories import make_member
from tests.previews.somewhere import Elsewhere, elsewhere, page, redirect
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

BENCH = b"<title>A bench &lt;b&gt;</title><meta name=description content='Drawings, free to use'><meta property=og:site_name content=Lakeside>"


@pytest.fixture
async def school(monkeypatch: pytest.MonkeyPatch):
    async with elsewhere(page(BENCH)) as place:
        monkeypatch.setattr(jobs, "fetcher", place.fetcher)
        yield place


async def test_a_link_in_a_room_gets_a_card(client, sign_in, school: Elsewhere) -> None:
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await make_room()
    sent = await say(await viewer_of(amara), room, f"Look at {school.url('/bench')} and {school.url('/vice')}")
    assert school.asked == []
    await drain()
    entry = (await RoomTopic().entries(room.id, 1, 9))[0][1]
    assert (entry["kind"], entry["message"], entry["edits"]) == ("preview", sent.message_id, 0)
    card = {"url": school.url("/bench"), "title": "A bench <b>", "description": "Drawings, free to use", "site": "Lakeside"}
    assert entry["previews"] == [card]
    assert len(school.asked) == 1
    await sign_in(client, bagus)
    shown = (await client.get(f"/rooms/{room.id}")).text
    assert "<bdi>A bench &lt;b&gt;</bdi>" in shown
    assert "<img" not in shown.split('id="log"')[1]
    assert await Reference.filter(source=f"message:{sent.message_id}", target__startswith="preview:").count() == 1


async def test_the_same_address_is_asked_once_in_days(database, school: Elsewhere, monkeypatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    for n in range(3):
        await say(amara, room, f"{school.url()}#{n}")
        await drain()
    assert len(school.asked) == 1
    assert await Reference.filter(target__startswith="preview:").count() == 3
    later = clock.now() + timedelta(days=8)
    sent = await say(amara, room, school.url())
    monkeypatch.setattr(clock, "now", lambda: later)
    await jobs.look_up(f"message:{sent.message_id}")
    assert len(school.asked) == 2


async def test_what_says_nothing_is_remembered_too(database, monkeypatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    async with elsewhere(redirect("http://10.0.0.1/")) as place:
        monkeypatch.setattr(jobs, "fetcher", place.fetcher)
        for _ in range(2):
            await say(amara, room, place.url())
            await drain()
        assert len(place.asked) == 1
    assert await RoomEntry.all().count() == 2
    assert (await Preview.get()).title == ""


async def test_an_edit_or_a_deletion_takes_the_card_and_what_it_said(database, school: Elsewhere) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    sent = await say(amara, room, school.url("/bench"))
    await drain()
    await edit_message(amara, sent.message_id, f"Sorry: {school.url('/vice')}")
    assert not await Reference.filter(target__startswith="preview:").exists()
    await drain()
    assert school.asked[-1].startswith("GET /vice")
    assert await Reference.filter(target__startswith="preview:").count() == 1
    await edit_message(amara, sent.message_id, "No link")
    await drain()
    assert not await Reference.filter(target__startswith="preview:").exists()
    other = await say(amara, room, school.url("/third"))
    await drain()
    shown = await Reference.get(target__startswith="preview:")
    await delete_message(amara, other.message_id)
    assert not await Reference.filter(target__startswith="preview:").exists()
    assert not await Preview.filter(id=int(shown.target[8:])).exists()
    await jobs.look_up(f"message:{other.message_id}")
    assert not await Reference.filter(target__startswith="preview:").exists()


async def test_what_a_text_said_when_it_was_looked_up_may_have_changed(database, school: Elsewhere, monkeypatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    sent = await say(amara, room, school.url("/bench"))

    async def slowly(address: str) -> int:
        await edit_message(amara, sent.message_id, "Something else")
        return await looked_up(address)

    looked_up = jobs._looked_up
    monkeypatch.setattr(jobs, "_looked_up", slowly)
    await drain()
    assert not await Reference.filter(target__startswith="preview:").exists()


async def test_the_author_takes_a_card_away_for_good(client, sign_in, school: Elsewhere) -> None:
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await make_room()
    sent = await say(await viewer_of(amara), room, school.url())
    await drain()
    address = f"/messages/{sent.message_id}/card/remove"
    await sign_in(client, bagus)
    assert (await client.post(address)).status_code == 403
    with pytest.raises(Refused):
        await remove_card(await viewer_of(bagus), sent.message_id)
    with pytest.raises(NotFound):
        await remove_card(await viewer_of(bagus), 10**9)
    await sign_in(client, amara)
    assert address in (await client.get(f"/messages/{sent.message_id}/options")).text
    assert (await client.post(address)).status_code == 303
    assert (await RoomEntry.all().order_by("-seq").first()).kind == "preview"
    await edit_message(await viewer_of(amara), sent.message_id, f"Still {school.url()}")
    await drain()
    assert "data-card" not in (await client.get(f"/rooms/{room.id}")).text
    await delete_message(await viewer_of(amara), sent.message_id)
    assert not await Declined.all().exists()


async def test_a_post_shows_a_card_too(client, sign_in, school: Elsewhere) -> None:
    amara = await make_member()
    thread = await make_thread(amara, body=f"A bench: {school.url()}")
    await drain()
    shown = (await client.get(f"/threads/{thread.id}")).text
    assert "<bdi>A bench &lt;b&gt;</bdi>" in shown
    await sign_in(client, amara)
    reply = re.search(r'href="(/replies/\d+)/edit"', (await client.get(f"/threads/{thread.id}")).text)[1]
    assert f"{reply}/card/remove" in (await client.get(f"{reply}/edit")).text
    assert (await client.post(f"{reply}/card/remove")).status_code == 303
    assert "data-card" not in (await client.get(f"/threads/{thread.id}")).text


async def test_a_site_can_do_without(database, school: Elsewhere, monkeypatch) -> None:
    monkeypatch.setenv("GUILDHALL_PREVIEWS", "false")
    settings.cache_clear()
    amara, room = await viewer_of(await make_member()), await make_room()
    sent = await say(amara, room, school.url())
    await drain()
    await jobs.look_up(f"message:{sent.message_id}")
    assert school.asked == []
    monkeypatch.delenv("GUILDHALL_PREVIEWS")
    settings.cache_clear()


async def test_one_host_is_asked_ten_times_a_minute(database, school: Elsewhere) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    for n in range(13):
        await say(amara, room, school.url(f"/{n}"))
    await drain()
    assert len(school.asked) == jobs.MOST_A_MINUTE


async def test_where_nothing_can_be_reached_it_pauses(database, monkeypatch) -> None:
    tried = 0

    class Nowhere:
        async def fetch(self, _address: str) -> None:
            nonlocal tried
            tried += 1
            raise jobs.NoNetwork

    monkeypatch.setattr(jobs, "fetcher", Nowhere)
    monkeypatch.setattr(jobs._State, "paused_until", 0.0)
    amara, room = await viewer_of(await make_member()), await make_room()
    for n in range(3):
        await say(amara, room, f"https://school.example/{n}")
    await drain()
    assert tried == 1
    assert not await Preview.all().exists()


async def test_pages_of_this_site_get_no_card(database, school: Elsewhere) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    await say(amara, room, f"{settings().public_origin}/threads/1 and /threads/2")
    await drain()
    assert school.asked == []
    async with unit_of_work():
        assert not await Preview.all().exists()
