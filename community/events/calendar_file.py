"""An event as a file for the reader's own calendar (RFC 5545)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from community.events.models import Event, EventSession
from community.events.timing import Span, last_day

if TYPE_CHECKING:
    from icalendar import Event as Component

MEDIA_TYPE = "text/calendar; charset=utf-8"
DATED = frozenset({"time", "day"})


def calendar_file(event: Event, sessions: list[EventSession], host: str, origin: str) -> bytes:
    """The event and those of its sessions that have a time of their own; sessions that were taken out are cancelled in it.

    Times are in UTC; a calendar shows them in its own zone.

    `host` is who invites. The library writes, escapes and folds; loading it takes 0.3 s: it is loaded for who asks for a file, in a
    thread.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Guildhall//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    about = "\n\n".join(part for part in (event.summary, host, origin + event.url) if part)
    span = Span(event.precision, event.starts_at, event.ends_at)
    calendar.add_component(_component(event, "", event.title, about, span, origin))
    for session in sessions:
        if session.precision in DATED and session.starts_at != event.starts_at:
            part = Span(session.precision, session.starts_at, session.ends_at)
            title = " ".join(filter(None, (session.code, session.title)))
            words = "\n\n".join(filter(None, (session.speakers, event.title, origin + event.url)))
            calendar.add_component(_component(event, f"-{session.id}", title, words, part, origin))
    for number, precision, begin, end in event.gone or []:
        part = Span(precision, datetime.fromisoformat(begin), datetime.fromisoformat(end))
        made = _component(event, f"-{number}", event.title, origin + event.url, part, origin)
        made["status"] = "CANCELLED"
        calendar.add_component(made)
    return bytes(calendar.to_ical())


def _component(event: Event, part: str, title: str, about: str, span: Span, origin: str) -> "Component":
    from icalendar import Event as Component

    made = Component()
    made.add("uid", f"event-{event.id}{part}@{urlsplit(origin).hostname}")
    made.add("dtstamp", event.updated_at)
    made.add("sequence", event.version)
    made.add("summary", title)
    made.add("description", about)
    made.add("url", origin + event.url)
    made.add("status", "CANCELLED" if event.state == "cancelled" else "CONFIRMED")
    if event.place:
        made.add("location", event.place)
    if span.precision == "time":
        made.add("dtstart", span.starts_at)
        made.add("dtend", span.ends_at)
    else:
        zone = ZoneInfo(event.time_zone)
        made.add("dtstart", span.starts_at.astimezone(zone).date())
        made.add("dtend", last_day(span, zone) + timedelta(days=1))
    return made
