"""What hangs on messages: files, put there in the transaction that stores the message, once, by whoever owns them."""

from collections.abc import Iterable
from typing import Protocol

from community.audience import Viewer
from community.errors import Invalid
from community.files.actions import attach, not_one_s_own
from community.storage import value
from community.text.gettext import _

MOST_FILES = 4


class Carrying(Protocol):
    actor: Viewer
    room_id: int
    files: tuple[int, ...]


async def ensure_attachable(message: Carrying, before: Iterable[Carrying]) -> None:
    """Raises Invalid("files"). `before` are the messages of the same batch that are stored already. Inside a unit of work."""
    if not message.files:
        return
    if len(message.files) > MOST_FILES:
        raise Invalid("files", _("A message can carry four files. Send the rest with another."))
    taken, wanted = {file for other in before for file in other.files}, set(message.files)
    if len(wanted) != len(message.files) or taken & wanted or await not_one_s_own(message.actor, wanted):
        raise Invalid("files", _("A file of this message is gone, or was sent before. Choose it again."))


async def attach_to_message(message: Carrying, message_id: int) -> None:
    audience = await value("SELECT audience FROM rooms WHERE id = :id", id=message.room_id)
    await attach(message.actor, message.files, f"room:{message.room_id}", audience, part=f"message:{message_id}")
