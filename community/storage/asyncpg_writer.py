# ruff: noqa: SLF001 - the pool and the connection of Tortoise's client have no public names
"""The PostgreSQL connection pool. A transaction gives its connection back whatever is cancelled.

The migration runner picks its dialect by the word `asyncpg` in this module's name.
"""

import asyncio
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import NestedTransactionContext, TransactionalDBClient, TransactionContext
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError

from community.storage.counting import count_statement
from community.storage.settling import settled, succeeded

WRITING = ("INSERT", "UPDATE", "DELETE")
SERVER_SETTINGS = {
    "timezone": "UTC",
    "application_name": "guildhall",
    "lock_timeout": "15s",
    "idle_in_transaction_session_timeout": "60s",
}


class AsyncpgWriter(AsyncpgDBClient):
    """One pool for all, units of work and readers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.server_settings = SERVER_SETTINGS | self.server_settings

    def _in_transaction(self) -> TransactionContext:
        return AsyncpgUnitContext(AsyncpgUnitClient(self), self._pool_init_lock)

    @translate_exceptions
    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[dict[str, Any]]]:
        """As Tortoise's, but counting inserted rows: the tag is "INSERT 0 3", and it reads the 0."""
        async with self.acquire_connection() as connection:
            if not query.lstrip()[:6].upper().startswith(WRITING):
                found = await connection.fetch(query, *(values or ()))
                return len(found), found
            tag = await connection.execute(query, *(values or ()))
            return int(tag.rpartition(" ")[2]), []


class AsyncpgUnitClient(TransactionWrapper):
    """A pooled connection while a unit of work holds it. `stored`: the COMMIT has taken effect."""

    stored = False
    execute_query = AsyncpgWriter.execute_query

    def acquire_connection(self) -> Any:
        count_statement()
        return super().acquire_connection()

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(AsyncpgUnitClient(self))

    async def commit(self) -> None:
        assert self.transaction is not None
        self._finalized = True
        outcome = asyncio.ensure_future(self.transaction.commit())
        try:
            await settled(outcome)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise IntegrityError(error) from error
        except asyncpg.PostgresError as error:
            raise OperationalError(error) from error
        finally:
            self.stored = succeeded(outcome)

    async def rollback(self) -> None:
        assert self.transaction is not None
        self._finalized = True
        try:
            await settled(asyncio.ensure_future(self.transaction.rollback()))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            # The connection is gone, and the transaction with it; what made us roll back is the error to be told.
            self.log.warning("a transaction was not rolled back: %s", type(error).__name__)


class AsyncpgUnitContext(TransactionContext):
    """Takes a connection from the pool before BEGIN, gives it back after COMMIT or ROLLBACK."""

    def __init__(self, client: AsyncpgUnitClient, pool_lock: asyncio.Lock) -> None:
        self.client: AsyncpgUnitClient = client
        self._pool_lock = pool_lock

    async def __aenter__(self) -> TransactionalDBClient:
        self._pool = await self._ready_pool()
        self.client._connection = await self._pool.acquire()
        begun = asyncio.ensure_future(self.client.begin())
        try:
            await settled(begun)
        except BaseException:
            try:
                if succeeded(begun):
                    await self.client.rollback()
            finally:  # a second cancellation leaves the rollback when that is done
                await self._give_back()
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
            await self._give_back()

    async def _ready_pool(self) -> Any:
        async with self._pool_lock:
            if self.client._parent._pool is None:
                await self.client._parent.create_connection(with_db=True)
        return self.client._parent._pool

    async def _give_back(self) -> None:
        await settled(asyncio.ensure_future(self._pool.release(self.client._connection)))


client_class = AsyncpgWriter
