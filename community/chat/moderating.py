"""What moderators set for their room as a whole: its pace, and who else moderates it."""

from dataclasses import dataclass
from datetime import datetime

from community import clock
from community.accounts.holders import holders
from community.accounts.models import Member
from community.audience import MEMBERS, PUBLIC, Viewer, grant, member_key, revoke
from community.chat.keeping import change
from community.chat.models import Room
from community.chat.policies import moderates
from community.errors import Invalid, NotFound, ensure
from community.institutions.queries import Person, people
from community.storage import rows, unit_of_work
from community.text.gettext import _

PAUSES = (0, 10, 30, 60, 300, 900)  # seconds of slow mode
KEPT = (None, 30, 90, 365, 1095)  # days


@dataclass(frozen=True)
class Moderated:
    """What the page of a room's moderators shows: `muted` are (person, until)."""

    room: Room
    moderators: tuple[Person, ...]
    muted: tuple[tuple[Person, datetime], ...]


async def moderated(actor: Viewer, room_id: int) -> Moderated:
    """Raises NotFound, Refused."""
    room = await Room.visible_to(actor).one(id=room_id)
    ensure(moderates(actor, room))
    found = await rows(
        "SELECT member_id, until FROM room_mutes WHERE room_id = :room AND until > :now ORDER BY until LIMIT 100",
        room=room.id, now=clock.now(),
    )  # fmt: skip
    named = await holders(room.moderators_key, "moderator")
    persons = await people([*named, *(one["member_id"] for one in found)])
    muted = tuple((persons[one["member_id"]], one["until"]) for one in found if one["member_id"] in persons)
    return Moderated(room, tuple(persons[one] for one in named if one in persons), muted)


async def set_pace(actor: Viewer, room_id: int, pause_s: int) -> Room:
    """Slow mode for everybody who does not moderate: so many seconds between two messages, one of PAUSES; 0 ends it."""
    if pause_s not in PAUSES:
        raise Invalid("pause", _("Choose one of the times offered."))
    async with unit_of_work():
        room = await Room.visible_to(actor).locked(room_id)
        ensure(moderates(actor, room))
        await change(room, slow_all_s=pause_s)
    return room


async def name_moderator(actor: Viewer, room_id: int, handle: str) -> None:
    """Let a member who may enter the room moderate it. Repeating it changes nothing. Raises Invalid("handle")."""
    async with unit_of_work():
        room = await Room.visible_to(actor).locked(room_id)
        ensure(moderates(actor, room))
        member = await Member.get_or_none(handle=handle.strip().removeprefix("@").lower(), suspended_at=None)
        if member is None or not await _may_enter(room, member):
            raise Invalid("handle", _("Nobody with this handle comes to this room."))
        await grant(room.moderators_key, member_key(member.id), "moderator")


async def _may_enter(room: Room, member: Member) -> bool:
    if room.audience in {PUBLIC, MEMBERS}:
        return member.admitted_at is not None and member.confirmed_at is not None
    return member.id in await holders(room.audience)


async def end_moderator(actor: Viewer, room_id: int, member_id: int) -> None:
    """Whoever moderates may end the role of another, or lay down their own. Repeating it changes nothing."""
    async with unit_of_work():
        room = await Room.visible_to(actor).locked(room_id)
        ensure(moderates(actor, room))
        if not await Member.exists(id=member_id):
            raise NotFound
        await revoke(room.moderators_key, member_key(member_id), "moderator")
