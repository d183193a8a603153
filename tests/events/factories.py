"""Events planned through the actions, and the form that a browser would send."""

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from community import clock
from community.audience import PUBLIC, Viewer
from community.events.actions import plan_event
from community.events.models import Event
from community.events.planning import Plan, PlannedSession
from community.events.timing import moments
from community.institutions.models import Institution

NAIROBI = ZoneInfo("Africa/Nairobi")
THREE = (
    PlannedSession(1, "Faults without a meter", "WS 1", pick_one="Workshops"),
    PlannedSession(2, "Batteries", "WS 2", pick_one="Workshops"),
    PlannedSession(3, "Assessing on site", "WS 3", pick_one="Workshops"),
)


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def plan_of(institution: Institution | None, audience: str = PUBLIC, **said: Any) -> Plan:
    """An event of two hours in a month; `sessions` and `day` are its parts, the rest its columns."""
    sessions, day = said.pop("sessions", ()), said.pop("day", None) or in_days(30)
    columns = {
        "title": "Open workshop",
        "summary": "Come and see.",
        "mode": "on_site",
        "place": "Kisumu",
        "time_zone": "Africa/Nairobi",
        "capacity": None,
    }
    span = moments(day, time(9), day, time(11), NAIROBI)
    return Plan(columns | said, span, audience, institution.id if institution else None, sessions)


async def make_event(organiser: Viewer, institution: Institution | None = None, audience: str = PUBLIC, **said: Any) -> Event:
    return await plan_event(organiser, plan_of(institution, audience, **said), uuid4())


async def make_past_event(organiser: Viewer, institution: Institution, **said: Any) -> Event:
    return await make_event(organiser, institution, day=in_days(-30), **said)


def filled(**said: str) -> dict[str, str]:
    """The form of a new event, as sent."""
    return {
        "client_id": str(uuid4()), "title": "Open workshop", "summary": "Come and see.", "mode": "on_site", "place": "Kisumu",
        "day": in_days(30).isoformat(), "starts": "09:00", "until": "11:00", "time_zone": "Africa/Nairobi", "language": "en",
        "audience": "public",
    } | said  # fmt: skip
