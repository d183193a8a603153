"""When a member wants mail: not in the quiet hours, and the digest in the morning. All in the member's own zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Rhythm = Literal["off", "daily", "weekly"]
RHYTHMS: tuple[Rhythm, ...] = ("off", "daily", "weekly")
MORNING = 7
DAYS = {"daily": 1, "weekly": 7}


@dataclass(frozen=True)
class Hours:
    """`quiet` are hours (from, until), such as (22, 7), or None. `rhythm` is that of the digest: weekly ones come on Mondays."""

    zone: ZoneInfo
    quiet: tuple[int, int] | None = None
    rhythm: Rhythm = "weekly"

    def after_quiet(self, now: datetime) -> datetime | None:
        """The end of the quiet hours, if it is quiet now."""
        if self.quiet is None:
            return None
        local = now.astimezone(self.zone)
        begin, end = self.quiet
        if not (begin <= local.hour < end if begin < end else local.hour >= begin or local.hour < end):
            return None
        ends = self._at(local.date(), end)
        return ends if ends > now else self._at(local.date() + timedelta(days=1), end)

    def next_digest(self, now: datetime) -> datetime:
        """The next morning, or that of the next Monday."""
        day = now.astimezone(self.zone).date()
        while self._at(day, MORNING) <= now or (self.rhythm == "weekly" and day.weekday() != 0):
            day += timedelta(days=1)
        return self._at(day, MORNING)

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone)


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
