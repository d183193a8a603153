"""A fresh database for each test: a copy of one that was made once."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import count
from pathlib import Path

import asyncpg
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
        with postgres_server() as address:
            yield PostgresCopies(address)
    else:
        yield PostgresCopies(wanted)


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
    def __init__(self, address: str) -> None:
        self._server = address
        self._prefix = f"guildhall_test_{os.getpid()}"
        self._numbers = count(1)
        self._made = False

    @asynccontextmanager
    async def fresh(self, *, tables: bool = True) -> AsyncIterator[str]:
        """The address of a new copy, or of a database without tables, removed at the end."""
        name = f"{self._prefix}_{next(self._numbers)}"
        await self._run(f'CREATE DATABASE "{name}" TEMPLATE "{await self._template() if tables else "template1"}"')
        try:
            yield self._address(name)
        finally:
            await self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def _template(self) -> str:
        name = f"{self._prefix}_template"
        if not self._made:
            await self._run(f'DROP DATABASE IF EXISTS "{name}"')
            await self._run(f'CREATE DATABASE "{name}"')
            await create_tables(self._address(name))
            self._made = True
        return name

    async def _run(self, sql: str) -> None:
        connection = await asyncpg.connect(self._server)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def _address(self, name: str) -> str:
        return self._server.rsplit("/", 1)[0] + f"/{name}"


async def create_tables(url: str) -> None:
    """All tables of the models, as `migrate` makes them: a test compares the two."""
    async with database_open(url):
        await generate_schema_for_client(connecting.writer(), safe=False)
