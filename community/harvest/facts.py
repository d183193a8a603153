"""What can happen to a harvest."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class MessagesHarvested:
    """Their authors are to be asked."""

    harvest_id: int


@fact
@dataclass(frozen=True)
class HarvestAnswered:
    """A member has said yes or no to being quoted, or the other one now."""

    harvest_id: int
    member_id: int
