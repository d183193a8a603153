"""Opening rooms and changing them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from community.audience import MEMBERS, Viewer, grant, member_key, narrow
from community.chat.facts import RoomChanged, RoomOpened
from community.chat.jobs import keep_room
from community.chat.models import Room
from community.chat.policies import can_move_room, can_open_room, moderates
from community.chat.storing import form_changes
from community.errors import Conflict, ensure
from community.spaces.models import Space
from community.storage import announce, enqueue, once, unit_of_work
from community.text.gettext import _
from community.text.markdown import rendered


@dataclass(frozen=True)
class NewRoom:
    """What a room begins with. `about` is Markdown, `space` the id of the space it belongs to, if any."""

    name: str
    about: str = ""
    lang: str = "en"
    languages: list[str] = field(default_factory=list)
    space: int | None = None
    audience: str = MEMBERS


async def open_room(actor: Viewer, new: NewRoom, client_id: UUID) -> Room:
    """Open a room for the whole site or in a space. Raises NotFound, Refused, Invalid."""
    about = await rendered(new.about, actor, profile="chat", field="about")
    async with unit_of_work():
        audience = (await Space.visible_to(actor).one(id=new.space)).key if new.space else new.audience
        ensure(can_open_room(actor, audience))
        room, is_new = await once(
            Room, actor, client_id, name=new.name, about=about.source, about_html=about.html, lang=new.lang,
            languages=new.languages or [new.lang], space_id=new.space, audience=audience,
        )  # fmt: skip
        if is_new:
            await grant(room.moderators_key, member_key(room.author_id), "moderator")
            await announce(RoomOpened(room.id))
    return room


async def open_room_of(actor: Viewer, key: str, client_id: UUID, **values: Any) -> Room:
    """A room under a key that another slice keeps: a conversation's, an event's. In the caller's unit, which has asked who may."""
    room, is_new = await once(Room, actor, client_id, audience=key, **{"languages": [], **values})
    if is_new:
        await announce(RoomOpened(room.id))
    return room


async def close_room(actor: Viewer, room_id: int, closed: bool) -> Room:
    """Let nobody write any more, or open it again. Repeating it changes nothing."""
    async with unit_of_work():
        room = await Room.visible_to(actor).locked(room_id)
        ensure(moderates(actor, room))
        await change(room, closed=closed)
    return room


async def change(room: Room, **values: Any) -> bool:
    """Give a locked room other values, tell of it, and say whether any was another. Inside a unit of work."""
    if all(getattr(room, name) == value for name, value in values.items()):
        return False
    room.update_from_dict({**values, "version": room.version + 1})
    await room.save(update_fields=[*values, "version"])
    await form_changes(room.id)
    await announce(RoomChanged(room.id))
    return True


async def move_room(actor: Viewer, room_id: int, space_id: int | None) -> Room:
    """Put a room into another space, or to the whole network, where the actor may open rooms too: it is then for that place's
    readers, with all that was said, and the others hear nothing more within a second.

    Raises NotFound, Refused, Conflict for a hidden one. Repeating it changes nothing.
    """
    async with unit_of_work():
        audience = (await Space.visible_to(actor).one(id=space_id)).key if space_id else MEMBERS
        room = await Room.visible_to(actor).locked(room_id)
        ensure(can_move_room(actor, room) and can_open_room(actor, audience))
        if room.audience_when_released:
            raise Conflict(_("This room is hidden. Restore it before you move it."))
        if room.audience != audience:
            room.space_id, room.version = space_id, room.version + 1
            await room.save(update_fields=["space_id", "version"])
            await narrow(room, audience, [f"room:{room.id}"])
            await announce(RoomChanged(room.id))
    return room


async def set_retention(actor: Viewer, room_id: int, keep_days: int | None) -> Room:
    """How many days the room keeps, or for good."""
    async with unit_of_work():
        room = await Room.visible_to(actor).locked(room_id)
        ensure(moderates(actor, room))
        if await change(room, keep_days=keep_days):
            await enqueue(keep_room, room_id=room.id, keep_days=keep_days)
    return room
