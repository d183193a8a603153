"""Who may do what to an account."""

from community.accounts.models import Member
from community.audience import Viewer


def can_admit(viewer: Viewer) -> bool:
    return viewer.is_steward


def can_suspend(viewer: Viewer, member: Member) -> bool:
    """Stewards, but neither themselves nor each other: a steward is dismissed on the command line."""
    return viewer.is_steward and member.id != viewer.member and member.trust != "steward"


def can_delete(viewer: Viewer, member: Member) -> bool:
    """Stewards, for a member who has asked for it; neither for each other nor, this way, for themselves."""
    return can_suspend(viewer, member)


def can_block(viewer: Viewer, member: Member) -> bool:
    return viewer.signed_in and viewer.member != member.id
