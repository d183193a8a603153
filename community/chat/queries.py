"""What the pages of rooms need, in few queries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from markupsafe import Markup

from community.audience import Viewer, visible_sql
from community.chat.hanging import NOTHING, Hanging, hanging_on
from community.chat.harvesting import harvest_address
from community.chat.models import Room
from community.chat.naming import called
from community.chat.policies import can_send, moderates
from community.errors import NotFound
from community.institutions.queries import Person, people
from community.storage import row, rows

MESSAGES_A_PAGE = 50
LISTED = ("room", "event")  # the kinds of rooms that stand in the list of rooms


@dataclass(frozen=True)
class RoomRow:
    """A room in a list. `unread` counts the messages of others after the viewer's position; of who was never there, only in rooms
    that they follow. `level` is what they said of the room, or of its space: "watch", "follow", "mute" or "". `first_new` is the
    seq that the unread line stands before, 0 for none. `home` is (words, address) of what it belongs to beside its space.
    """

    id: int
    name: str
    about: str
    lang: str
    languages: tuple[str, ...]
    space: str
    space_slug: str
    last_at: datetime | None
    messages: int
    unread: int
    is_closed: bool
    level: str
    first_new: int
    home: tuple[str, str] = ("", "")

    @property
    def url(self) -> str:
        return f"/rooms/{self.id}"

    @property
    def reading_url(self) -> str:
        """Where to go on reading: what is new, or the end."""
        return new_url(self.url, self.first_new, self.unread) if self.unread else f"{self.url}#end"

    @property
    def topic(self) -> str:
        return f"room:{self.id}"


@dataclass(frozen=True)
class Line:
    """One message as a page shows it; a deleted one has no text."""

    id: int
    seq: int
    by: Person | None
    author_id: int
    client_id: str
    html: Markup
    lang: str
    at: datetime
    is_deleted: bool
    edits: int
    hanging: Hanging


@dataclass(frozen=True)
class RoomPage:
    """A room and up to 50 of its messages, oldest first.

    (`epoch`, `seq`) is where the log stood when this was read: a client resumes there. `before` is the seq to ask older messages
    with, None where there are none. `read_to` is the viewer's position, `new_from` the first message of somebody else after it, on
    this page or before it, 0 for none, and `unread` how many there are. `level` is what the viewer said of the room. `harvest` is
    where messages are picked, "" for who may not. `kind`, `is_waiting` and `home` are as in `Room` and `RoomRow`.
    """

    id: int
    name: str
    about: Markup
    lang: str
    languages: tuple[str, ...]
    space: str
    space_slug: str
    epoch: str
    seq: int
    lines: list[Line]
    before: int | None
    is_newest: bool
    read_to: int
    read_at: datetime | None
    new_from: int
    unread: int
    level: str
    keep_days: int | None
    slow_s: int
    is_closed: bool
    opened_at: datetime
    host: Person | None
    me: int | None
    may_write: bool
    may_moderate: bool
    harvest: str
    kind: str = "room"
    is_waiting: bool = False
    home: tuple[str, str] = ("", "")
    blocked: tuple[int, ...] = ()

    @property
    def url(self) -> str:
        return f"/rooms/{self.id}"

    @property
    def new_url(self) -> str:
        """Where what is new begins; on this page only the mark."""
        is_here = any(line.seq == self.new_from for line in self.lines)
        return "#new" if is_here else new_url(self.url, self.new_from, MESSAGES_A_PAGE)


def new_url(url: str, first_new: int, unread: int) -> str:
    """The page of a room that holds what is new from its beginning: the newest one, or that which ends thirty entries later."""
    return f"{url}?before={first_new + 30}#new" if unread > 30 else f"{url}#new"


_ROOMS = """
    SELECT r.id, r.kind, r.name, r.about, r.lang, r.languages, r.last_at, r.closed, s.name AS space, s.slug AS space_slug,
        (SELECT COUNT(*) FROM messages AS m WHERE m.room_id = r.id AND m.state = 'posted') AS messages,
        COALESCE(f.level, h.level, '') AS level,
        (SELECT COUNT(*) FROM messages AS u WHERE u.room_id = r.id AND {new}) AS unread,
        (SELECT MIN(u.seq) FROM messages AS u WHERE u.room_id = r.id AND {new}) AS first_new
    FROM rooms AS r
    LEFT JOIN spaces AS s ON s.id = r.space_id
    LEFT JOIN room_positions AS p ON p.room_id = r.id AND p.member_id = :me
    LEFT JOIN followings AS f ON f.member_id = :me AND f.target = 'room:' || r.id
    LEFT JOIN followings AS h ON h.member_id = :me AND h.target = 'space:' || r.space_id
    WHERE {seen} AND r.kind IN :kinds AND (:space = 0 OR r.space_id = :space)
    ORDER BY CASE COALESCE(f.level, h.level, '') WHEN 'mute' THEN 2 WHEN '' THEN 1 ELSE 0 END,
        CASE WHEN r.last_at IS NULL THEN 1 ELSE 0 END, r.last_at DESC, r.id
    LIMIT :limit
