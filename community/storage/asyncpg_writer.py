# ruff: noqa: SLF001 - the pool and the connection of Tortoise's client have no public names
"""The PostgreSQL connection pool. A transaction gives its connection back whatever is cancelled.

The migration runner picks its dialect by the word `asyncpg` in this module's name.
"""

import asyncio
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import NestedTransactionContext, TransactionalDBClient, TransactionContext
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError

from community.storage.settling import settled

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


class AsyncpgUnitClient(TransactionWrapper):
    """A pooled connection while a unit of work holds it."""

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(AsyncpgUnitClient(self))

    async def commit(self) -> None:
        assert self.transaction is not None
        self._finalized = True
        try:
            await settled(asyncio.ensure_future(self.transaction.commit()))
        except asyncpg.IntegrityConstraintViolationError as error:
            raise IntegrityError(error) from error
        except asyncpg.PostgresError as error:
            raise OperationalError(error) from error

    async def rollback(self) -> None:
        assert self.transaction is not None
        self._finalized = True
        if not self._connection.is_closed():
            await settled(asyncio.ensure_future(self.transaction.rollback()))


class AsyncpgUnitContext(TransactionContext):
    """Takes a connection from the pool before BEGIN, gives it back after COMMIT or ROLLBACK."""

    def __init__(self, client: AsyncpgUnitClient, pool_lock: asyncio.Lock) -> None:
        self.client: AsyncpgUnitClient = client
        self._pool_lock = pool_lock

    async def __aenter__(self) -> TransactionalDBClient:
        self._pool = await self._ready_pool()
        self.client._connection = await self._pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
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
        """Releasing resets the connection, which rolls back whatever a cancelled BEGIN has begun."""
        await settled(asyncio.ensure_future(self._pool.release(self.client._connection)))


client_class = AsyncpgWriter
