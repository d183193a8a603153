"""The words for an event: what kind it is, and when it takes place for this reader."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, get_timezone_name

from community import clock
from community.events.timing import Span, last_day
from community.text.gettext import _
from community.web.formats import clock_time, from_to, locale
from community.web.reader import zone as readers


def modes() -> dict[str, str]:
    return {"online": _("Online"), "on_site": _("On site"), "both": _("On site and online")}


def when(span: Span, time_zone: str) -> str:
    """As exactly as it is known: "2019", "May 2018", "8 September 2021", "8 September 2021, 15:00 – 17:00"."""
    if span.precision != "time":
        return _dates(span, ZoneInfo(time_zone))
    first, last = (at.astimezone(readers.get()) for at in (span.starts_at, span.ends_at))
    if first.date() == last.date():
        return f"{_day(first.date())}, {clock_time(span.starts_at)}–{clock_time(span.ends_at)}"
    return f"{_day(first.date())}, {clock_time(span.starts_at)} – {_day(last.date())}, {clock_time(span.ends_at)}"


def zone_line(span: Span, time_zone: str) -> str:
    """In whose time the hours are, and what the clock says where it is held. Nothing where no hour is said."""
    if span.precision != "time":
        return ""
    mine, theirs = readers.get(), ZoneInfo(time_zone)
    line = your_time(span.starts_at)
    here, there = span.starts_at.astimezone(mine), span.starts_at.astimezone(theirs)
    if here.utcoffset() == there.utcoffset():
        return line
    at = there.strftime("%H:%M") if here.date() == there.date() else f"{_day(there.date())}, {there:%H:%M}"
    return line + " · " + _("%(time)s in %(zone)s") % {"time": at, "zone": zone_name(span.starts_at, theirs)}


def your_time(at: datetime | None = None) -> str:
    """Whose hours a page shows; a zone may go by another name in summer, `at` says when."""
    return _("Your time: %(zone)s") % {"zone": zone_name(at or clock.now(), readers.get())}


def hours(span: Span, time_zone: str) -> str:
    """Beside a date stub: "15:00 your time", or what else is known."""
    if span.precision == "time":
        return _("%(time)s your time") % {"time": clock_time(span.starts_at)}
    return when(span, time_zone)


def zone_name(at: datetime, zone: ZoneInfo) -> str:
    """Such as "East Africa Time (Africa/Nairobi)"; the name alone where it says it all."""
    name = get_timezone_name(at.astimezone(zone), width="long", locale=locale())
    return name if zone.key == "UTC" else f"{name} ({zone.key.replace('_', ' ')})"


def stub(span: Span, time_zone: str) -> tuple[str, str]:
    """The two lines of a date stub: the day and its month, or, where no day is known, the month or nothing and the year."""
    first = span.starts_at.astimezone(readers.get() if span.precision == "time" else ZoneInfo(time_zone)).date()
    if span.precision == "year":
        return str(first.year), ""
    if span.precision == "month":
        return _part("MMM", first), str(first.year)
    return _part("d", first), _part("MMM", first)


def machine(span: Span, time_zone: str) -> str:
    """For the `datetime` attribute: a moment in UTC, or as much of a date as is known."""
    if span.precision == "time":
        return span.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    first = span.starts_at.astimezone(ZoneInfo(time_zone)).date().isoformat()
    return {"year": first[:4], "month": first[:7]}.get(span.precision, first)


def _dates(span: Span, zone: ZoneInfo) -> str:
    first, last = span.starts_at.astimezone(zone).date(), last_day(span, zone)
    if span.precision == "year":
        return str(first.year)
    if span.precision == "month":
        return _part("yMMMM", first)
    return _day(first) if first == last else from_to(first, last)


def _day(day: date) -> str:
    return format_date(day, "long", locale=locale())


def _part(skeleton: str, day: date) -> str:
    return format_skeleton(skeleton, datetime.combine(day, time()), locale=locale())
