"""What group commit reads and writes, in few statements however many messages there are, and what else writes into a room's log.
Inside a unit of work.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from community import clock
from community.audience import Viewer, member_key, visible_sql
from community.chat.attaching import attach_to_message
from community.chat.facts import MessageSent
from community.chat.models import LockedRoom, Room, languages_of
from community.chat.policies import pause_s
from community.chat.telling import plain_frame
from community.errors import NotFound, TooMany
from community.grants import held_by_each
from community.institutions.queries import Person
from community.previews.actions import ask_for_card
from community.storage import after_commit, announce, dialect, execute, execute_many, query_with, require_unit, rows, value, wake
from community.storage.live import Entry, just_stored
from community.text.markdown import RENDER_VERSION, Rendered
from community.text.references import record_references

Key = tuple[int, UUID]  # author and client id: unique for good


class Accepted(Protocol):
    """A message that is to be stored."""

    actor: Viewer
    room_id: int
    client_id: UUID
    lang: str
    reply_to: int | None
    at: datetime
    files: tuple[int, ...]
    body: Rendered | None

    @property
    def key(self) -> Key: ...


@dataclass(frozen=True)
class Earlier:
    """What the same message became when it was sent before."""

    message_id: int
    room_id: int
    seq: int


async def earlier_of(keys: Collection[Key]) -> Mapping[Key, Earlier]:
    if not keys:
        return {}
    found = await rows(
        "SELECT id, room_id, seq, author_id, client_id FROM messages WHERE author_id IN :authors AND client_id IN :ids",
        authors=sorted({key[0] for key in keys}), ids=[key[1] for key in keys],
    )  # fmt: skip
    by_key = {_key(row): Earlier(row["id"], row["room_id"], row["seq"]) for row in found}
    return {key: by_key[key] for key in keys if key in by_key}


def _key(row: Mapping[str, Any]) -> Key:
    client = row["client_id"]
    return row["author_id"], client if type(client) is UUID else UUID(str(client))  # PostgreSQL's driver has a type of its own


_LIVING = """
    SELECT s.id FROM sessions AS s JOIN members AS m ON m.id = s.member_id
    WHERE s.id IN :ids AND s.expires_at > :now AND m.suspended_at IS NULL
"""


async def ended_sessions(ids: Collection[int]) -> frozenset[int]:
    """Those that are over: a socket may hear of that half a second later, and sends nothing meanwhile."""
    if not ids:
        return frozenset()
    living = await rows(_LIVING, ids=sorted(ids), now=clock.now())
    return frozenset(ids) - {row["id"] for row in living}


async def with_keys_held(viewers: Collection[Viewer]) -> dict[Viewer, Viewer]:
    """Each viewer without the party keys that were lost since it was made."""
    parties = {one: {key for key in one.audiences if ":" in key and key != member_key(one.member or 0)} for one in viewers}
    concerned = {one.member or 0 for one, keys in parties.items() if keys}
    held = await held_by_each(concerned) if concerned else {}
    lost = {one: keys - held[one.member or 0][0] if keys else keys for one, keys in parties.items()}
    return {one: replace(one, audiences=one.audiences - lost[one]) if lost[one] else one for one in viewers}


def ensure_seen(viewer: Viewer, room: LockedRoom) -> None:
    """A room that is hidden from the sender is one that does not exist."""
    if not viewer.holds(room.audience):
        raise NotFound


_LOCKED = """
    SELECT id, audience, audience_when_released, lang, languages, seq, slow_s, slow_all_s, muted_until, closed, waiting FROM rooms
    WHERE id IN :ids AND {seen} ORDER BY id {held}
"""


async def lock_rooms(ids: Collection[int], viewers: Iterable[Viewer]) -> dict[int, LockedRoom]:
    """The rooms that any of the viewers sees, locked in the order of their ids, so that two batches never wait for each other."""
    require_unit("a lock")
    together = Viewer(audiences=frozenset().union(*(viewer.audiences for viewer in viewers)))
    seen, keys = visible_sql(together)
    held = "FOR NO KEY UPDATE" if dialect() == "postgres" else ""  # on SQLite the unit is the lock
    found = await rows(query_with(_LOCKED, seen=seen, held=held), ids=sorted(ids), **keys)
    return {row["id"]: LockedRoom(**row | {"languages": languages_of(row["languages"])}) for row in found}


async def rooms_of(message_ids: Collection[int]) -> dict[int, int]:
    """In which room each message stands."""
    if not message_ids:
        return {}
    found = await rows("SELECT id, room_id FROM messages WHERE id IN :ids", ids=sorted(message_ids))
    return {row["id"]: row["room_id"] for row in found}


async def refuse_haste(message: Accepted, room: LockedRoom, has_just_sent: bool) -> None:
    """Slow mode. Raises TooMany."""
    pause = pause_s(message.actor, room)
    if not pause:
        return
    last: datetime | None = await value(
        "SELECT MAX(created_at) AS last_at FROM messages WHERE room_id = :room AND author_id = :author",
        room=room.id, author=message.actor.member,
    )  # fmt: skip
    wait = (last + timedelta(seconds=pause) - message.at).total_seconds() if last else 0.0
    if has_just_sent or wait > 0:
        raise TooMany(int(pause if has_just_sent else wait) + 1)


async def store(accepted: Sequence[tuple[Accepted, int]], authors: Mapping[int, Person]) -> Mapping[Key, int]:
    """Messages, their entries and what hangs on them; `accepted` are messages with their seq. Returns the messages' ids."""
    if not accepted:
        return {}
    now = max(message.at for message, _seq in accepted)
    ids = await _insert_messages(accepted)
    await _insert_entries((message.room_id, seq, ids[message.key]) for message, seq in accepted)
    await _advance({message.room_id: seq for message, seq in accepted}, now)
    await note_positions({(message.key[0], message.room_id): seq for message, seq in accepted}, now)  # who writes has read so far
    for message, _seq in accepted:
        if message.files:
            await attach_to_message(message, ids[message.key])
        if names := names_in(message.body, message.reply_to):
            await record_references(f"message:{ids[message.key]}", 1, names)
        if message.body and message.body.links:
            await ask_for_card(f"message:{ids[message.key]}", message.body.html)
    await announce(*(MessageSent(message.room_id, ids[message.key]) for message, _seq in accepted))
    after_commit(lambda: just_stored(_fresh(accepted, ids, authors)))
    return ids


