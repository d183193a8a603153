"""The rooms of an event: of all of it, or of a session. For those who are registered, under the key of those who come, or for
whoever sees the event, under the event's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from community.accounts.holders import holders
from community.audience import MEMBERS, PUBLIC, Grant, Viewer, coordinators_key, grant, member_key, narrow, revoke
from community.chat.keeping import open_room_of
from community.chat.models import Room
from community.chat.naming import Called, calls_rooms
from community.chat.search_documents import messages_of
from community.errors import Invalid, ensure
from community.events.models import Event, EventRoom, EventSession, Registration, key_of_comers
from community.events.policies import can_run
from community.storage import rows, unit_of_work
from community.text.gettext import _

KIND = "event"
_HOMES = """
    SELECT o.room_id, r.name, e.title, e.slug, e.audience FROM event_rooms AS o JOIN events AS e ON e.id = o.event_id
    JOIN rooms AS r ON r.id = o.room_id WHERE o.room_id IN :rooms
"""
_WIDTH = {PUBLIC: 2, MEMBERS: 1}  # a space's key is narrower than either


@dataclass(frozen=True)
class NewEventRoom:
    """`session` is one of the event's, or None for a room of the whole event. `name` "" is that of the session or the event."""

    session: int | None = None
    name: str = ""
    for_registered: bool = True


async def open_event_room(actor: Viewer, event_id: int, new: NewEventRoom, client_id: UUID) -> Room:
    """Open a room of an event, or of a session: each has one, and asking again leads to it. Raises NotFound, Refused, Invalid."""
    async with unit_of_work():
        event = await Event.visible_to(actor).locked(event_id)
        ensure(can_run(actor, event))
        session = await _session(event, new.session)
        place = session.id if session else 0
        if there := await EventRoom.filter(event_id=event.id, place=place).select_related("room").first():
            found: Room = there.room
            return found
        key = event.key if new.for_registered else event.audience
        room = await open_room_of(
            actor, key, client_id, kind=KIND, name=new.name or (session.title if session else event.title)[:120],
            lang=event.language, languages=[event.language], space_id=_space_of(event.audience),
        )  # fmt: skip
        await EventRoom.create(event_id=event.id, session_id=new.session, place=place, room_id=room.id)
        await grant(room.moderators_key, runner_of(event), "host")
        await _let_everybody_in(event)
    return room


async def _session(event: Event, session_id: int | None) -> EventSession | None:
    if session_id is None:
        return None
    found = await EventSession.get_or_none(id=session_id, event_id=event.id)
    if found is None:
        raise Invalid("session", _("Choose one of the values offered."))
    return found


def _space_of(key: str) -> int | None:
    return int(key[6:]) if key.startswith("space:") else None


async def _let_everybody_in(event: Event) -> None:
    """Those who were registered before, and who runs it."""
    for comer in await Registration.filter(event_id=event.id, state="registered"):
        await grant(event.key, member_key(comer.member_id), "member")
    for host in await _hosts_of(event):
        await grant(event.key, host, "host")


async def _hosts_of(event: Event) -> list[str]:
    """Who holds the key of those who come without a seat: who runs the event, in a space as far as they are in it."""
    runner = runner_of(event)
    if _space_of(event.audience) is None:
        return [runner]
    running = [event.author_id] if event.institution_id is None else await holders(runner)
    inside = await holders(event.audience)
    return [member_key(one) for one in running if one in inside]


def runner_of(event: Event) -> str:
    """Who holds the key of the event's organisers: whom they name as successors comes in with it."""
    return coordinators_key(event.institution_id) if event.institution_id else member_key(event.author_id)


async def seat(event: Event, registration: Registration) -> None:
    """They come: what is for those who are registered is theirs. In the caller's unit."""
    await grant(event.key, member_key(registration.member_id), "member")


async def unseat(registration: Registration) -> None:
    """They do not come: it ends within a second, on every socket. Who also runs the event keeps that key."""
    member = member_key(registration.member_id)
    for key in await _keys_held(registration.event_id, holder=member, role="member"):
        await revoke(key, member, "member")


async def _keys_held(event_id: int, **by: str) -> list[str]:
    """The keys of those who come, as far as somebody holds them: of all, and of those in a space."""
    whole = key_of_comers(event_id)
    held = await Grant.filter(audience__startswith=f"{whole}:", **by) + await Grant.filter(audience=whole, **by)
    return list(dict.fromkeys(one.audience for one in held))


async def follow_event(event: Event, audience: str, runner: str) -> None:
    """The event was changed, from `audience` and from whom `runner` names: its rooms become as narrow as it is, and never wider,
    since people have talked there among few. In the caller's unit, which has locked the event.
    """
    opened = await EventRoom.filter(event_id=event.id).select_related("room")
    for room in (one.room for one in opened):
        key = _narrowed(event, room.audience)
        if audience != event.audience and room.audience_when_released is None and key != room.audience:
            room.space_id = _space_of(event.audience)
            await room.save(update_fields=["space_id"])
            await narrow(room, key, [f"message:{one}" for one in await messages_of(room.id)])
        if runner != runner_of(event):
            await revoke(room.moderators_key, runner, "host")
            await grant(room.moderators_key, runner_of(event), "host")
    if runner != runner_of(event):
        await _part_from_hosts(event)
    if opened:
        await _let_everybody_in(event)


async def _part_from_hosts(event: Event) -> None:
    """Whoever ran it before does so no more, under none of its keys."""
    for key in await _keys_held(event.id, role="host"):
        for one in await Grant.filter(audience=key, role="host"):
            await revoke(key, one.holder, "host")


def _narrowed(event: Event, room_key: str) -> str:
    """The key of a room now that its event is for `event.audience`. A room of those who are registered stays theirs, in a space of
    those of them who are inside; one for whoever sees the event becomes as narrow as that. Nothing is narrower than a space.
    """
    if room_key == key_of_comers(event.id):
        return event.key
    return event.audience if _WIDTH.get(event.audience, 0) < _WIDTH.get(room_key, 0) else room_key


def is_apart(room: Room) -> bool:
    """Whether it is for those who are registered."""
    return (room.audience_when_released or room.audience).startswith(f"{KIND}:")


@calls_rooms(KIND)
async def called(viewer: Viewer, room_ids: Sequence[int]) -> Mapping[int, Called]:
    """By their own name; the event is told to who may see it."""
    return {one["room_id"]: Called(one["name"], _home(viewer, one)) for one in await rows(_HOMES, rooms=list(room_ids))}


def _home(viewer: Viewer, room: dict[str, Any]) -> tuple[str, str]:
    if not viewer.holds(room["audience"]):
        return "", ""
    return room["title"] if room["title"] != room["name"] else _("The event"), f"/events/{room['slug']}"


async def rooms_of(viewer: Viewer, event: Event) -> list[EventRoom]:
    """Those of the event's rooms that the viewer may enter, that of the whole event first."""
    opened = await EventRoom.filter(event_id=event.id).order_by("place")
    seen = {room.id: room for room in await Room.visible_to(viewer).filter(id__in=[one.room_id for one in opened])}
    for one in opened:
        one.room = seen.get(one.room_id)
    return [one for one in opened if one.room_id in seen]


async def places_without(event: Event, sessions: Sequence[EventSession]) -> list[tuple[str, str]]:
    """(id of the session, words) of what has no room yet; "" is the whole event."""
    taken = {one.place for one in await EventRoom.filter(event_id=event.id)}
    whole = [] if 0 in taken else [("", _("The whole event"))]
    return whole + [(str(one.id), ": ".join(filter(None, (one.code, one.title)))) for one in sessions if one.id not in taken]
