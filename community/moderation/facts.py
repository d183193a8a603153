"""What can happen in moderation."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class ThingFlagged:
    flag_id: int


@fact
@dataclass(frozen=True)
class FlagDecided:
    """All reports of the subject have an outcome."""

    flag_id: int


@fact
@dataclass(frozen=True)
class Ruled:
    """`ruling_id` is the row of the member whom it concerns."""

    ruling_id: int
