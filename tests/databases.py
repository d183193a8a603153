"""A fresh database for each test: a copy of one that was made once."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Self

import asyncpg
from tortoise.apps import Apps
from tortoise.models import Model
from tortoise.utils import generate_schema_for_client

from community.storage import close_database, connecting, database_open, open_database
from community.storage.connecting import sqlite_path
from community.storage.units import settle_callbacks
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


class _Kept(ABC):
    """One database with tables that stays open in this process from test to test, emptied after each: opening one takes longer than
    most tests. It is closed as soon as a test asks for another."""

    url = ""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[str]:
        """An empty database with tables, open in this process: its address."""
        if not _is_open():
            self.url = self.url or await self._with_tables()
            await open_database(self.url)
        before = asyncio.all_tasks()
        yield self.url
        await _ended(asyncio.all_tasks() - before)
        self._empty(self.url)

    @abstractmethod
    async def _with_tables(self) -> str:
        """The address of a new database with tables."""

    @abstractmethod
    def _empty(self, url: str) -> None:
        """No row is left in it."""


class SqliteCopies(_Kept):
    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite3"
        self._folder = folder
        self._numbers = count(1)

    @asynccontextmanager
    async def fresh(self, *, tables: bool = True) -> AsyncIterator[str]:
        """The address of a new copy, or of a database without tables, removed at the end. None is open."""
        await close_database()
        url = await self._with_tables() if tables else self._without()
        try:
            yield url
        finally:
            shutil.rmtree(sqlite_path(url).parent)

    async def _with_tables(self) -> str:
        url = self._without()
        if not self._template.exists():
            await create_tables(url)
            with closing(sqlite3.connect(sqlite_path(url))) as made:  # what is still in the WAL would stay behind
                made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            sqlite_path(url).rename(self._template)
        shutil.copy(self._template, sqlite_path(url))
        return url

    def _without(self) -> str:
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        return f"sqlite://{folder / 'test.sqlite3'}"

    def _empty(self, url: str) -> None:
        with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            filled = connection.execute(_filled(names)).fetchall()
            connection.executescript("BEGIN;" + _deletes(name for (name,) in filled) + "COMMIT")


class PostgresCopies(_Kept):
    """Emptied by a connection that stays: making and dropping a database takes a tenth of a second, and a new connection half as long
    to learn all tables' names."""

    def __init__(self, address: str) -> None:
        self._server = address
        self._prefix = f"guildhall_test_{os.getpid()}"
        self._numbers = count(1)
        self._filled = ""
        self._loop = asyncio.new_event_loop()  # the tests' own may be busy, or gone
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
        """The address of an empty database with tables, or of a new one without, removed at the end. None is open."""
        await close_database()
        if tables:
            url, self.url = self.url or await self._with_tables(), ""
            yield url
            self._empty(url)
            self.url = url
        else:
            url = self._created()
            try:
                yield url
            finally:
                self._run(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _created(self) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}"')
        return self._server.rsplit("/", 1)[0] + f"/{name}"

    async def _with_tables(self) -> str:
        url = self._created()
        await create_tables(url)
        return url

    def _run(self, sql: str) -> None:
        self._wait_for(self._executed(sql))

    def _wait_for(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _executed(self, sql: str) -> None:
        await (await self._connected(self._server)).execute(sql)

    def _empty(self, url: str) -> None:
        self._wait_for(self._emptied(url, _open_here()))

    async def _emptied(self, url: str, ours: list[int]) -> None:
        """Whoever else still holds a connection has left the test, and is put out."""
        connection = await self._connected(url)
        self._filled = self._filled or _filled([name for (name,) in await connection.fetch(_TABLES)])
        await connection.fetch(_ALONE, ours)
        deletes = _deletes(name for (name,) in await connection.fetch(self._filled))
        await connection.execute(
            f"SET session_replication_role = replica; {deletes} SET session_replication_role = origin; {_SEQUENCES}"
        )

    async def _connected(self, url: str) -> asyncpg.Connection:
        if url not in self._connections:
            self._connections[url] = await asyncpg.connect(url, ssl=False)
        return self._connections[url]


_ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL($1)"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_SEQUENCES = """SELECT setval(format('%I', sequencename)::regclass, start_value, false)
                FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"""


def _filled(names: list[str]) -> str:
    """Asks in one go which tables have rows, for a test fills few."""
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)


def _deletes(names: Iterable[str]) -> str:
    return "".join(f'DELETE FROM "{name}";' for name in names)


async def _ended(tasks: set["asyncio.Task[Any]"]) -> None:
    """What a test has left running is ended, since the loop goes on into the next; but for the one in which anyio waits for us."""
    await settle_callbacks()
    left = [task for task in tasks if "TestRunner" not in repr(task.get_coro())]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _open_here() -> list[int]:
    """The process ids of the servers behind this process's own connections."""
    pool: Any = connecting.writer() if _is_open() else None
    return [holder._con.get_server_pid() for holder in pool._pool._holders if holder._con] if pool else []


def _is_open() -> bool:
    try:
        return bool(connecting.writer())
    except connecting.NotOpen:
        return False


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
