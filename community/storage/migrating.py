"""Bringing the database up to date, and writing the next migration.

What Tortoise's generator leaves out must be written by hand:

- `Meta.constraints` of a model that is new: follow its `CreateModel` with an `AddConstraint`, or use `unique_together`.
- `Index(fields=("author",))` on a foreign key indexes a text on SQLite: name the column, `author_id`.
- A column that may not be null needs a fixed default when it is added (the rows that are there get it), or two migrations.
- Changing a column on SQLite builds the table anew without its indexes: add them again in the same migration.

A test compares what the migrations make with what the models say, on both databases; see `schema.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContext
from tortoise.connection import get_connections
from tortoise.context import require_context
from tortoise.migrations.executor import MigrationTarget
from tortoise.migrations.writer import MigrationWriter

from community.storage.connecting import LABEL, MIGRATIONS, apps_config, dialect, reader, writer
from community.storage.quick_migrations import QuickDetector, QuickExecutor
from community.storage.schema import table_names
from community.storage.sql import rows, value
from community.storage.sqlite_writer import SqliteWriter
from community.storage.units import Unit, unit_of_work

UP_TO_DATE = "No changes detected"


class MigrationFailed(RuntimeError):
    """The database was left as it was before."""


async def migrate(show: Callable[[str], object] = lambda _: None, *, upto: Sequence[str] = ()) -> list[str]:
    """Apply every pending migration, all or none, and return their names. Two processes at once: the second finds nothing to do.

    With `upto` those alone and what they stand on, into a database that has none yet: the state of an earlier release.

    Raises MigrationFailed when a row would point to nothing, or when rows would go that no migration announces in `removes`
    (a tuple of table names on the Migration class).
    """
    applied: list[str] = []
    async with rebuilding():
        client = get_connections().get("default")
        await _alone(client)
        executor = QuickExecutor(client, apps_config())
        await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))  # noqa: SLF001 - it comes too late else
        before = await row_counts()
        targets = [MigrationTarget(LABEL, name) for name in upto] or None
        plan = await executor.plan(targets)
        await executor.migrate(targets, direction="forward", progress=lambda event, _, name: _noted(event, name, applied, show))
        await check_references()
        _check_counts(before, await row_counts(), {table for step in plan for table in getattr(step.migration, "removes", ())})
    return applied


async def pending_migrations() -> list[str]:
    """The names of migrations that are not applied yet, in their order. Changes nothing."""
    plan = await QuickExecutor(reader(), apps_config()).plan()
    return [step.migration.name for step in plan]


def known_migrations() -> list[str]:
    """The names of all migrations of this release, in their order. Needs no database."""
    return sorted(found.name for found in iter_modules(import_module(MIGRATIONS).__path__))


async def missing_migration() -> list[str]:
    """What the models say and no migration makes, a line each; empty when up to date. Needs no tables."""
    return [operation.describe() for writer in await _changes() for operation in writer.operations]


async def make_migration(name: str) -> str:
    """Write `community/migrations/NNNN_name.py` for what has changed in the models: its path, or UP_TO_DATE.

    Read it, and this module's list of what the generator leaves out, before committing it.
    """
    changes = await _changes()
    for change in changes:
        number = change.name.partition("_")[0]
        change.name = f"{number}_{name}"
        return str(change.write())
    return UP_TO_DATE


async def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    return {table: await value(f'SELECT count(*) AS number FROM "{table}"') for table in await table_names()}


async def _changes() -> list[MigrationWriter]:
    apps = require_context().apps
    assert apps is not None
    return await QuickDetector(apps, apps_config()).changes()


def _noted(event: str, name: str, applied: list[str], show: Callable[[str], object]) -> None:
    if event == "apply_done":
        applied.append(name)
        show(name)


class rebuilding(unit_of_work):  # noqa: N801 - read as a condition: `async with rebuilding():`
    """A unit of work in which SQLite's tables may be rebuilt, for as long as that takes."""

    noted_after_s = float("inf")

    def _context(self, parent: Unit | None) -> TransactionContext:
        client = writer()
        return client.rebuilding() if isinstance(client, SqliteWriter) else super()._context(parent)


async def _alone(client: BaseDBAsyncClient) -> None:
    """SQLite's unit is alone already; PostgreSQL lets the others wait here."""
    if dialect() == "postgres":
        await client.execute_query("SELECT pg_advisory_xact_lock(7234519001)")


async def check_references() -> None:
    """Raise MigrationFailed where a row points to nothing. PostgreSQL has looked by itself."""
    if dialect() == "sqlite" and (broken := await rows("PRAGMA foreign_key_check")):
        tables = sorted({str(row["table"]) for row in broken})
        raise MigrationFailed(f"rows of {', '.join(tables)} would point to nothing")


def _check_counts(before: Mapping[str, int], after: Mapping[str, int], removes: set[str]) -> None:
    fewer = [table for table, number in before.items() if after.get(table, 0) < number and table not in removes]
    if fewer:
        raise MigrationFailed(f"rows of {', '.join(fewer)} would be lost")
