"""Putting a snapshot's rows into empty tables, on either database, in whatever order they come."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tortoise.connection import get_connections

from community.storage.connecting import dialect
from community.storage.migrating import check_references, rebuilding
from community.storage.schema import table_names
from community.storage.snapshots import Shape, Value
from community.storage.sql import execute, rows

Turn = Callable[[Any], Any]


class DoesNotFit(RuntimeError):
    """Rows of another shape than the tables here. Nothing was stored."""


@asynccontextmanager
async def filling() -> AsyncIterator[None]:
    """A transaction in which a row may name one that comes later; at its end every name must hold.

    On PostgreSQL each foreign key is deferred for as long as it lasts, which the owner of the tables may do; on SQLite they
    are off, and all are looked at once.
    """
    async with rebuilding():
        if dialect() == "postgres":
            keys = await rows(_FOREIGN_KEYS)
            await _defer(keys, "DEFERRABLE INITIALLY DEFERRED")
        for table in await table_names():
            await execute(f'DELETE FROM "{table}"')  # what a migration puts into new tables is among the rows that come
        yield
        if dialect() == "postgres":
            await execute("SET CONSTRAINTS ALL IMMEDIATE")
            await _defer(keys, "NOT DEFERRABLE")
        await check_references()


_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text AS owner, conname AS name
    FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace
    WHERE contype = 'f' AND n.nspname = current_schema()"""


async def _defer(keys: Sequence[dict[str, Any]], how: str) -> None:
    for key in keys:
        await execute(f'ALTER TABLE {key["owner"]} ALTER CONSTRAINT "{key["name"]}" {how}')


async def fill(shape: Shape, batches: AsyncIterator[list[Sequence[Value]]]) -> int:
    """Store the rows in the table of that name, inside `filling`; the next id it gives is above every one it ever gave."""
    turns = await _turns(shape)
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    places = ", ".join("?" if dialect() == "sqlite" else f"${number}" for number in range(1, len(turns) + 1))
    client, count = get_connections().get("default"), 0
    async for batch in batches:
        turned = [[None if value is None else turn(value) for turn, value in zip(turns, row, strict=True)] for row in batch]
        await client.execute_many(f'INSERT INTO "{shape.name}" ({columns}) VALUES ({places})', turned)
        count += len(turned)
    if shape.last_id:
        await _count_on(shape)
    return count


async def _turns(shape: Shape) -> list[Turn]:
    """How each column's neutral value becomes this database's own."""
    types = {row["name"]: str(row["type"]) for row in await rows(_COLUMNS[dialect()], table=shape.name)}
    if set(types) != set(shape.columns):
        raise DoesNotFit(f"the columns of {shape.name} are not those of this release")
    return [_TURNS.get(types[name], _as_it_is) for name in shape.columns]


_COLUMNS = {
    "sqlite": "SELECT name, 'sqlite' AS type FROM pragma_table_info(:table)",
    "postgres": """SELECT column_name AS name, data_type AS type FROM information_schema.columns
                   WHERE table_schema = current_schema() AND table_name = :table""",
}


def _as_it_is(value: Any) -> Any:
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


_TURNS: dict[str, Turn] = {
    "boolean": bool, "timestamp with time zone": _moment, "date": lambda value: date.fromisoformat(value[:10]), "uuid": UUID,
    "jsonb": _json, "json": _json, "text": str, "character varying": str, "double precision": float,
}  # fmt: skip


async def _count_on(shape: Shape) -> None:
    if dialect() == "postgres":
        await rows(
            "SELECT setval(pg_get_serial_sequence(:name, :key), :last)", name=shape.name, key=shape.key[0], last=shape.last_id
        )
    elif await execute("UPDATE sqlite_sequence SET seq = :last WHERE name = :name", name=shape.name, last=shape.last_id) == 0:
        await execute("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)", name=shape.name, last=shape.last_id)
