"""Who may make something of messages, and who may read what comes of it."""

from community.audience import MEMBERS, PUBLIC, Viewer
from community.chat.models import Room


def can_harvest(viewer: Viewer, room: Room) -> bool:
    """Trusted members, in rooms of the whole site and of spaces. What is said in a conversation stays there."""
    return viewer.is_trusted and room.audience_when_released is None and is_harvestable(room.audience)


def is_harvestable(audience: str) -> bool:
    return audience in {PUBLIC, MEMBERS} or audience.startswith("space:")


def audience_of_thread(room: str, place: str) -> str | None:
    """The audience of a thread that is made in a place out of what was said in a room, both given by their audience.

    None where more people would read it than could read the room. A thread in an open theme, made from a room for members, is
    for members.
    """
    if room in {PUBLIC, place}:
        return place
    if room == MEMBERS:
        return MEMBERS if place == PUBLIC else place
    return None
