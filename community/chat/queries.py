"""What the list of rooms and a room's page need, in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from community.audience import Viewer, visible_sql
from community.chat.hanging import NOTHING, hanging_on
from community.chat.harvesting import harvest_address
from community.chat.lines import Line, line_of, people_named, reactions_of
from community.chat.models import Room, languages_of
from community.chat.muting import muted_sentence, muted_until
from community.chat.naming import called
from community.chat.pinning import Pinned, authors_of, pinned_of, pins_in
from community.chat.places import END, Place, stretch
from community.chat.policies import can_send, has_where_to_move, moderates, pause_s
from community.chat.reading import SMALL, Readers, readers_by_name
from community.institutions.queries import Person, people
from community.storage import row, rows
from community.text.names import Face

LISTED = ("room", "event")  # the kinds of rooms that stand in the list of rooms
MANY = 31  # unread messages that the newest page may not hold


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
    face: Face | None = None

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
class RoomPage:
    """A room and up to 50 of its messages, oldest first.

    (`epoch`, `seq`) is where the log stood when this was read: a client resumes there. `before` and `after` are the seqs to ask
    older and newer messages with, None where there are none. `read_to` is the viewer's position, `new_from` the first message of
    somebody else after it, on this page or before it, 0 for none, and `unread` how many there are. `level` is what the viewer said
    of the room. `pause_s` is how long the viewer waits between two messages, `muted` why they only read, "" otherwise. `readers`
    is who has read all of it, None where that is not shown. `harvest` is where messages are picked, "" for who may not. `kind`,
    `is_waiting` and `home` are as in `Room` and `RoomRow`.
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
    form_seq: int
    lines: list[Line]
    before: int | None
    after: int | None
    read_to: int
    read_at: datetime | None
    new_from: int
    unread: int
    level: str
    keep_days: int | None
    pause_s: int
    is_paced: bool
    muted: str
    is_closed: bool
    opened_at: datetime
    host: Person | None
    me: int | None
    may_write: bool
    may_moderate: bool
    may_move: bool
    may_pin: bool
    pins: list[Pinned]
    readers: Readers | None
    shows_reading: bool
    harvest: str
    kind: str
    is_waiting: bool
    home: tuple[str, str]
    blocked: tuple[int, ...] = ()

    @property
    def url(self) -> str:
        return f"/rooms/{self.id}"

    @property
    def is_newest(self) -> bool:
        return self.after is None

    @property
    def new_url(self) -> str:
        """Where what is new begins; on this page only the mark."""
        is_here = any(line.seq == self.new_from for line in self.lines)
        return "#new" if is_here else new_url(self.url, self.new_from, MANY)


def new_url(url: str, first_new: int, unread: int) -> str:
    """The page of a room that holds what is new from its beginning: the newest one, or that around its first message."""
    return f"{url}?around={first_new}#new" if unread >= MANY else f"{url}#new"


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
            one["id"], names[one["id"]].name, one["about"], one["lang"], languages_of(one["languages"]), one["space"] or "",
            one["space_slug"] or "", one["last_at"], one["messages"], one["unread"] or 0, bool(one["closed"]), one["level"],
            one["first_new"] or 0, names[one["id"]].home, names[one["id"]].face,
        )
        for one in found
    ]  # fmt: skip


async def room_page(viewer: Viewer, room_id: int, place: Place = END) -> RoomPage:
    """A room with the messages at a place, the newest ones unless another is asked for. Raises NotFound."""
    room = await Room.visible_to(viewer).one(id=room_id)  # first: what is written meanwhile comes after this seq, and is replayed
    here = await stretch(room.id, room.seq, place)
    around = await _surroundings(viewer, room)
    pins = await pins_in(room.id) if around["pins"] else []
    persons = await people({room.author_id} | people_named(here.found) | authors_of(pins))
    hanging, reactions = await hanging_on(here.found), await reactions_of(here.found, viewer.member)
    lines = [line_of(one, persons, hanging.get(one["id"], NOTHING), reactions.get(one["id"], ())) for one in here.found]
    muted = await _muted(viewer, room)
    name = (await called(viewer, [(room.id, room.kind, room.name)]))[room.id]
    return RoomPage(
        **_of_room(viewer, room), **_of_viewer(viewer, room, around, may_write=can_send(viewer, room) and not muted),
        name=name.name, home=name.home, lines=lines, before=here.before, after=here.after, host=persons.get(room.author_id),
        muted=muted, pins=[pinned_of(one, persons) for one in pins],
        readers=await _readers(viewer, room, lines, around) if here.after is None else None,
    )  # fmt: skip


_SURROUNDINGS = """
    SELECT s.name AS space, s.slug AS space_slug, p.seq AS read_to, p.read_at, COALESCE(f.level, '') AS level,
        (SELECT COUNT(*) FROM room_pins AS n WHERE n.room_id = r.id) AS pins,
        (SELECT COUNT(*) FROM unseen_readers AS n WHERE n.member_id = :me) AS unseen,
        (SELECT COUNT(*) FROM (SELECT id FROM room_positions WHERE room_id = :room LIMIT :most) AS n) AS been_there,
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
    return await row(_SURROUNDINGS, room=room.id, me=viewer.member or 0, most=SMALL + 1) or {}


async def _readers(viewer: Viewer, room: Room, lines: Sequence[Line], around: dict[str, Any]) -> Readers | None:
    """Who has read the newest message, in a small room; a large one is told no number that nobody asks for."""
    if not (viewer.signed_in and lines) or around["been_there"] > SMALL or around["unseen"]:
        return None
    return await readers_by_name(viewer, room, lines[-1].seq, lines[-1].author_id)


async def _muted(viewer: Viewer, room: Room) -> str:
    until = await muted_until(viewer, room)
    return muted_sentence(until) if until else ""


def _of_room(viewer: Viewer, room: Room) -> dict[str, Any]:
    return {
        "id": room.id, "kind": room.kind, "is_waiting": room.waiting, "harvest": harvest_address(viewer, room),
        "about": Markup(room.about_html),  # noqa: S704 - rendered by us
        "lang": room.lang, "languages": tuple(room.languages), "epoch": room.epoch, "seq": room.seq,
        "form_seq": room.form_seq, "keep_days": room.keep_days,
        "pause_s": pause_s(viewer, room) if viewer.signed_in else 0, "is_paced": room.slow_all_s > 0, "is_closed": room.closed,
        "opened_at": room.created_at,
    }  # fmt: skip


def _of_viewer(viewer: Viewer, room: Room, around: dict[str, Any], *, may_write: bool) -> dict[str, Any]:
    may_moderate = viewer.signed_in and moderates(viewer, room)
    return {
        "space": around["space"] or "", "space_slug": around["space_slug"] or "", "read_to": around["read_to"] or 0,
        "read_at": around["read_at"], "new_from": around["first_new"] or 0, "unread": around["unread"] or 0,
        "level": around["level"] or "", "me": viewer.member, "may_write": may_write, "may_moderate": may_moderate,
        "may_move": viewer.signed_in and has_where_to_move(viewer, room),
        "may_pin": may_moderate or (may_write and around["been_there"] <= SMALL), "shows_reading": not around["unseen"],
    }  # fmt: skip
