"""The demonstration network is what the house says of it, and is loaded by the same actions that members use."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from community import clock
from community.app import make_app
from community.demo.growing import grow
from community.demo.reading import reports, table, threads
from community.demo.running import refuse_other_network
from community.settings import settings
from community.storage import database_open, rows, value
from community.text.vocabularies import categories, regions
from tests.conftest import new_client
from tests.demo_data import copy_demo
from tests.demo_world import World, copy_of, filled_world
from tests.factories import make_member

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

MISCOUNTED = "SELECT COUNT(*) FROM threads AS t WHERE t.last_number <> (SELECT MAX(number) FROM replies WHERE thread_id = t.id)"
KINDS = {
    "invited": "invite",
    "post": "notice",
    "waiting": "known",
}  # letters whose cause has another name; a post is one kind of notice
LETTERS = {KINDS.get(path.stem, path.stem) for path in Path("community").glob("*/templates/mail/*.txt")}


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    async with filled_world() as made:
        yield made


def test_what_is_told_is_what_was_planned() -> None:
    institutions = table("institutions")["institution"]
    assert len({one["slug"] for one in institutions}) == 60
    assert len({one["country"] for one in institutions}) == 50
    assert {one["category"] for one in institutions} == {one.code for one in categories()}
    assert {one["region"] for one in institutions} == {one.code for one in regions()}
    assert len({one["handle"] for one in table("members")["member"]}) == 200
    assert {one["institution"] for one in table("members")["member"] if one.get("coordinator")} == {
        one["slug"] for one in institutions
    }
    assert len(table("rooms")["room"]) == 8
    assert len(table("listings")["listing"]) == 120
    assert {one["access"] for one in table("spaces")["space"]} == {"open", "request", "invite"}


def test_the_threads_are_talk_and_not_filler() -> None:
    replies = [reply for thread in threads() for reply in thread.replies]
    assert (len(threads()), len(replies)) == (80, 600)
    assert len({reply.text for reply in replies}) == 600
    assert {"en", "fr", "es", "pt", "ar", "ru", "zh", "sw", "id", "de", "tr"} <= {reply.lang for reply in replies}
    assert len({reply.by for reply in replies}) >= 150
    assert sum(1 for reply in replies if reply.quotes) >= 60
    assert max(len(reply.text.split()) for reply in replies) <= 150


async def test_every_post_practice_and_listing_is_there(world: World) -> None:
    async with copy_of(world):
        assert await value("SELECT COUNT(*) FROM threads") == 81  # one was made of messages
        assert await value("SELECT COUNT(*) FROM replies") == 680  # one waits, as a newcomer's first post does
        assert await value("SELECT COUNT(*) FROM harvest_answers WHERE answer = 'yes'") == 2
        assert await value("SELECT COUNT(*) FROM event_rooms") == 1
        assert await value("SELECT COUNT(*) FROM members WHERE admitted_at IS NOT NULL") == 200
        assert await value("SELECT COUNT(*) FROM spaces") == 3
        assert await value("SELECT COUNT(*) FROM rooms WHERE kind = 'room'") == 8
        assert await value("SELECT COUNT(*) FROM conversations") == 3
        assert await value("SELECT COUNT(*) FROM practices") >= len(reports()["practices"])
        assert await value("SELECT COUNT(*) FROM listings WHERE status = 'open'") == 120
        assert await value("SELECT COUNT(*) FROM matches WHERE score IS NOT NULL") >= 60
        assert await value("SELECT COUNT(*) FROM jobs WHERE died_at IS NOT NULL") == 0
        assert await value("SELECT COUNT(*) FROM replies WHERE created_at > :now", now=clock.now()) == 0


async def test_a_letter_of_each_kind_lies_in_the_outbox(world: World) -> None:
    async with copy_of(world):
        mails = await rows("SELECT cause, composer FROM mails")
    lie = {one["cause"].partition(":")[0] for one in mails} | {one["composer"] for one in mails}
    assert LETTERS - lie == set()


async def test_it_grows_for_benches_and_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_demo(tmp_path)
    monkeypatch.setenv("GUILDHALL_DATA", str(tmp_path))
    settings.cache_clear()
    try:
        for target in (900, 900, 1000):
            await grow(target, lambda _line: None)
        async with database_open(settings().database_url):
            assert await value("SELECT COUNT(*) FROM replies") == 1000
            assert await value(MISCOUNTED) == 0
            assert await value("SELECT COUNT(*) FROM replies WHERE created_at > :now", now=clock.now()) == 0
            assert await value("SELECT COUNT(*) FROM jobs WHERE due_at <= :now", now=clock.now()) == 0
    finally:
        settings.cache_clear()


async def test_nobodys_own_network_is_grown_or_shown_as_the_demonstration(empty_databases, monkeypatch: pytest.MonkeyPatch) -> None:
    async with empty_databases.fresh() as url:
        async with database_open(url):
            await make_member()
        monkeypatch.setenv("GUILDHALL_DATABASE", url)
        settings.cache_clear()
        try:
            with pytest.raises(SystemExit, match="another network"):
                await refuse_other_network()
        finally:
            settings.cache_clear()


async def test_there_is_a_ring_of_three(world: World) -> None:
    async with copy_of(world):
        found = await rows("SELECT ring_id, COUNT(*) AS sides FROM ring_proposals GROUP BY ring_id")
        assert 3 in {ring["sides"] for ring in found}


async def test_the_reported_events_show_what_the_reports_say_and_no_more(world: World) -> None:
    wanted = {
        "giz-kickoff-2021": ["8 September 2021", "977", "101", "GIZ TVET Academy", "International Labour Organisation", "Recording",
                             "WS 2", "Digital Resources, Media, Tools, Platforms", "19 October 2021", "choose one", "Online"],
        "unevoc-learning-forum-2018": ["May 2018", "UNESCO-UNEVOC", "Managing skills in a time of disruption"],
        "unevoc-global-forum-2019": [">2019<", "Bonn, Germany", "On site", "more than 110 participants", "BMBF", "BMZ"],
    }  # fmt: skip
    assert {one["id"] for one in reports()["events"]} == set(wanted)
    async with copy_of(world), new_client(make_app()) as client:
        for slug, facts in wanted.items():
            page = html.unescape((await client.get(f"/events/{slug}")).text)
            assert [fact for fact in [*facts, "Paraphrased from public reports, not endorsed."] if fact not in page] == []
            assert not re.search(r"\b(null|None|Register|Language)\b", re.sub("<[^>]+>", " ", page))
        past = html.unescape((await client.get("/events?show=past")).text)
        assert past.count("paraphrased from public reports, not endorsed") == 3


async def test_two_events_come_and_one_is_full(world: World) -> None:
    async with copy_of(world), new_client(make_app()) as client:
        page = html.unescape((await client.get("/events")).text)
        assert page.count('class="stub"') == 2
        assert ">Full<" in page
        assert await value("SELECT COUNT(*) FROM event_registrations WHERE state = 'waiting'") == 1
        assert await value("SELECT COUNT(DISTINCT session_id) FROM event_choices") == 3


async def test_no_null_is_shown_and_no_contact_invented(world: World) -> None:
    async with copy_of(world):
        assert await rows("SELECT id FROM editions WHERE title LIKE '%null%' OR title LIKE '%None%'") == []
        assert await rows("SELECT id FROM members WHERE email NOT LIKE '%@demo.example'") == []
