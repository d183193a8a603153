"""The shape of the database as it is, comparable whoever made it: the models or the migrations."""

from dataclasses import dataclass
from typing import Any

from community.storage.connecting import dialect
from community.storage.sql import rows

MIGRATIONS_TABLE = "tortoise_migrations"


@dataclass(frozen=True)
class Table:
    """Columns as (name, type, may be null, default); indexes and unique groups by their columns; foreign keys with what they do.

    On SQLite without defaults: one that a migration needed for the rows that were there stays behind.
    """

    columns: frozenset[tuple[str, str, bool, str | None]]
    primary_key: tuple[str, ...]
    indexes: frozenset[tuple[str, ...]]
    unique: frozenset[tuple[str, ...]]
    references: frozenset[tuple[str, str, str, str]]


async def table_names() -> list[str]:
    """All tables of ours, without the databases' own and the list of migrations."""
    found = await rows(_TABLES[dialect()])
    return sorted(row["name"] for row in found if row["name"] != MIGRATIONS_TABLE)


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
}


async def schema() -> dict[str, Table]:
    """Every table by its name."""
    read = _sqlite_table if dialect() == "sqlite" else _postgres_table
    return {name: await read(name) for name in await table_names()}


async def _sqlite_table(name: str) -> Table:
    columns = await rows("SELECT * FROM pragma_table_info(:name)", name=name)
    key = sorted((row["pk"], row["name"]) for row in columns if row["pk"])
    indexes = await rows('SELECT name, "unique" AS is_unique, origin FROM pragma_index_list(:name)', name=name)
    groups = [(await _sqlite_columns(row["name"]), row["is_unique"]) for row in indexes if row["origin"] != "pk"]
    references = await rows("SELECT * FROM pragma_foreign_key_list(:name)", name=name)
    return Table(
        columns=frozenset((row["name"], row["type"], not row["notnull"], None) for row in columns),
        primary_key=tuple(column for _, column in key),
        indexes=frozenset(group for group, is_unique in groups if not is_unique),
        unique=frozenset(group for group, is_unique in groups if is_unique),
        references=frozenset((row["from"], row["table"], row["to"], row["on_delete"]) for row in references),
    )


async def _sqlite_columns(index: str) -> tuple[str, ...]:
    found = await rows("SELECT seqno, name FROM pragma_index_info(:name)", name=index)
    return tuple(row["name"] or "(expression)" for row in sorted(found, key=lambda row: int(row["seqno"])))


async def _postgres_table(name: str) -> Table:
    columns = await rows(
        """SELECT column_name, is_nullable, column_default,
                  data_type || coalesce('(' || character_maximum_length || ')', '') AS type
           FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = :name""",
        name=name,
    )
    indexes = await rows(_POSTGRES_INDEXES, name=name)
    references = await rows(_POSTGRES_REFERENCES, name=name)
    plain = [row for row in indexes if not row["is_key"]]
    shape = ((one["column_name"], one["type"], one["is_nullable"] == "YES", one["column_default"]) for one in columns)
    return Table(
        columns=frozenset(shape),
        primary_key=next((_listed(row) for row in indexes if row["is_key"]), ()),
        indexes=frozenset(_listed(row) for row in plain if not row["is_unique"]),
        unique=frozenset(_listed(row) for row in plain if row["is_unique"]),
        references=frozenset((row["source"], row["target"], row["column"], row["on_delete"]) for row in references),
    )


def _listed(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row["columns"])


_POSTGRES_INDEXES = """
    SELECT i.indisprimary AS is_key, i.indisunique AS is_unique,
           array(SELECT pg_get_indexdef(i.indexrelid, place, true) FROM generate_series(1, i.indnkeyatts) AS place) AS columns
    FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
    WHERE t.relname = :name AND n.nspname = current_schema()"""
_POSTGRES_REFERENCES = """
    SELECT a.attname AS source, target.relname AS target, b.attname AS "column", c.confdeltype::text AS on_delete
    FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid JOIN pg_class AS target ON target.oid = c.confrelid
    JOIN pg_namespace AS n ON n.oid = t.relnamespace
    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_attribute AS b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f' AND t.relname = :name AND n.nspname = current_schema()"""
