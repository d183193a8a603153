"""What a room is called, and where it belongs. Rooms with a name of their own need nobody; a conversation is called by those in it,
and so by another name for each of them: the slice that keeps a kind of rooms registers itself here.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from community.audience import Viewer
from community.text.names import Face


@dataclass(frozen=True)
class Called:
    """How a room is called for one viewer. `home` is (words, address) of the page it belongs to, ("", "") for none; `face` stands
    before the name of a conversation in a list.
    """

    name: str
    home: tuple[str, str] = ("", "")
    face: Face | None = None


Namer = Callable[[Viewer, Sequence[int]], Awaitable[Mapping[int, Called]]]

_namers: dict[str, Namer] = {}


def calls_rooms(kind: str) -> Callable[[Namer], Namer]:
    """Register who says how rooms of this kind are called: {room id: Called} of those that the viewer has been found to see."""

    def register(namer: Namer) -> Namer:
        _namers[kind] = namer
        return namer

    return register


async def called(viewer: Viewer, rooms: Sequence[tuple[int, str, str]]) -> dict[int, Called]:
    """{id: Called} of (id, kind, name). A kind that nobody registered is called by the name in its row."""
    found = {room: Called(name) for room, _kind, name in rooms}
    for kind in {kind for _room, kind, _name in rooms} & _namers.keys():
        found |= await _namers[kind](viewer, [room for room, its, _name in rooms if its == kind])
    return found
