"""What can happen to an account."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class MemberJoined:
    """The address was confirmed and somebody with the right to do so had let the member in."""

    member_id: int


@fact
@dataclass(frozen=True)
class MemberApplied:
    member_id: int


@fact
@dataclass(frozen=True)
class ApplicationChanged:
    """Decided, or a question was asked or answered."""

    application_id: int


@fact
@dataclass(frozen=True)
class MemberTrusted:
    """Trust was raised: by an invite, an approved contribution, or an appointment."""

    member_id: int


@fact
@dataclass(frozen=True)
class MemberDistrusted:
    """A steward took the trust back: what the member writes waits for a moderator again."""

    member_id: int


@fact
@dataclass(frozen=True)
class MemberSuspended:
    member_id: int


@fact
@dataclass(frozen=True)
class MemberReinstated:
    member_id: int


@fact
@dataclass(frozen=True)
class MemberLeft:
    """The account is deleted: nothing is left of it but what was written, under nobody's name."""

    member_id: int