"""


# Counted from the position whenever somebody asks, never kept as a number. Who follows a room hears of it before the first visit.
_NEW = """u.state = 'posted' AND u.author_id <> :me AND COALESCE(f.level, h.level, '') <> 'mute'
            AND u.seq > COALESCE(p.seq, CASE WHEN COALESCE(f.level, h.level, '') IN ('watch', 'follow') THEN 0 END)"""


async def rooms_for(viewer: Viewer, limit: int = 100, space: int = 0, kinds: Sequence[str] = LISTED) -> list[RoomRow]:
    """The rooms a viewer may enter, those they follow first, the muted last, the liveliest first; with `space`, those of it."""
    seen, keys = visible_sql(viewer, "r.audience")
    found = await rows(
        _ROOMS.format(seen=seen, new=_NEW), me=viewer.member or 0, space=space, limit=limit, kinds=list(kinds), **keys
    )
    names = await called(viewer, [(one["id"], one["kind"], one["name"]) for one in found])
    return [
        RoomRow(
            one["id"], names[one["id"]].name, one["about"], one["lang"], _tags(one["languages"]), one["space"] or "",
            one["space_slug"] or "", one["last_at"], one["messages"], one["unread"] or 0, bool(one["closed"]), one["level"],
            one["first_new"] or 0, names[one["id"]].home,
        )
        for one in found
    ]  # fmt: skip


_MESSAGES = """
    SELECT id, seq, author_id, client_id, html, lang, state, edits, attached, created_at FROM messages
    WHERE room_id = :room AND seq < :before ORDER BY seq DESC LIMIT :limit
"""


async def room_page(viewer: Viewer, room_id: int, before: int | None = None) -> RoomPage:
    """The newest messages of a room, or the newest before a seq. Raises NotFound."""
    room = await Room.visible_to(viewer).one(id=room_id)  # first: what is written meanwhile comes after this seq, and is replayed
    end = min(before or room.seq + 1, room.seq + 1)
    found = await rows(_MESSAGES, room=room_id, before=end, limit=MESSAGES_A_PAGE + 1)
    messages = list(reversed(found[:MESSAGES_A_PAGE]))
    persons = await people([room.author_id, *(one["author_id"] for one in messages)])
    hanging = await hanging_on(messages)
    lines = [_line(one, persons, hanging.get(one["id"], NOTHING)) for one in messages]
    older = lines[0].seq if len(found) > MESSAGES_A_PAGE else None
    ends = (older, end > room.seq)
    page = _assembled(viewer, room, lines, ends, await _surroundings(viewer, room), persons.get(room.author_id))
    name = (await called(viewer, [(room.id, room.kind, room.name)]))[room.id]
    return replace(page, name=name.name, home=name.home)


_SURROUNDINGS = """
    SELECT s.name AS space, s.slug AS space_slug, p.seq AS read_to, p.read_at, COALESCE(f.level, '') AS level,
        (SELECT COUNT(*) FROM messages AS u
         WHERE u.room_id = r.id AND u.seq > p.seq AND u.state = 'posted' AND u.author_id <> :me) AS unread,
        (SELECT MIN(u.seq) FROM messages AS u
         WHERE u.room_id = r.id AND u.seq > p.seq AND u.state = 'posted' AND u.author_id <> :me) AS first_new
    FROM rooms AS r
    LEFT JOIN followings AS f ON f.member_id = :me AND f.target = 'room:' || r.id
    LEFT JOIN spaces AS s ON s.id = r.space_id
    LEFT JOIN room_positions AS p ON p.room_id = r.id AND p.member_id = :me
    WHERE r.id = :room
