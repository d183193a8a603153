"""Who may do what with events. Pure: the viewer and the thing decide, nothing is looked up."""

from datetime import datetime

from community.audience import MEMBERS, PUBLIC, Viewer
from community.events.models import Event


def can_plan(viewer: Viewer) -> bool:
    """A route's policy: those who speak for an institution, and stewards."""
    return viewer.is_steward or bool(viewer.coordinates)


def can_plan_for(viewer: Viewer, institution_id: int | None) -> bool:
    """Stewards also plan events of the house itself, which belong to no institution."""
    return viewer.is_steward or institution_id in viewer.coordinates


def can_run(viewer: Viewer, event: Event) -> bool:
    return can_plan_for(viewer, event.institution_id)


def can_plan_in(viewer: Viewer, audience: str) -> bool:
    """Everybody, all members, or a space that the viewer moderates."""
    return audience in {PUBLIC, MEMBERS} or (audience.startswith("space:") and audience in viewer.moderates)


def is_over(event: Event, now: datetime) -> bool:
    return event.ends_at <= now


def why_no_seat(event: Event, now: datetime) -> str:
    """The reason code why nobody can register; "" where one can."""
    if event.state == "cancelled":
        return "cancelled"
    return "over" if is_over(event, now) else ""
