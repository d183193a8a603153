"""Finding a message, and holding its room while something about it changes."""

from community.audience import Viewer
from community.chat.models import Message, Room
from community.chat.storing import ended_sessions, with_keys_held
from community.errors import NotFound, ensure
from community.text.gettext import _


async def locate(actor: Viewer, message_id: int) -> tuple[Room, Message]:
    """A message and its room, or NotFound: a message is seen through its room alone."""
    room = await Room.visible_to(actor).one(messages__id=message_id)
    return room, await Message.get(id=message_id)


async def locked_message(actor: Viewer, message_id: int) -> tuple[Room, Message]:
    """The same with the room locked, for a viewer whose session and keys still hold. Inside a unit of work."""
    actor = (await with_keys_held([actor]))[actor]
    room, _unlocked = await locate(actor, message_id)
    if actor.session and await ended_sessions({actor.session}):
        raise NotFound
    room = await Room.visible_to(actor).locked(room.id)
    return room, await Message.get(id=message_id)


def ensure_stands(message: Message) -> None:
    """Raises Refused("deleted"): somebody was faster."""
    ensure(message.state == "posted", "deleted", _("This message was deleted."))
