"""A room as live topics: `room:5`, its log, replayed as it reads now; `form:5`, its form on pages that stand open."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from community.audience import Viewer
from community.chat.hanging import NOTHING, Hanging, hanging_on
from community.chat.lines import COLUMNS, JOINS, answered, people_named, reactions_of
from community.chat.reacting import Reacted
from community.chat.telling import plain_frame
from community.institutions.queries import Person, people
from community.storage import Together, query_with, rows, value
from community.storage.live import Entry, Head, LiveTopic, topic

Place = tuple[int, int, int]  # a room, the seq after which to read, and how many entries at most

_ENTRIES = f"""
    WITH asked (room_id, after_seq, until_seq) AS (VALUES {{places}})
    SELECT asked.room_id, asked.after_seq, asked.until_seq, e.seq, e.kind, {COLUMNS}
    FROM asked CROSS JOIN room_entries AS e JOIN messages AS m ON m.id = e.message_id {JOINS}
    WHERE e.room_id = asked.room_id AND e.seq > asked.after_seq AND e.seq <= asked.until_seq ORDER BY e.seq
"""
_PLACE = "(CAST(:room{n} AS BIGINT), CAST(:after{n} AS BIGINT), CAST(:until{n} AS BIGINT))"
FEW, ROOMS = 50, 50  # so many entries of so many rooms are read in one question, and no more: the others wait meanwhile


async def _audiences(ids: Sequence[int]) -> dict[int, str]:
    return {row["id"]: row["audience"] for row in await rows("SELECT id, audience FROM rooms WHERE id IN :ids", ids=ids)}


_audience = Together(_audiences, gathers=True)  # a whole room comes back at the same moment


@topic("room")
class RoomTopic(LiveTopic):
    async def may_follow(self, viewer: Viewer, id: int) -> bool:
        audience = await _audience(id)
        return audience is not None and viewer.holds(audience)

    async def head(self, ids: Sequence[int]) -> Mapping[int, Head]:
        found = await rows("SELECT id, epoch, seq FROM rooms WHERE id IN :ids", ids=list(ids))
        return {row["id"]: (row["epoch"], row["seq"]) for row in found}

    async def entries(self, id: int, after: int, limit: int) -> list[Entry]:
        place = (id, after, limit)
        return (await _asked_together(place) if limit <= FEW else (await _entries([place])).get(place)) or []


@topic("form")
class FormTopic(RoomTopic):
    """How often what may be written in a room has changed, for all or for one: closed, opened, slowed down, somebody muted, a
    request accepted. The page asks for its own form anew.
    """

    gathers = False

    async def head(self, ids: Sequence[int]) -> Mapping[int, Head]:
        found = await rows("SELECT id, epoch, form_seq FROM rooms WHERE id IN :ids", ids=list(ids))
        return {row["id"]: (row["epoch"], row["form_seq"]) for row in found}

    async def entries(self, id: int, after: int, limit: int) -> list[Entry]:
        (_epoch, newest) = (await self.head([id])).get(id, ("", 0))
        return [(seq, {"kind": "form"}) for seq in range(after + 1, min(newest, after + limit) + 1)]


async def _entries(places: Sequence[Place]) -> dict[Place, list[Entry]]:
    """What stands after each place; numbers have no gaps, but retention may have taken what came next."""
    found = await _read({place: place for place in places})
    for room, after, limit in [place for place in places if place not in found]:
        first = await value(
            "SELECT MIN(seq) AS first FROM room_entries WHERE room_id = :room AND seq > :after", room=room, after=after
        )
        found |= await _read({(room, first - 1, limit): (room, after, limit)}) if first else {}
    return found


async def _read(places: Mapping[Place, Place]) -> dict[Place, list[Entry]]:
    """Entries by the places that they are read for."""
    values: dict[str, int] = {}
    for n, (room, after, limit) in enumerate(places):
        values |= {f"room{n}": room, f"after{n}": after, f"until{n}": after + limit}
    asked = ", ".join(_PLACE.format(n=n) for n in range(len(places)))
    found = await rows(query_with(_ENTRIES, places=asked), **values)
    authors = await people(people_named(found))
    hanging, reactions = await hanging_on(found), await reactions_of(found)
    entries: defaultdict[Place, list[Entry]] = defaultdict(list)
    for row in found:
        place = row["room_id"], row["after_seq"], row["until_seq"] - row["after_seq"]
        told = frame(row, authors, hanging.get(row["id"], NOTHING), reactions.get(row["id"], ()))
        entries[places[place]].append((row["seq"], told))
    return dict(entries)


_asked_together = Together(_entries, most=ROOMS)


def frame(
    row: Mapping[str, Any], authors: Mapping[int, Person], hanging: Hanging = NOTHING, reactions: Sequence[Reacted] = ()
) -> dict[str, Any]:
    """What a frame says of an entry."""
    return {**plain_frame(row, authors.get(row["author_id"])), **hanging.told(), **_besides(row, authors, reactions)}


def _besides(row: Mapping[str, Any], authors: Mapping[int, Person], reactions: Sequence[Reacted]) -> dict[str, Any]:
    """What few messages have; the others say nothing of it, since every byte goes to everybody."""
    one = answered(row, authors)
    found: dict[str, Any] = {}
    if one:
        name = one.by.name if one.by else ""
        found["reply_to"] = {"message": one.id, "author": one.author_id, "name": name, "words": one.words, "lang": one.lang}
    if reactions:
        found["reactions"] = [{"kind": each.kind, "count": each.count, "by": each.by} for each in reactions]
    if row["pin"] is not None:
        found["pinned"] = True
    return found
