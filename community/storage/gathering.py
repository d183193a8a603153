"""A lane may gather: what the listeners of a batch ask for is done once, at the end of the batch."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

Gathering = Callable[[], AbstractAsyncContextManager[None]]

_gatherings: dict[str, Gathering] = {}


def gathers(lane: str) -> Callable[[Gathering], Gathering]:
    """`@gathers("index")` marks the context manager that a batch of that lane runs in.

    Its end does what was gathered. When that fails, no row of the batch has worked: each is run again alone, so that one that
    cannot be done keeps no other from being done.
    """

    def mark(gathering: Gathering) -> Gathering:
        _gatherings[lane] = gathering
        return gathering

    return mark


def gathering_of(lane: str) -> Gathering | None:
    return _gatherings.get(lane)
