"""Many rooms at the same moment: their entries, and who may follow them, are asked for together."""

import asyncio
from typing import Any
from unittest.mock import patch

import pytest

from community.audience import GUEST
from community.chat.live import FEW, RoomTopic
from community.chat.models import RoomEntry
from community.storage import connecting, dialect, rows, unit_of_work
from community.storage.sqlite_writer import SqliteUnitClient
from tests.chat.factories import make_room, say
from tests.discussions.counting import counted_queries
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_the_entries_of_many_rooms_take_as_many_queries_as_those_of_one() -> None:
    amara = await viewer_of(await make_member())
    rooms = [await make_room(f"Room {number}") for number in range(7)]
    for number, room in enumerate(rooms):
        for nth in range(number):
            await say(amara, room, f"{nth} in {number}")
    topic = RoomTopic()
    with counted_queries() as alone:
        await topic.entries(rooms[3].id, 1, FEW)
    with counted_queries() as together:
        found = await asyncio.gather(*(topic.entries(room.id, 1, FEW) for room in rooms[2:]))
    assert len(together) == len(alone)
    for number, entries in enumerate(found, 2):
        assert [(seq, frame["html"]) for seq, frame in entries] == [(n + 1, f"<p>{n} in {number}</p>\n") for n in range(1, number)]


async def test_two_who_are_differently_far_behind_get_each_their_own() -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    for _ in range(9):
        await say(amara, room)
    found = await asyncio.gather(
        *(RoomTopic().entries(room.id, after, limit) for after, limit in ((0, 2), (0, 5), (4, 2), (8, 5), (9, 5)))
    )
    assert [[seq for seq, _frame in one] for one in found] == [[1, 2], [1, 2, 3, 4, 5], [5, 6], [9], []]


async def test_what_retention_has_taken_is_passed_over_however_much_it_is() -> None:
    """A gap is told as one, so that the reader begins anew; silence would be a loss."""
    amara, room = await viewer_of(await make_member()), await make_room()
    for _ in range(8):
        await say(amara, room)
    async with unit_of_work():
        await RoomEntry.filter(room_id=room.id, seq__lte=6).delete()
    found = await asyncio.gather(
        RoomTopic().entries(room.id, 1, 3), RoomTopic().entries(room.id, 0, 1), RoomTopic().entries(room.id, 0, 300)
    )
    assert [[seq for seq, _frame in one] for one in found] == [[7, 8], [7], [7, 8]]


async def test_sending_looks_through_no_log() -> None:
    """A message must not cost more the more were ever said."""
    if dialect() != "sqlite":
        pytest.skip("plans are read as SQLite tells them")
    amara, room = await viewer_of(await make_member()), await make_room()
    sent: list[str] = []
    asked = SqliteUnitClient.execute_query_dict

    async def noted(unit: SqliteUnitClient, text: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        sent.append(text)
        return await asked(unit, text, values)

    with patch.object(SqliteUnitClient, "execute_query_dict", noted), counted_queries() as before:
        await say(amara, room)
    assert before == [], "nothing is asked before the transaction, which has all of it at hand"
    plans = [await connecting.reader().execute_query_dict(f"EXPLAIN QUERY PLAN {text}", [1] * text.count("?")) for text in sent]
    steps = [step["detail"] for plan in plans for step in plan]
    assert any("messages" in step for step in steps)
    assert [step for step in steps if step.startswith(("SCAN messages", "SCAN room_entries"))] == []


async def test_each_follows_what_they_may_though_all_ask_at_once() -> None:
    amara, bagus = await viewer_of(await make_member()), await viewer_of(await make_member("Bagus Prasetyo"))
    space = await make_space(members=[await make_member("Host")])
    everybodys, hidden = await make_room(), await make_room(space=space)
    topic, asked = RoomTopic(), [(who, room) for who in (amara, bagus, GUEST) for room in (everybodys.id, hidden.id, 999)]
    with counted_queries() as queries:
        answers = await asyncio.gather(*(topic.may_follow(who, room) for who, room in asked))
    assert answers == [True, False, False, True, False, False, False, False, False]
    assert len(queries) == 1
    assert len(await rows("SELECT id FROM rooms")) == 2
