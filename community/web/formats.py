"""How times, numbers and languages are written for this reader."""

import math
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, format_time, format_timedelta, get_datetime_format
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup

from community import clock
from community.text.gettext import language, ngettext
from community.text.vocabularies import Label, direction
from community.web.reader import zone

RECENT = timedelta(hours=1)


def when(at: datetime | date | None) -> Markup:
    """A `<time>`: the moment in UTC for machines, in the reader's zone and language for people."""
    if at is None:
        return Markup("")
    if not isinstance(at, datetime):
        return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), _day(at))
    now = clock.now()
    return _timed(at, minutes_since(at, now), language(), zone.get(), now.astimezone(zone.get()).date())


@lru_cache(maxsize=8192)
def _timed(at: datetime, _minutes: int | None, _tag: str, _zone: ZoneInfo, _today: date) -> Markup:
    """How a moment is written in one language and zone changes with these."""
    return Markup('<time datetime="{}">{}</time>').format(at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), spoken(at))


def minutes_since(at: datetime, now: datetime) -> int | None:
    """While they are told, which is for an hour."""
    return int((now - at).total_seconds() // 60) if timedelta(0) <= now - at < RECENT else None


def spoken(at: datetime) -> str:
    """As much as tells it apart: 25 min ago; 17:15; 13 Oct, 09:12; 13 Oct 2024."""
    now, local = clock.now(), at.astimezone(zone.get())
    if (minutes := minutes_since(at, now)) is not None:
        return ngettext("%(num)d min ago", "%(num)d min ago", max(1, minutes)) % {"num": max(1, minutes)}
    if local.date() == now.astimezone(zone.get()).date():
        return clock_time(at)
    return _with_time(_day(local.date()), clock_time(at)) if local.year == now.year else _day(local.date())


def day_and_time(at: datetime) -> str:
    """For what is read later than it is written, such as a letter: 13 Oct, 09:12 (Africa/Nairobi)."""
    return f"{_day(at.astimezone(zone.get()).date())}, {clock_time(at)} ({zone.get().key.replace('_', ' ')})"


def clock_time(at: datetime) -> str:
    return format_time(at.astimezone(zone.get()), "HH:mm", locale=locale())


def day_line(at: datetime) -> str:
    """The words on the line between two days: Monday 13 October."""
    return format_date(at.astimezone(zone.get()).date(), "full", locale=locale())


def from_to(first: date, last: date) -> str:
    """Days from one to another, such as "2–22 Mar 2026"."""
    return _from_to(first, last, locale())


@lru_cache(maxsize=2048)
def _from_to(first: date, last: date, tag: str) -> str:
    begins, ends = (datetime.combine(day, time()) for day in (first, last))
    return str(format_interval(begins, ends, "yMMMd", locale=tag))


def number(value: float) -> str:
    return format_decimal(value, locale=locale())


def file_size(size: int) -> str:
    """Bytes as people say them: 84 KB, 1.4 MB."""
    if size < 1_000_000:
        return format_unit(max(1, round(size / 1000)), "digital-kilobyte", "short", locale=locale())
    return format_unit(round(size / 1_000_000, 1), "digital-megabyte", "short", locale=locale())


_UNITS: tuple[tuple[Literal["year", "week", "day", "hour", "minute", "second"], int, int], ...] = (
    ("year", 365 * 86_400, 1),
    ("week", 7 * 86_400, 2),
    ("day", 86_400, 0),
    ("hour", 3600, 1),
    ("minute", 60, 1),
    ("second", 1, 1),
)  # each with its length in seconds, and how many it is told from


def period(days: int = 0, *, seconds: int = 0) -> str:
    """How long something lasts, in the largest unit that comes out even: 3 years, 3 weeks, 7 days, 20 seconds."""
    lasts = days * 86_400 + seconds
    unit = next(unit for unit, length, least in _UNITS if lasts >= least * length and lasts % length == 0)
    return str(format_timedelta(timedelta(seconds=lasts), unit, threshold=math.inf, locale=locale()))


def minutes_and_seconds(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


@lru_cache(maxsize=256, typed=True)
def content_attrs(tag: str) -> Markup:
    """`lang` and `dir` of something a member wrote: every piece of content carries both."""
    return Markup('lang="{}" dir="{}"').format(tag, direction(tag))


def marked(text: object) -> object:
    """A label in another language than the page's says so, for a voice that reads it and for its direction."""
    lang = _foreign(text)
    return Markup("<span {}>{}</span>").format(content_attrs(lang), text) if lang else text


def tongue(text: object) -> Markup:
    """The same for an element of its own: ` lang="en" dir="ltr"`, or nothing."""
    lang = _foreign(text)
    return Markup(" {}").format(content_attrs(lang)) if lang else Markup("")


def _foreign(text: object) -> str:
    return text.lang if isinstance(text, Label) and text.lang != language().partition("-")[0] else ""


def _day(day: date) -> str:
    skeleton = "MMMd" if day.year == clock.today().year else "yMMMd"
    return format_skeleton(skeleton, datetime.combine(day, time()), locale=locale())


def _with_time(day: str, hour: str) -> str:
    """The day and the time, joined as the language joins them: 13 Oct, 09:12; 13 أكتوبر، 09:12."""
    pattern = str(get_datetime_format("medium", locale=locale()))
    return pattern.replace("{1}", day).replace("{0}", hour)


def locale() -> str:
    """The page's language as Babel names it. English days come before their months, as in most of the world."""
    tag = language().replace("-", "_")
    return "en_GB" if tag == "en" else tag