def _fresh(
    accepted: Sequence[tuple[Accepted, int]], ids: Mapping[Key, int], authors: Mapping[int, Person]
) -> Mapping[str, Sequence[Entry]]:
    """The entries of rooms to which nothing but words was added, by their topics."""
    fresh: defaultdict[str, list[Entry]] = defaultdict(list)
    for message, seq in accepted:
        frame = plain_frame(_row(message, seq, ids[message.key]), authors.get(message.key[0]))
        fresh[f"room:{message.room_id}"].append((seq, frame))
    for message, _seq in accepted:
        if message.files or message.reply_to or (message.body and message.body.links):
            fresh.pop(f"room:{message.room_id}", None)
    return fresh


def _row(message: Accepted, seq: int, id: int) -> dict[str, Any]:
    """A message of words alone, as it would be read back."""
    return {
        "kind": "sent", "id": id, "sent_seq": seq, "client_id": str(message.client_id), "created_at": message.at,
        "lang": message.lang, "state": "posted", "html": message.body.html if message.body else "", "edits": 0,
        "author_id": message.key[0],
    }  # fmt: skip


def names_in(body: Rendered | None, reply_to: int | None) -> list[str]:
    """What a message names: what its text does, and the message that it answers."""
    return [*(body.references if body else ()), *([f"message:{reply_to}"] if reply_to else ())]


async def _insert_messages(accepted: Sequence[tuple[Accepted, int]]) -> dict[Key, int]:
    await execute_many(
        """INSERT INTO messages
           (room_id, seq, author_id, client_id, source, html, lang, created_at, attached, reply_to, render_version,
            state, edits, reactions, version)
           VALUES (:room, :seq, :author, :client, :source, :html, :lang, :at, :attached, :reply_to, :render_version,
            'posted', 0, 0, 1)""",
        [_message(message, seq) for message, seq in accepted],
    )
    # A statement for any number of rows could return their ids itself, but would be planned anew for every number.
    found = await rows(
        "SELECT id, room_id, seq FROM messages WHERE author_id IN :authors AND client_id IN :ids",
        authors=sorted({message.key[0] for message, _seq in accepted}), ids=[message.client_id for message, _seq in accepted],
    )  # fmt: skip
    ids = {(row["room_id"], row["seq"]): row["id"] for row in found}
    return {message.key: ids[message.room_id, seq] for message, seq in accepted}


def _message(message: Accepted, seq: int) -> dict[str, Any]:
    assert message.body is not None
    return {
        "room": message.room_id, "seq": seq, "author": message.key[0], "client": message.client_id, "source": message.body.source,
        "html": message.body.html, "lang": message.lang, "at": message.at, "attached": len(message.files),
        "reply_to": message.reply_to, "render_version": RENDER_VERSION,
    }  # fmt: skip


async def _insert_entries(entries: Iterable[tuple[int, int, int]], kind: str = "sent") -> None:
    await execute_many(
        "INSERT INTO room_entries (room_id, seq, kind, message_id) VALUES (:room, :seq, :kind, :message)",
        [{"room": room, "seq": seq, "kind": kind, "message": message} for room, seq, message in entries],
    )


async def add_entry(room: Room, kind: str, message_id: int) -> int:
    """Give what happened the next number of a locked room; its followers are woken by the commit."""
    room.seq += 1
    await _insert_entries([(room.id, room.seq, message_id)], kind)
    await _advance({room.id: room.seq}, None)
    return int(room.seq)


async def _advance(ends: Mapping[int, int], last_at: datetime | None) -> None:
    await execute_many(
        "UPDATE rooms SET seq = :seq, last_at = COALESCE(:last_at, last_at), version = version + 1 WHERE id = :id",
        [{"id": room, "seq": seq, "last_at": last_at} for room, seq in ends.items()],
    )
    for room in ends:
        after_commit(_waking(f"room:{room}"))


async def form_changes(room_id: int) -> None:
    """What may be written in a room has changed: open pages ask for their form anew. In the caller's unit, which has locked the
    room or its conversation.
    """
    await execute("UPDATE rooms SET form_seq = form_seq + 1 WHERE id = :id", id=room_id)
    after_commit(_waking(f"form:{room_id}"))


def _waking(topic: str) -> Any:
    return lambda: wake(topic)


async def note_positions(positions: Mapping[tuple[int, int], int], now: datetime) -> None:
    """How far members have read: (member, room) -> seq. It never falls."""
    await execute_many(
        """INSERT INTO room_positions (member_id, room_id, seq, read_at) VALUES (:member, :room, :seq, :now)
           ON CONFLICT (member_id, room_id) DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at
           WHERE excluded.seq > room_positions.seq""",
        [{"member": member, "room": room, "seq": seq, "now": now} for (member, room), seq in positions.items()],
    )


async def lock_room_of(message_id: int) -> Room | None:
    """For what the house itself writes into a room's log."""
    room_id = await value("SELECT room_id FROM messages WHERE id = :id", id=message_id)
    return await Room.filter(id=room_id).select_for_update(no_key=True).first()
