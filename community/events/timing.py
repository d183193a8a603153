"""When something takes place, as exactly as it is known. A date that says only a month or a year stays that."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SAID = re.compile(r"([12]\d{3})(?:-(0[1-9]|1[0-2])(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True)
class Span:
    """`precision` is "time", "day", "month" or "year"; the bounds are in UTC, the end not included."""

    precision: str
    starts_at: datetime
    ends_at: datetime


def span_of(said: str, zone: ZoneInfo) -> Span:
    """What "2019", "2018-05" and "2021-09-08" span in a time zone. Raises ValueError for anything else."""
    found = _SAID.fullmatch(said)
    if found is None:
        raise ValueError(said)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if day:
        return days(date(year, month, day), date(year, month, day), zone)
    first = date(year, month or 1, 1)
    after = date(year + 1, 1, 1) if not month or month == 12 else date(year, month + 1, 1)
    return Span("month" if month else "year", _midnight(first, zone), _midnight(after, zone))


def days(first: date, last: date, zone: ZoneInfo) -> Span:
    """From the first to the last day, both counted."""
    return Span("day", _midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def moments(first: date, starts: time, last: date, ends: time, zone: ZoneInfo) -> Span:
    """From one time to another, by the clock of a place. An hour that is skipped there in spring counts as the one after it."""
    return Span("time", _at(first, starts, zone), _at(last, ends, zone))


def last_day(span: Span, zone: ZoneInfo) -> date:
    """The last day of a span by the calendar of a zone."""
    return (span.ends_at.astimezone(zone) - timedelta(microseconds=1)).date()


def said(span: Span, zone: ZoneInfo) -> str:
    """How the beginning is written in a form: "2019", "2018-05", "2021-09-08"."""
    first = span.starts_at.astimezone(zone).date().isoformat()
    return {"year": first[:4], "month": first[:7]}.get(span.precision, first)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return _at(day, time(), zone)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
