"""Keyset paging: the next page begins after the last row shown, so it costs the same however far one has read."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from starlette.requests import Request

T = TypeVar("T")
Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (or, going back, before) the row with this key. None is the start."""

    key: Key | None = None
    backwards: bool = False

    @classmethod
    def of(cls, request: Request) -> "Cursor":
        """The cursor of ?after= or ?before=. One that cannot be read is the start, never an error: links grow old."""
        for name, backwards in (("after", False), ("before", True)):
            if text := request.query_params.get(name):
                key = decoded(text)
                return cls(key, backwards and key is not None)
        return cls()


@dataclass(frozen=True)
class Page(Generic[T]):
    """What is shown, and the cursors around it (None where there is no more)."""

    items: list[T]
    next: str | None
    previous: str | None


def page_of(rows: Sequence[T], size: int, key: Callable[[T], Key], cursor: Cursor | None = None) -> Page[T]:
    """Make a page from up to `size + 1` rows fetched from the cursor on (in reversed order when it goes backwards)."""
    cursor = cursor or Cursor()
    more, kept = len(rows) > size, list(rows[:size])
    if cursor.backwards:
        kept.reverse()
    has_next = more if not cursor.backwards else cursor.key is not None
    has_previous = more if cursor.backwards else cursor.key is not None
    return Page(
        kept,
        encoded(key(kept[-1])) if kept and has_next else None,
        encoded(key(kept[0])) if kept and has_previous else None,
    )


def encoded(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False, separators=(",", ":")).encode()).decode().rstrip("=")


def decoded(text: str) -> Key | None:
    try:
        key = json.loads(base64.urlsafe_b64decode(text[:400] + "=" * (-len(text[:400]) % 4)))
        encoded(key)  # half of a surrogate pair can be written in JSON, and is found in no database
    except (ValueError, RecursionError):
        return None
    if isinstance(key, list) and key and all(type(part) in (str, int) and "\0" not in str(part) for part in key):
        return tuple(key) if all(abs(part) < 2**62 for part in key if isinstance(part, int)) else None
    return None


def moment_of(part: str | int) -> datetime | None:
    """The moment that a part of a key names; None for any other text, and for one that has no place in the calendar of UTC."""
    try:
        at = datetime.fromisoformat(str(part))
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
