"""What is read of harvests: the messages to pick from, and what a thread or practice quotes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from community.accounts.blocking import blocked_by
from community.audience import MEMBERS, PUBLIC, Viewer, visible_sql
from community.chat.models import Message, Room
from community.discussions.places import place_of
from community.discussions.thread_list import themes_for
from community.institutions.queries import Person, people
from community.storage import row, rows

AROUND = 20  # messages on either side of a place


@dataclass(frozen=True)
class Quotable:
    """A message that can be picked, as it is now."""

    id: int
    seq: int
    by: Person | None
    html: Markup
    lang: str
    at: datetime


@dataclass(frozen=True)
class Window:
    """Messages around a place in a room, oldest first. `before` and `after` are messages to go on from, 0 where there are none."""

    messages: list[Quotable]
    before: int
    after: int


_MESSAGES = """
    SELECT m.id, m.seq, m.author_id, m.html, m.lang, m.created_at FROM messages AS m JOIN rooms AS r ON r.id = m.room_id
    WHERE m.room_id = :room AND m.state = 'posted' AND m.html <> '' AND {seen} AND {heard} AND {which}
    ORDER BY m.seq {order} LIMIT :most
"""


async def window(viewer: Viewer, room: Room, message_id: int | None) -> Window:
    """Around a message, whether or not it still stands; without one, the newest."""
    found = await Message.get_or_none(id=message_id, room_id=room.id) if message_id else None
    middle = found.seq if found else room.seq
    earlier = await _found(viewer, room.id, "m.seq < :seq", "DESC", seq=middle, most=AROUND + 1)
    later = await _found(viewer, room.id, "m.seq >= :seq", "ASC", seq=middle, most=AROUND + 2)
    shown = [*reversed(earlier[:AROUND]), *later[: AROUND + 1]]
    return Window(
        await quotable(shown),
        shown[0]["id"] if len(earlier) > AROUND else 0,
        later[-1]["id"] if len(later) > AROUND + 1 else 0,
    )  # fmt: skip


async def picked(viewer: Viewer, room_id: int, ids: Sequence[int]) -> list[Quotable]:
    """Those of the messages that stand in the room, in the order in which they were said."""
    return await quotable(await _found(viewer, room_id, "m.id IN :ids", "ASC", ids=sorted(set(ids)), most=len(ids) + 1))


async def _found(viewer: Viewer, room_id: int, which: str, order: str, **parameters: Any) -> list[dict[str, Any]]:
    seen, keys = visible_sql(viewer, "r.audience")
    heard, blocked = await _heard(viewer)
    sql = _MESSAGES.format(seen=seen, heard=heard, which=which, order=order)
    return await rows(sql, room=room_id, **parameters, **keys, **blocked)


async def _heard(viewer: Viewer) -> tuple[str, dict[str, Any]]:
    """Whom the reader has blocked, they read nowhere; who has blocked them, they are not to learn."""
    blocked = await blocked_by(viewer)
    return ("m.author_id NOT IN :blocked", {"blocked": sorted(blocked)}) if blocked else ("1 = 1", {})


async def quotable(found: Sequence[dict[str, Any]]) -> list[Quotable]:
    by = await people(one["author_id"] for one in found)
    return [
        Quotable(one["id"], one["seq"], by.get(one["author_id"]), _safe(one["html"]), one["lang"], one["created_at"])
        for one in found
    ]  # fmt: skip


def _safe(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - rendered and sanitised by us when it was written


async def places_for(viewer: Viewer, room: Room) -> list[tuple[str, str]]:
    """(place, name) where a thread of this room's messages may stand: nowhere that more people read."""
    if room.audience in {PUBLIC, MEMBERS}:
        return [(place_of(theme.code), theme.name) for theme in await themes_for(viewer)]
    found = await row("SELECT id, name FROM spaces WHERE id = :id", id=room.space_id)
    return [(f"space:{found['id']}", found["name"])] if found else []


@dataclass(frozen=True)
class Said:
    """A message that a thread or practice quotes, as it is now. `waits` for its author's yes: then only who asked sees that."""

    message_id: int
    by: Person | None
    html: Markup
    lang: str
    at: datetime
    waits: bool


@dataclass(frozen=True)
class Quotations:
    """What one harvest quotes, for one reader. `id` is the harvest's where the reader made it or is quoted, else 0."""

    id: int
    room_id: int
    room: str
    room_lang: str
    said: list[Said]


_SAID = """
    SELECT h.id, h.author_id AS asker_id, r.id AS room_id, r.name, r.lang AS room_lang, m.id AS message_id, m.author_id, m.html,
        m.lang, m.created_at, COALESCE(a.answer, '') AS answer
    FROM harvests AS h
    JOIN harvest_lines AS l ON l.harvest_id = h.id
    JOIN messages AS m ON m.id = l.message_id
    JOIN rooms AS r ON r.id = m.room_id
    LEFT JOIN harvest_answers AS a ON a.harvest_id = h.id AND a.member_id = m.author_id
    WHERE h.root = :root AND m.state = 'posted' AND m.html <> '' AND {seen} AND {heard}
        AND (m.author_id = h.author_id OR a.answer = 'yes' OR (a.answer = '' AND h.author_id = :me))
    ORDER BY h.id, l.position
"""


async def quotations(viewer: Viewer, root: str) -> list[Quotations]:
    """What "thread:9" quotes: messages that stand, as they are now, in rooms the reader may read, with their authors' yes."""
    seen, keys = visible_sql(viewer, "r.audience")
    heard, blocked = await _heard(viewer)
    found = await rows(_SAID.format(seen=seen, heard=heard), root=root, me=viewer.member or 0, **keys, **blocked)
    by = await people(one["author_id"] for one in found)
    harvests: dict[int, list[dict[str, Any]]] = {}
    for one in found:
        harvests.setdefault(one["id"], []).append(one)
    return [_quotations(viewer, lines, by) for lines in harvests.values()]


def _quotations(viewer: Viewer, lines: list[dict[str, Any]], by: dict[int, Person]) -> Quotations:
    first = lines[0]
    concerned = viewer.signed_in and viewer.member in {first["asker_id"], *(one["author_id"] for one in lines)}
    return Quotations(
        first["id"] if concerned else 0, first["room_id"], first["name"], first["room_lang"],
        [_said(one, by) for one in lines],
    )  # fmt: skip


def _said(line: dict[str, Any], by: dict[int, Person]) -> Said:
    waits = line["author_id"] != line["asker_id"] and line["answer"] != "yes"
    return Said(
        line["message_id"], by.get(line["author_id"]), Markup("") if waits else _safe(line["html"]), line["lang"],
        line["created_at"], waits,
    )  # fmt: skip
