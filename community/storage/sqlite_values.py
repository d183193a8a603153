"""What SQLite keeps as text and a reader wants as a value: times, dates and UUIDs, so that both databases answer alike."""

import sqlite3
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

DETECT_TYPES = sqlite3.PARSE_DECLTYPES


@lru_cache(maxsize=8192)  # a page reads the same ones again and again, and compares what it has kept by them
def to_moment(stored: bytes) -> datetime:
    moment = datetime.fromisoformat(stored.decode())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def to_date(stored: bytes) -> date:
    return date.fromisoformat(stored.decode()[:10])


def to_uuid(stored: bytes) -> UUID:
    return UUID(stored.decode())


def as_dicts(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    """All rows, each under its columns' names."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def moments_by_name(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn text into a time wherever the column's name ends in `_at`.

    A column has a declared type, an expression such as `max(created_at) AS last_at` has none: the name decides.
    """
    names = [name for name in found[0] if name.endswith("_at")] if found else []
    for row in found:
        for name in names:
            if isinstance(row[name], str):
                row[name] = to_moment(row[name].encode())
    return found


# The types that Tortoise declares on SQLite: DatetimeField, DateField, UUIDField.
sqlite3.register_converter("TIMESTAMP", to_moment)
sqlite3.register_converter("DATE", to_date)
sqlite3.register_converter("CHAR", to_uuid)
