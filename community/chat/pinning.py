"""Messages that stand at the top of their room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from community.audience import Viewer
from community.chat.committing import Sent
from community.chat.lines import beginning
from community.chat.locking import ensure_stands, locked_message
from community.chat.models import Message, Room, RoomPin
from community.chat.muting import ensure_not_muted
from community.chat.policies import can_pin
from community.chat.reading import is_small
from community.chat.storing import add_entry
from community.errors import ensure
from community.institutions.queries import Person
from community.storage import rows, unit_of_work
from community.text.gettext import _

MOST_PINS = 5  # what stands above everything must stay short


@dataclass(frozen=True)
class Pinned:
    """A pinned message by its first words."""

    id: int
    words: str
    lang: str
    by: Person | None


async def set_pin(actor: Viewer, message_id: int, *, on: bool) -> Sent:
    """Pin a message or take it down again; doing so again changes nothing. Raises NotFound, Refused("not-allowed", "full")."""
    async with unit_of_work():
        room, message = await locked_message(actor, message_id)
        ensure_stands(message)
        ensure(can_pin(actor, room, message, is_small=await is_small(room.id)))
        await ensure_not_muted(actor, room)
        if await RoomPin.exists(message_id=message.id) == on:
            return Sent(message.id, room.id, message.seq, is_new=False)
        await (_pin(actor, room, message.id) if on else RoomPin.filter(message_id=message.id).delete())
        seq = await add_entry(room, "pinned", message.id)
    return Sent(message.id, room.id, seq, is_new=True)


async def _pin(actor: Viewer, room: Room, message_id: int) -> None:
    has_place = await RoomPin.filter(room_id=room.id).count() < MOST_PINS
    ensure(has_place, "full", _("%(most)d messages are pinned here already. Unpin one of them first.") % {"most": MOST_PINS})
    await RoomPin.create(room_id=room.id, message_id=message_id, member_id=actor.member)


async def may_pin(viewer: Viewer, room: Room, message: Message) -> bool:
    """Whether to offer it."""
    return viewer.signed_in and can_pin(viewer, room, message, is_small=await is_small(room.id))


_PINS = """
    SELECT m.id, m.html, m.attached, m.lang, m.author_id FROM room_pins AS p JOIN messages AS m ON m.id = p.message_id
    WHERE p.room_id = :room AND m.state = 'posted' ORDER BY p.id DESC LIMIT :most
"""


async def pins_in(room_id: int) -> list[dict[str, Any]]:
    """The pinned messages of a room that the viewer has been found to see, newest pin first."""
    return await rows(_PINS, room=room_id, most=MOST_PINS)


def authors_of(pins: Iterable[Mapping[str, Any]]) -> set[int]:
    return {one["author_id"] for one in pins}


def pinned_of(row: Mapping[str, Any], persons: Mapping[int, Person]) -> Pinned:
    return Pinned(row["id"], beginning(row["html"], row["attached"]), row["lang"], persons.get(row["author_id"]))
