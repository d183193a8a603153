"""Somebody reads along in a room and does not write there for some hours."""

from datetime import datetime, timedelta

from community import clock
from community.accounts.models import Member
from community.audience import Viewer
from community.chat.models import LockedRoom, Room, RoomMute
from community.chat.policies import moderates
from community.chat.storing import form_changes
from community.errors import Invalid, NotFound, Refused, ensure
from community.storage import execute, unit_of_work, value
from community.text.gettext import _, ngettext

HOURS = (1, 8, 24, 168)


async def mute_member(actor: Viewer, room_id: int, member_id: int, hours: int) -> None:
    """For so many hours from now, one of HOURS; 0 ends it. It does nothing to who moderates the room: their role is ended first."""
    if hours not in {0, *HOURS}:
        raise Invalid("hours", _("Choose one of the times offered."))
    async with unit_of_work():
        room = await Room.visible_to(actor).locked(room_id)
        ensure(moderates(actor, room))
        ensure(member_id != actor.member, "oneself", _("You cannot mute yourself."))
        if not await Member.exists(id=member_id):
            raise NotFound
        if hours:
            await _mute(room, member_id, clock.now() + timedelta(hours=hours), actor.member or 0)
        else:
            await RoomMute.filter(room_id=room.id, member_id=member_id).delete()
        await form_changes(room.id)


async def _mute(room: Room, member_id: int, until: datetime, by: int) -> None:
    await execute(
        """INSERT INTO room_mutes (room_id, member_id, until, by_id) VALUES (:room, :member, :until, :by)
           ON CONFLICT (room_id, member_id) DO UPDATE SET until = excluded.until, by_id = excluded.by_id""",
        room=room.id, member=member_id, until=until, by=by,
    )  # fmt: skip
    room.muted_until = max(until, room.muted_until or until)
    await room.save(update_fields=["muted_until"])


async def muted_until(viewer: Viewer, room: Room | LockedRoom) -> datetime | None:
    """Until when somebody does not write here; no query in a room where nobody is muted."""
    if room.muted_until is None or room.muted_until <= clock.now() or not viewer.signed_in or moderates(viewer, room):
        return None
    until: datetime | None = await value(
        "SELECT until FROM room_mutes WHERE room_id = :room AND member_id = :member AND until > :now",
        room=room.id, member=viewer.member, now=clock.now(),
    )  # fmt: skip
    return until


async def ensure_not_muted(actor: Viewer, room: Room | LockedRoom) -> None:
    """Raises Refused("muted")."""
    if until := await muted_until(actor, room):
        raise Refused("muted", muted_sentence(until))


def muted_sentence(until: datetime) -> str:
    hours = max(1, round((until - clock.now()).total_seconds() / 3600))
    if hours < 48:
        num = hours
        again = ngettext("You can write again in about %(num)d hour.", "You can write again in about %(num)d hours.", num)
    else:
        num = round(hours / 24)
        again = ngettext("You can write again in about %(num)d day.", "You can write again in about %(num)d days.", num)
    return f"{_('A moderator has asked you to only read here for a while.')} {again % {'num': num}}"
