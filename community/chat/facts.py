"""What can happen in a room."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class RoomOpened:
    room_id: int


@fact
@dataclass(frozen=True)
class RoomChanged:
    """Its name, description, languages, retention, or whether it is closed."""

    room_id: int


@fact
@dataclass(frozen=True)
class MessageSent:
    room_id: int
    message_id: int


@fact
@dataclass(frozen=True)
class MessageEdited:
    room_id: int
    message_id: int


@fact
@dataclass(frozen=True)
class MessageDeleted:
    """Emptied by its author, by a moderator, or because the room keeps nothing so old."""

    room_id: int
    message_id: int
