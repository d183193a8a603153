"""Everything as it was at one moment, read beside those who go on writing, from a database of any release.

Rows are read by what the database itself says of its tables, never by the models: these may be newer. Values are the same from
either database: None, numbers and texts; booleans 0 and 1, times ISO 8601 in UTC with a space, UUIDs their text, JSON its shortest
text with sorted keys. So a table has one checksum, wherever it lies.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

import asyncpg  # type: ignore[import-untyped]

from community.storage.connecting import connection_arguments, is_postgres, sqlite_path
from community.storage.schema import MIGRATIONS_TABLE

BATCH = 1000
Value = str | int | float | None
Batch = list[tuple[Value, ...]]


@dataclass(frozen=True)
class Shape:
    """A table: its columns in their order, what its rows are ordered by, and the highest id it has given (0: it gives none)."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    last_id: int


class Snapshot(Protocol):
    """What was committed when the snapshot was opened, and nothing later."""

    async def shapes(self) -> list[Shape]:
        """Every table of ours."""

    async def migrations(self) -> list[str]:
        """The names of those that were applied, in their order."""

    def rows(self, shape: Shape) -> AsyncIterator[Batch]:
        """All rows, by their key."""


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Snapshot]:
    """Open one of `sqlite://PATH` or `postgres://...`. Waits for nobody, and nobody waits for it."""
    if not is_postgres(url):
        address = f"file:{quote(str(sqlite_path(url).absolute()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None, detect_types=0)) as file:
            file.execute("BEGIN")
            yield SqliteSnapshot(file)
        return
    connection = await asyncpg.connect(**connection_arguments(url))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield PostgresSnapshot(connection)
    finally:
        await connection.close()


class SqliteSnapshot:
    """A reading transaction: the write-ahead log keeps what it sees until it ends."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        self._kinds: dict[str, list[Callable[[Any], Value] | None]] = {}
        self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first read is the moment

    async def shapes(self) -> list[Shape]:
        names = self._file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
        given = dict(self._file.execute("SELECT name, seq FROM sqlite_sequence").fetchall()) if self._counts() else {}
        return [self._shape(name, given.get(name, 0)) for (name,) in names.fetchall() if name != MIGRATIONS_TABLE]

    def _counts(self) -> bool:
        return bool(self._file.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone())

    def _shape(self, name: str, last_id: int) -> Shape:
        columns = self._file.execute("SELECT name, pk, type FROM pragma_table_info(?) ORDER BY cid", [name]).fetchall()
        key = tuple(column for column, place, _ in sorted(columns, key=lambda one: int(one[1])) if place)
        self._kinds[name] = [_OF_TEXT.get(kind) for _, _, kind in columns]
        return Shape(name, tuple(column for column, *_ in columns), key, last_id)

    async def migrations(self) -> list[str]:
        return [name for (name,) in self._file.execute(f"SELECT name FROM {MIGRATIONS_TABLE} ORDER BY id").fetchall()]

    async def rows(self, shape: Shape) -> AsyncIterator[Batch]:
        cursor, kinds = self._file.execute(_all_rows(shape, shape.key)), self._kinds[shape.name]
        while batch := cursor.fetchmany(BATCH):
            yield [tuple(turn(value) if turn and value is not None else value for turn, value in zip(kinds, row, strict=True))
                   for row in batch]  # fmt: skip


class PostgresSnapshot:
    """A transaction that reads alone, REPEATABLE READ."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._order: dict[str, list[str]] = {}
        self._json: dict[str, list[bool]] = {}

    async def shapes(self) -> list[Shape]:
        found = await self._connection.fetch(_POSTGRES_SHAPES)
        for one in found:
            self._order[one["name"]], self._json[one["name"]] = one["ordered_by"], one["are_json"]
        return [
            Shape(one["name"], tuple(one["columns"]), tuple(one["key"]), await self._last_id(one["name"], one["key"]))
            for one in found
            if one["name"] != MIGRATIONS_TABLE
        ]

    async def _last_id(self, name: str, key: list[str]) -> int:
        counter = await self._connection.fetchval("SELECT pg_get_serial_sequence($1, $2)", name, key[0]) if len(key) == 1 else None
        if counter is None:
            return 0
        return int(await self._connection.fetchval(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {counter}"))

    async def migrations(self) -> list[str]:
        return [one["name"] for one in await self._connection.fetch(f"SELECT name FROM {MIGRATIONS_TABLE} ORDER BY id")]

    async def rows(self, shape: Shape) -> AsyncIterator[Batch]:
        batch: Batch = []
        query, are_json = _all_rows(shape, self._order[shape.name]), self._json[shape.name]
        async for row in self._connection.cursor(query, prefetch=BATCH):
            batch.append(
                tuple(_json(value) if is_json and value else _neutral(value) for is_json, value in zip(are_json, row, strict=True))
            )
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


_POSTGRES_SHAPES = """
    SELECT t.relname AS name,
           array_agg(a.attname::text ORDER BY a.attnum) AS columns,
           array_agg(a.atttypid = 'jsonb'::regtype ORDER BY a.attnum) AS are_json,
           array_remove(array_agg(CASE WHEN a.attnum = ANY (i.indkey) THEN a.attname::text END
                                  ORDER BY array_position(i.indkey::int[], a.attnum::int)), NULL) AS key,
           array_remove(array_agg(CASE WHEN a.attnum = ANY (i.indkey)
                                       THEN a.attname::text || CASE WHEN a.attcollation <> 0 THEN '" COLLATE "C' ELSE '' END END
                                  ORDER BY array_position(i.indkey::int[], a.attnum::int)), NULL) AS ordered_by
    FROM pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
    JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_index AS i ON i.indrelid = t.oid AND i.indisprimary
    WHERE n.nspname = current_schema() AND t.relkind = 'r' GROUP BY t.relname ORDER BY t.relname COLLATE "C"
"""


def _all_rows(shape: Shape, order: Sequence[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    ordered = ", ".join(f'"{name}"' for name in order)
    return f'SELECT {columns} FROM "{shape.name}"' + (f" ORDER BY {ordered}" if ordered else "")


def _neutral(value: Any) -> Value:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a value of type {type(value).__name__} has no neutral form")


def _moment(stored: Any) -> Value:
    moment = datetime.fromisoformat(stored)
    return _neutral(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)


def _json(stored: Any) -> Value:
    return json.dumps(json.loads(stored), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


_OF_TEXT: dict[str, Callable[[Any], Value]] = {"TIMESTAMP": _moment, "JSON": _json, "DATE": lambda stored: stored[:10]}
