# ruff: noqa: SLF001 - the pool of Tortoise's client has no public name
"""Reading from PostgreSQL: the writer's pool under a second name, so that a task started in a unit does not read inside it."""

import asyncio
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.client import TransactionContext
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from community.storage.counting import count_statement

READING = ("SELECT", "WITH", "VALUES", "EXPLAIN")


class AsyncpgReader(AsyncpgDBClient):
    """Lends the writer's connections and refuses what does not read."""

    async def create_connection(self, with_db: bool) -> None:
        writer = get_connections().get("default")
        root = getattr(writer, "_parent", None) or writer
        if root._pool is None:
            await root.create_connection(with_db)
        self._pool = root._pool
        self._bound_loop = asyncio.get_running_loop()

    def acquire_connection(self) -> Any:
        count_statement()
        return super().acquire_connection()

    async def close(self) -> None:
        self._pool = None  # the writer closes it

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, list[dict[str, Any]]]:
        _ensure_reading(query)
        return await super().execute_query(query, values)  # type: ignore[no-any-return]

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        _ensure_reading(query)
        return await super().execute_query_dict(query, values)  # type: ignore[no-any-return]

    def _in_transaction(self) -> TransactionContext:
        raise OperationalError("the reading connection begins no transaction; write in a unit_of_work")

    async def execute_insert(self, query: str, values: list[Any]) -> Any:  # noqa: ARG002 - Tortoise's signature
        raise OperationalError("attempt to write outside a unit_of_work")

    async def execute_many(self, query: str, values: list[Any]) -> None:  # noqa: ARG002 - Tortoise's signature
        raise OperationalError("attempt to write outside a unit_of_work")

    async def execute_script(self, query: str) -> None:  # noqa: ARG002 - Tortoise's signature
        raise OperationalError("attempt to write outside a unit_of_work")


def _ensure_reading(query: str) -> None:
    if not query.lstrip(" \n\t(")[:7].upper().startswith(READING):
        raise OperationalError("attempt to write outside a unit_of_work")


client_class = AsyncpgReader
