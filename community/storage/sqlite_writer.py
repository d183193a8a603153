# ruff: noqa: SLF001 - aiosqlite's queue and Tortoise's connection have no public names
"""The one SQLite connection that writes. A transaction begins IMMEDIATE and outlives no cancellation.

The migration runner picks its dialect by the word `sqlite` in this module's name.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, cast

import aiosqlite
from tortoise.backends.base.client import NestedTransactionContext, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper, translate_exceptions
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from community.storage.counting import count_statement
from community.storage.settling import settled, succeeded
from community.storage.sqlite_values import DETECT_TYPES, as_dicts

CLOSING_S = 10.0
_NUMBERS = count(1)
PATIENT, IMPATIENT = "PRAGMA busy_timeout=30000", "PRAGMA busy_timeout=0"  # ms, for another process's transaction
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # acknowledged means stored
    "foreign_keys": "ON",
    "journal_size_limit": 64 * 1024 * 1024,
    "temp_store": "MEMORY",
}


class SqliteWriter(SqliteClient):
    """One transaction at a time, first come first served. Outside of units of work all goes through aiosqlite's thread."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self.pragmas = dict(PRAGMAS)
        self._closed = False
        self.is_behind = False  # the thread has something left to do before the next unit may begin

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002 - Tortoise's signature
        if self._closed:
            raise OperationalError("the database is closed")
        if self._connection is None:
            connection: Any = aiosqlite.connect(
                self.filename, isolation_level=None, detect_types=DETECT_TYPES, check_same_thread=False, cached_statements=512
            )
            await connection
            try:
                await connection._execute(self._prepare, connection._conn)
            except BaseException:
                connection.stop()
                raise
            # Only a connection with every pragma set may be seen: without foreign_keys it would lose rows quietly.
            self._connection = connection
            await self._post_connect()

    async def close(self) -> None:
        """Wait for the unit of work that is open; whoever waits for its turn behind it is refused, and opens nothing anew."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                await self._lock.acquire()
                self._lock.release()
        await super().close()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute(PATIENT)  # two processes may set the journal mode at the same moment
        for name, value in self.pragmas.items():
            connection.execute(f"PRAGMA {name}={value}")
        connection.execute(IMPATIENT)

    def _in_transaction(self) -> TransactionContext:
        return SqliteUnitContext(SqliteUnitClient(self), self._lock)

    def rebuilding(self) -> TransactionContext:
        """A transaction without foreign keys, for migrations: rebuilding a table drops the old one, and ON DELETE CASCADE would
        empty its children. The setting has no effect inside a transaction, so it goes around it, under the same lock.
        """
        client = SqliteUnitClient(self)
        client.foreign_keys = False
        return SqliteUnitContext(client, self._lock)

    @translate_exceptions
    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[dict[str, Any]]]:
        return await self._fetched(query, values)

    @translate_exceptions
    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        return (await self._fetched(query, values))[1]

    async def _fetched(self, query: str, values: list[Any] | None) -> tuple[int, list[dict[str, Any]]]:
        async with self.acquire_connection() as connection:
            try:
                found: tuple[int, list[dict[str, Any]]] = await connection._execute(_fetch, connection._conn, query, values or [])
            except asyncio.CancelledError:
                self.is_behind = True  # the thread still has it before it
                raise
            return found


class SqliteUnitClient(SqliteTransactionWrapper, SqliteWriter):
    """The writing connection while a unit of work holds it. `stored`: the COMMIT has taken effect.

    COMMIT, which waits for the disk, runs in aiosqlite's thread, and so does a BEGIN that must wait for another process. What lies
    between them waits for nothing and runs here: a hop to the thread and back costs ten times the statement, and under load up
    to the 5 ms after which Python's interpreter lock changes hands. The two threads never meet: the lock of the connection is
    held, and the thread has nothing to do until COMMIT or ROLLBACK. Where it has (`is_behind`), BEGIN waits its turn there.
    """

    _connection: Any  # aiosqlite.Connection, whose queueing has no types
    stored = False
    foreign_keys = True

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(SqliteUnitClient(self))

    @translate_exceptions
    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[dict[str, Any]]]:
        count_statement()
        return _fetch(self._connection._conn, query, values or ())

    @translate_exceptions
    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        count_statement()
        return _fetch(self._connection._conn, query, values or ())[1]

    @translate_exceptions
    async def execute_insert(self, query: str, values: list[Any]) -> int | None:
        count_statement()
        row_id: int | None = self._connection._conn.execute(query, values).lastrowid
        return row_id

    @translate_exceptions
    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        count_statement()
        self._connection._conn.executemany(query, values)

    @translate_exceptions
    async def execute_script(self, query: str) -> None:
        """Run the statements one by one: sqlite3's `executescript` would commit the transaction first."""
        _run_script(self._connection._conn, query)

    async def savepoint(self) -> None:
        self._savepoint = f"unit_{next(_NUMBERS)}"
        self._connection._conn.execute(f"SAVEPOINT {self._savepoint}")

    async def savepoint_rollback(self) -> None:
        self._connection._conn.execute(f"ROLLBACK TO {self._savepoint}")
        self._connection._conn.execute(f"RELEASE {self._savepoint}")

    async def release_savepoint(self) -> None:
        self._connection._conn.execute(f"RELEASE {self._savepoint}")

    async def begin(self) -> None:
        writer = cast("SqliteWriter", self._parent)
        self._connection, behind, writer.is_behind = writer._connection, writer.is_behind, False
        try:
            if behind or not self.foreign_keys or not _begun_at_once(self._connection._conn):
                await self._connection._execute(_begin, self._connection._conn, self.foreign_keys)
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    async def commit(self) -> None:
        self._finalized = True
        outcome = self._queued(_commit if self.foreign_keys else _commit_rebuilt)
        try:
            await settled(outcome)
        except (sqlite3.OperationalError, sqlite3.IntegrityError) as error:
            raise OperationalError(error) from error
        finally:
            self.stored = succeeded(outcome)

    async def rollback(self) -> None:
        self._finalized = True
        if self._connection._connection is not None:
            await settled(self._queued(_roll_back))

    def abandon(self) -> None:
        """Queue a ROLLBACK behind whatever the thread still has to do. It needs no await and cannot be cancelled."""
        if self._connection is not None and self._connection._connection is not None:
            connection, cast("SqliteWriter", self._parent).is_behind = self._connection._conn, True
            self._connection._tx.put_nowait((None, lambda: _roll_back(connection)))

    def _queued(self, do: Callable[[sqlite3.Connection], None]) -> "asyncio.Future[None]":
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        connection = self._connection._conn
        self._connection._tx.put_nowait((future, lambda: do(connection)))
        return future