"""


async def _surroundings(viewer: Viewer, room: Room) -> dict[str, Any]:
    return await row(_SURROUNDINGS, room=room.id, me=viewer.member or 0) or {}


def _assembled(
    viewer: Viewer, room: Room, lines: list[Line], ends: tuple[int | None, bool], around: dict[str, Any], host: Person | None
) -> RoomPage:
    return RoomPage(
        id=room.id, name=room.name, about=Markup(room.about_html),  # noqa: S704 - rendered by us
        lang=room.lang, languages=_tags(room.languages),
        space=around.get("space") or "", space_slug=around.get("space_slug") or "", epoch=room.epoch, seq=room.seq, lines=lines,
        before=ends[0], is_newest=ends[1],
        read_to=around.get("read_to") or 0, read_at=around.get("read_at"), new_from=around.get("first_new") or 0,
        unread=around.get("unread") or 0, level=around.get("level") or "", keep_days=room.keep_days,
        slow_s=room.slow_s if viewer.trust == "newcomer" else 0, is_closed=room.closed, opened_at=room.created_at, host=host,
        me=viewer.member, may_write=can_send(viewer, room), may_moderate=viewer.signed_in and moderates(viewer, room),
        harvest=harvest_address(viewer, room),
        kind=room.kind, is_waiting=room.waiting,
    )  # fmt: skip


def _line(row: dict[str, Any], persons: dict[int, Person], hanging: Hanging) -> Line:
    deleted = row["state"] != "posted"
    html = Markup("") if deleted else Markup(row["html"])  # noqa: S704 - rendered and sanitised by us when it was written
    return Line(
        row["id"], row["seq"], persons.get(row["author_id"]), row["author_id"], str(row["client_id"]), html, row["lang"],
        row["created_at"], deleted, row["edits"], hanging,
    )  # fmt: skip


@dataclass(frozen=True)
class OneMessage:
    """A message by itself, to be edited or deleted. `source` is what was typed."""

    id: int
    room_id: int
    room: str
    seq: int
    source: str
    html: Markup
    lang: str
    is_own: bool
    by: Person | None
    at: datetime


_ONE = """
    SELECT m.id, m.room_id, m.seq, m.source, m.html, m.lang, m.author_id, m.created_at, m.state, r.kind, r.name
    FROM messages AS m JOIN rooms AS r ON r.id = m.room_id WHERE m.id = :id AND {seen}
"""


async def one_message(viewer: Viewer, message_id: int) -> OneMessage:
    """Raises NotFound for a message of a room the viewer does not see, and for one that was deleted."""
    seen, keys = visible_sql(viewer, "r.audience")
    found = await row(_ONE.format(seen=seen), id=message_id, **keys)
    if found is None or found["state"] != "posted":
        raise NotFound
    by = await people([found["author_id"]])
    names = await called(viewer, [(found["room_id"], found["kind"], found["name"])])
    return OneMessage(
        found["id"], found["room_id"], names[found["room_id"]].name, found["seq"], found["source"], Markup(found["html"]),  # noqa: S704 - ours
        found["lang"], found["author_id"] == viewer.member, by.get(found["author_id"]), found["created_at"],
    )  # fmt: skip


_PLACE = "SELECT m.seq, m.room_id FROM messages AS m JOIN rooms AS r ON r.id = m.room_id WHERE m.id = :id AND {seen}"


async def message_url(viewer: Viewer, message_id: int) -> str:
    """Where a message stands in its room, or stood: the page that ends with it or with the 20 after it. Raises NotFound."""
    seen, keys = visible_sql(viewer, "r.audience")
    found = await row(_PLACE.format(seen=seen), id=message_id, **keys)
    if found is None:
        raise NotFound
    return f"/rooms/{found['room_id']}?before={found['seq'] + 20}#m-{message_id}"


def _tags(stored: Any) -> tuple[str, ...]:
    return tuple(json.loads(stored)) if isinstance(stored, str) else tuple(stored or ())
