"""What can happen to a space."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class SpaceChanged:
    """Opened, or its face was edited."""

    space_id: int


@fact
@dataclass(frozen=True)
class SpaceAskedFor:
    """Somebody asks to be let in; its moderators decide."""

    space_id: int
    member_id: int


@fact
@dataclass(frozen=True)
class SpaceInvitation:
    """A moderator invites somebody, who decides."""

    space_id: int
    member_id: int


@fact
@dataclass(frozen=True)
class KnockAnswered:
    """Let in, turned away, declined or taken back: nobody waits at the door for this one any more."""

    knock_id: int


@fact
@dataclass(frozen=True)
class SpaceEntered:
    space_id: int
    member_id: int


@fact
@dataclass(frozen=True)
class SpaceLeft:
    """Left, or was removed."""

    space_id: int
    member_id: int
