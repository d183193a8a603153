"""The demonstration network is what the house says of it, and is loaded by the same actions that members use."""

import html
import re
from collections.abc import AsyncIterator

import pytest

from community.app import make_app
from community.demo.reading import reports, table, threads
from community.storage import rows, value
from tests.conftest import new_client
from tests.demo_world import World, copy_of, filled_world

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    async with filled_world() as made:
        yield made


def test_what_is_told_is_what_was_planned() -> None:
    assert len(table("institutions")["institution"]) == 12
    assert len({one["country"] for one in table("institutions")["institution"]}) == 12
    assert len(table("members")["member"]) == 30
    assert len(threads()) == 20
    assert sum(len(thread.replies) for thread in threads()) >= 150
    assert {"en", "fr", "es", "ar", "ru", "zh"} <= {post.lang for thread in threads() for post in thread.replies}
    assert len(table("rooms")["room"]) == 3
    assert len(table("listings")["listing"]) == 30


async def test_every_post_practice_and_listing_is_there(world: World) -> None:
    async with copy_of(world):
        assert await value("SELECT COUNT(*) FROM threads") == 20
        assert await value("SELECT COUNT(*) FROM practices") >= len(reports()["practices"])
        assert await value("SELECT COUNT(*) FROM listings WHERE status = 'open'") == 30
        assert await value("SELECT COUNT(*) FROM matches WHERE score IS NOT NULL") >= 15
        assert await value("SELECT COUNT(*) FROM jobs WHERE died_at IS NOT NULL") == 0


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
