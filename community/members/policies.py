"""Who may do what with a profile."""

from community.audience import Viewer


def can_edit_profile(viewer: Viewer, member_id: int) -> bool:
    """Only one's own: neither stewards nor coordinators speak for somebody."""
    return viewer.member == member_id
