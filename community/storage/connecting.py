"""Opening and closing the database of this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext

from community.storage.slices import import_all, modules_named

LABEL = "community"
MIGRATIONS = "community.migrations"
ALIASES = ("default", "reader")
POOL = {"minsize": 1, "maxsize": 10, "command_timeout": 60.0}

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

Dialect = Literal["sqlite", "postgres"]


class NotOpen(RuntimeError):
    """The database has not been opened in this process."""


class _Open:
    """What is open now. One database a process: Tortoise caches statements of the first dialect it meets."""

    context: TortoiseContext | None = None
    writer: BaseDBAsyncClient | None = None
    reader: BaseDBAsyncClient | None = None
    dialect: Dialect = "sqlite"


async def open_database(url: str) -> None:
    """Connect to `sqlite://PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`, with all slices' models, facts and jobs known.

    Creates no table: see `migrate`. Raises at once where the file or the server cannot be reached.
    """
    if _Open.context is not None:
        raise RuntimeError("the database is already open")
    import_all("listeners")
    import_all("jobs")
    context = TortoiseContext()
    with context:
        try:
            await context.init(config=tortoise_config(url), _enable_global_fallback=True)
            _forget_docstrings(context)
            await _connect(context)
        except BaseException:
            await context.close_connections()
            raise
    _Open.context = context


def _forget_docstrings(context: TortoiseContext) -> None:
    """Tortoise writes a model's docstring into its table's SQL: a reworded one would ask for a migration, a semicolon break it."""
    assert context.apps is not None
    for model in context.apps[LABEL].values():
        model._meta.table_description = ""  # noqa: SLF001 - the one place where Tortoise keeps it


async def _connect(context: TortoiseContext) -> None:
    for alias in ALIASES:  # Tortoise's router takes a misspelt alias for "no opinion"
        assert alias in context.connections.db_config
    _Open.writer, _Open.reader = context.connections.get("default"), context.connections.get("reader")
    _Open.dialect = "sqlite" if _Open.writer.capabilities.dialect == "sqlite" else "postgres"
    for alias in ALIASES:
        await context.connections.get(alias).create_connection(with_db=True)


async def close_database() -> None:
    """Close what `open_database` has opened. Without it the process never ends: aiosqlite's thread waits."""
    from community.storage.units import settle_callbacks

    if _Open.context is not None:
        await settle_callbacks()
    context, _Open.context, _Open.writer, _Open.reader = _Open.context, None, None, None
    if context is not None:
        with context:
            await context.close_connections()


@asynccontextmanager
async def database_open(url: str) -> AsyncIterator[None]:
    """Around all that reads or writes: open on entering, closed on leaving."""
    await open_database(url)
    try:
        yield
    finally:
        await close_database()


def dialect() -> Dialect:
    """Which of the two databases is open."""
    return _Open.dialect


def writer() -> BaseDBAsyncClient:
    """The client that opens outermost transactions."""
    if _Open.writer is None:
        raise NotOpen("call open_database first")
    return _Open.writer


def reader() -> BaseDBAsyncClient:
    """The client that reads what is committed."""
    if _Open.reader is None:
        raise NotOpen("call open_database first")
    return _Open.reader


def tortoise_config(url: str) -> dict[str, Any]:
    """Tortoise's configuration: two aliases for one database, one app of all slices' models."""
    writing, reading = ("asyncpg_writer", "asyncpg_reader") if is_postgres(url) else ("sqlite_writer", "sqlite_reader")
    credentials = _credentials(url)
    return {
        "connections": {
            "default": {"engine": f"community.storage.{writing}", "credentials": credentials},
            "reader": {"engine": f"community.storage.{reading}", "credentials": credentials},
        },
        "apps": apps_config(),
        "routers": ["community.storage.routing.Router"],
        "use_tz": True,
        "timezone": "UTC",
    }


def apps_config() -> dict[str, dict[str, Any]]:
    return {LABEL: {"models": model_modules(), "default_connection": "default", "migrations": MIGRATIONS}}


def model_modules() -> list[str]:
    return ["community.audience", *modules_named("models")]


def is_postgres(url: str) -> bool:
    return urlsplit(url).scheme in {"postgres", "postgresql", "asyncpg"}


def sqlite_path(url: str) -> Path:
    return Path(url.removeprefix("sqlite://").partition("?")[0])


def connection_arguments(url: str) -> dict[str, Any]:
    """For one connection of `asyncpg.connect`, outside the pool."""
    found = _credentials(url)
    return {name: found[name] for name in ("host", "port", "user", "password", "database", "ssl") if name in found}


def _credentials(url: str) -> dict[str, Any]:
    if is_postgres(url):
        found: dict[str, Any] = expand_db_url(url)["credentials"]
        # On loopback asyncpg is not to ask for TLS: cancelling a query, it leaves an exception that nobody awaits.
        plain = {"ssl": False} if urlsplit(url).hostname in LOOPBACK else {}
        return POOL | plain | found
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    return {"file_path": str(path)}
