"""Where in a room somebody wants to read: at its end, before or after a message, around one, or on a day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Literal

from community.chat.lines import COLUMNS, JOINS
from community.storage import rows, value

MESSAGES_A_PAGE = 50
ABOVE = 15  # of a page around a message: enough to see what it was said about


@dataclass(frozen=True)
class Place:
    """`seq` is what "before", "after" and "around" mean."""

    kind: Literal["end", "before", "after", "around"] = "end"
    seq: int = 0


END = Place()


@dataclass(frozen=True)
class Stretch:
    """Messages in their order; `before` and `after` are what to ask for more with, None where there is no more."""

    found: list[dict[str, Any]]
    before: int | None
    after: int | None


_MESSAGES = f"SELECT {COLUMNS} FROM messages AS m {JOINS} WHERE m.room_id = :room AND m.seq"
_UP_TO = f"{_MESSAGES} < :seq ORDER BY m.seq DESC LIMIT :limit"
_FROM = f"{_MESSAGES} >= :seq ORDER BY m.seq LIMIT :limit"


async def stretch(room_id: int, end: int, place: Place) -> Stretch:
    """The messages of a room at a place; `end` is the room's seq."""
    pivot = {"end": end + 1, "after": place.seq + 1}.get(place.kind, place.seq)
    pivot = min(pivot, end + 1)
    above, below = {"after": (0, MESSAGES_A_PAGE), "around": (ABOVE, MESSAGES_A_PAGE - ABOVE)}.get(place.kind, (MESSAGES_A_PAGE, 0))
    older = await rows(_UP_TO, room=room_id, seq=pivot, limit=above + 1)
    newer = await rows(_FROM, room=room_id, seq=pivot, limit=below + 1) if below and pivot <= end else []
    found = [*reversed(older[:above]), *newer[:below]]
    has_newer = len(newer) > below if below else pivot <= end
    first, last = (found[0]["sent_seq"], found[-1]["sent_seq"]) if found else (pivot, pivot)
    return Stretch(found, first if len(older) > above else None, last if has_newer else None)


async def place_of_day(room_id: int, day: date, zone: tzinfo) -> Place:
    """Where a day begins for a reader in `zone`; without a message on it, the first one after; else the end."""
    begins = datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
    first = await value("SELECT MIN(seq) AS seq FROM messages WHERE room_id = :room AND created_at >= :at", room=room_id, at=begins)
    return Place("after", int(first) - 1) if first else END
