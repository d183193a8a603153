"""What can happen to a profile."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class ProfileChanged:
    member_id: int