class SqliteUnitContext(TransactionContext):
    """Holds the lock of the writing connection from before BEGIN until after COMMIT or ROLLBACK."""

    def __init__(self, client: SqliteUnitClient, lock: asyncio.Lock) -> None:
        self.client: SqliteUnitClient = client
        self._lock = lock

    async def __aenter__(self) -> TransactionalDBClient:
        await self._lock.acquire()
        try:
            await self.client._parent.create_connection(with_db=True)
            await self.client.begin()
        except BaseException:
            # A cancelled BEGIN still runs in the thread; what is queued now runs right behind it.
            self.client.abandon()
            self._lock.release()
            raise
        self._token = get_connections().set(self.client.connection_name, self.client)
        return self.client

    async def __aexit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        try:
            if exc_type:
                await self.client.rollback()
            else:
                await self.client.commit()
        finally:
            get_connections().reset(self._token)
            self._lock.release()


def _begin(connection: sqlite3.Connection, foreign_keys: bool) -> None:
    if not foreign_keys:
        connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(PATIENT)
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute(IMPATIENT)


def _begun_at_once(connection: sqlite3.Connection) -> bool:
    """False where another process writes at this moment, or anything else is wrong: the thread finds out what, and waits."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


def _commit(connection: sqlite3.Connection) -> None:
    try:
        # Not connection.commit(), which is silent when SQLite has already rolled back by itself (a full disk).
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _commit_rebuilt(connection: sqlite3.Connection) -> None:
    try:
        _commit(connection)
    finally:
        connection.execute("PRAGMA foreign_keys=ON")


def _roll_back(connection: sqlite3.Connection) -> None:
    connection.rollback()
    connection.execute("PRAGMA foreign_keys=ON")


def _fetch(connection: sqlite3.Connection, query: str, values: Sequence[Any]) -> tuple[int, list[dict[str, Any]]]:
    """How many rows the statement has touched itself (no cascades, as PostgreSQL counts) or found, and the rows."""
    cursor = connection.execute(query, values)
    found = as_dicts(cursor)
    return (cursor.rowcount if cursor.rowcount >= 0 else len(found)), found


def _run_script(connection: sqlite3.Connection, script: str) -> None:
    pending = ""
    for part in script.split(";"):
        pending += part + ";"
        if sqlite3.complete_statement(pending):
            if pending.strip(" \n\t;"):
                connection.execute(pending)
            pending = ""


client_class = SqliteWriter
