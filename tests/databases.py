"""A fresh database for each test: a copy of one that was made once."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Self

import asyncpg
from tortoise.apps import Apps
from tortoise.models import Model
from tortoise.utils import generate_schema_for_client

from community.storage import connecting, database_open
from tests.servers import postgres_server

WANTED = "GUILDHALL_TEST_DATABASE"


@contextmanager
def databases() -> Iterator["SqliteCopies | PostgresCopies"]:
    """SQLite, unless GUILDHALL_TEST_DATABASE is `postgres` (a server of its own is started) or the address of a server."""
    wanted = os.environ.get(WANTED, "sqlite")
    if wanted == "sqlite":
        parent = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        with tempfile.TemporaryDirectory(prefix="guildhall-", dir=parent) as folder:
            yield SqliteCopies(Path(folder))
    elif wanted == "postgres":
        with postgres_server() as address, PostgresCopies(address) as copies:
            yield copies
    else:
        with PostgresCopies(wanted) as copies:
            yield copies


class SqliteCopies:
    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        self._folder = folder
        self._numbers = count(1)

    @asynccontextmanager
    async def fresh(self, *, tables: bool = True) -> AsyncIterator[str]:
        """The address of a new copy, or of a database without tables, removed at the end."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        if tables:
            if not self._template.exists():
                await create_tables(f"sqlite://{folder / 'made.sqlite3'}")
                with closing(sqlite3.connect(folder / "made.sqlite3")) as made:  # what is still in the WAL would stay behind
                    made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                (folder / "made.sqlite3").rename(self._template)
            shutil.copy(self._template, folder / "test.sqlite3")
        try:
            yield f"sqlite://{folder / 'test.sqlite3'}"
        finally:
            shutil.rmtree(folder)


class PostgresCopies:
    """One database with tables, emptied after each test by a connection that stays: making and dropping one takes a tenth of a
    second, and a new connection half as long to learn all tables' names."""

    def __init__(self, address: str) -> None:
        self._server = address
        self._prefix = f"guildhall_test_{os.getpid()}"
        self._numbers = count(1)
        self._used: str | None = None
        self._filled = ""
        self._loop = asyncio.new_event_loop()  # tests have loops of their own, which end
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._connections: dict[str, asyncpg.Connection] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for connection in self._connections.values():
            asyncio.run_coroutine_threadsafe(connection.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @asynccontextmanager
    async def fresh(self, *, tables: bool = True) -> AsyncIterator[str]:
        """The address of an empty database with tables, or of a new one without, removed at the end."""
        if tables:
            name, self._used = self._used or await self._with_tables(), None
            yield self._address(name)
            self._wait_for(self._emptied(name))
            self._used = name
        else:
            name = self._created()
            try:
                yield self._address(name)
            finally:
                self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _created(self) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}"')
        return name

    async def _with_tables(self) -> str:
        name = self._created()
        await create_tables(self._address(name))
        return name

    def _run(self, sql: str) -> None:
        self._wait_for(self._executed(sql))

    def _wait_for(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _executed(self, sql: str) -> None:
        await (await self._connected("")).execute(sql)

    async def _emptied(self, name: str) -> None:
        connection = await self._connected(name)
        self._filled = self._filled or await _asking_for_filled(connection)
        await _empty(connection, self._filled)

    async def _connected(self, name: str) -> asyncpg.Connection:
        if name not in self._connections:
            self._connections[name] = await asyncpg.connect(self._address(name) if name else self._server, ssl=False)
        return self._connections[name]

    def _address(self, name: str) -> str:
        return self._server.rsplit("/", 1)[0] + f"/{name}"


# Whoever still holds a connection has left the test. Only what has rows is emptied, since a test fills few tables.
_ALONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_TABLES = "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'"
_SEQUENCES = """SELECT setval(format('%I', sequencename)::regclass, start_value, false)
                FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"""


async def _empty(connection: asyncpg.Connection, filled: str) -> None:
    """`filled` asks in one go which tables have rows; planned once, it takes a millisecond."""
    await connection.execute(_ALONE)
    names = [row[0] for row in await connection.fetch(filled)]
    deletes = "".join(f"DELETE FROM {name};" for name in names)
    await connection.execute(
        f"SET session_replication_role = replica; {deletes} SET session_replication_role = origin; {_SEQUENCES}"
    )


async def _asking_for_filled(connection: asyncpg.Connection) -> str:
    names = [row[0] for row in await connection.fetch(_TABLES)]
    return " UNION ALL ".join(f"(SELECT '{name}' WHERE EXISTS (SELECT FROM {name}))" for name in names)


def build_querysets_once() -> None:
    """Tortoise works out every model's filters and first query at each opening, which took half of a small test's time. They depend
    on the models and the dialect alone, and a process has one dialect."""
    build, built = Apps._build_initial_querysets, set[type[Model]]()

    def build_once(apps: Apps) -> None:
        models = {model for app in apps.apps.values() for model in app.values()}
        if not models <= built:
            build(apps)
            built.update(models)

    Apps._build_initial_querysets = build_once  # type: ignore[method-assign]


async def create_tables(url: str) -> None:
    """All tables of the models, as `migrate` makes them: a test compares the two."""
    async with database_open(url):
        await generate_schema_for_client(connecting.writer(), safe=False)
