"""Who may do what in a space. Stewards have no right here that members have not."""

from community.audience import Viewer
from community.spaces.models import Space


def can_open_space(viewer: Viewer) -> bool:
    return viewer.is_trusted


def can_enter(viewer: Viewer, space: Space) -> bool:
    return viewer.holds(space.key)


def can_ask(viewer: Viewer, space: Space) -> bool:
    return viewer.signed_in and not viewer.holds(space.key) and space.access in {"open", "request"}


def can_moderate_space(viewer: Viewer, space: Space) -> bool:
    return viewer.has_role(space.key, "moderator")


def can_host(viewer: Viewer, space: Space) -> bool:
    """Who may let a room full of people in: a moderator who is no newcomer."""
    return viewer.is_trusted and can_moderate_space(viewer, space)
