"""Where the messages of a room are picked to become something else: the slice that makes such things says so."""

from collections.abc import Callable

from community.audience import Viewer
from community.chat.models import Room


class _Field:
    may: Callable[[Viewer, Room], bool] | None = None
    address: str = ""


def harvested_by(may: Callable[[Viewer, Room], bool], address: str) -> None:
    """Offer picking at `address`, such as "/rooms/{id}/harvest", to those who may."""
    _Field.may, _Field.address = staticmethod(may), address


def harvest_address(viewer: Viewer, room: Room) -> str:
    """Nowhere, "", for who may not."""
    return _Field.address.format(id=room.id) if _Field.may and _Field.may(viewer, room) else ""
