# ruff: noqa: SLF001 - Tortoise begins a transaction under a private name
"""The unit of work: the one way to write."""

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any

from tortoise.backends.base.client import TransactionContext

from community.storage.connecting import writer

log = logging.getLogger(__name__)

Callback = Callable[[], Awaitable[Any] | None]


class OutsideUnit(RuntimeError):
    """Something that belongs inside `async with unit_of_work()` was called outside of one."""


class Unit:
    """What an open unit of work remembers. It belongs to the task that opened it and to no other."""

    def __init__(self, parent: "Unit | None", client: Any) -> None:
        self.parent, self.client = parent, client
        self.owner = asyncio.current_task()
        self.callbacks: list[Callback] = []
        self.since = time.monotonic()


_innermost: ContextVar[Unit | None] = ContextVar("unit_of_work", default=None)
_running: set["asyncio.Task[None]"] = set()


class unit_of_work:  # noqa: N801 - read as a verb: `async with unit_of_work():`
    """One transaction: all that is written inside is stored together, durably, before the block is left; or nothing is.

    Nested in another it is a savepoint. Inside, reads see what was written. Do not await the network or a task inside: on
    SQLite nobody else writes meanwhile. A task started inside is outside: it reads what is committed and opens its own unit.
    (`asyncio.wait_for` starts a task in Python 3.11; use `asyncio.timeout`.)

    Left by an exception or a cancellation, it is rolled back. A cancellation that arrives during COMMIT is raised after it.
    """

    noted_after_s = 1.0
    _transaction: TransactionContext
    _unit: Unit
    _token: Token[Unit | None]

    async def __aenter__(self) -> None:
        parent = current_unit()
        self._transaction = self._context(parent)
        self._unit = Unit(parent, await self._transaction.__aenter__())
        self._token = _innermost.set(self._unit)

    def _context(self, parent: "Unit | None") -> TransactionContext:
        return (parent.client if parent else writer())._in_transaction()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _innermost.reset(self._token)
        callbacks, parent = self._unit.callbacks, self._unit.parent
        if parent is None and (lasted := time.monotonic() - self._unit.since) > self.noted_after_s:
            log.warning("a unit of work was open for %.1f s; on SQLite nobody else could write", lasted)
        try:
            await self._transaction.__aexit__(kind, error, trace)
        except asyncio.CancelledError:
            if parent is None and self._unit.client.stored:  # cancelled while committing
                _follow(callbacks)
            raise
        if kind is not None:
            return
        if parent is not None:
            parent.callbacks.extend(callbacks)
        elif (following := _follow(callbacks)) is not None:
            await asyncio.shield(following)


def current_unit() -> Unit | None:
    """The innermost open unit of the running task."""
    unit = _innermost.get()
    if unit is None:
        return None
    try:
        return unit if unit.owner is asyncio.current_task() else None
    except RuntimeError:  # a thread that was started inside a unit
        return None


def require_unit(for_what: str) -> Unit:
    unit = current_unit()
    if unit is None:
        raise OutsideUnit(f"{for_what} needs an open unit_of_work in the same task")
    return unit


def after_commit(callback: Callback) -> None:
    """Call it, and await what it returns, once the outermost unit is stored; never, if the unit it was given in fails.

    An exception from it is logged and goes no further: what was stored is stored. What must happen, announce as a fact.
    """
    require_unit("after_commit").callbacks.append(callback)


def _follow(callbacks: list[Callback]) -> "asyncio.Task[None] | None":
    """Call the callbacks now; await what they returned in a task that no cancellation of the caller reaches."""
    awaitables = [result for callback in callbacks if (result := _called(callback)) is not None]
    if not awaitables:
        return None
    return beside(*awaitables)


def beside(*awaitables: Awaitable[Any]) -> "asyncio.Task[None]":
    """Run them in a task of their own, which is waited for before the database is closed. What they raise is logged."""
    task = asyncio.create_task(_awaited(awaitables))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


def _called(callback: Callback) -> Awaitable[Any] | None:
    try:
        result = callback()
    except Exception as error:
        _report(error)
        return None
    return result if result is not None and inspect.isawaitable(result) else None


async def _awaited(awaitables: Iterable[Awaitable[Any]]) -> None:
    for awaitable in awaitables:
        try:
            await awaitable
        except Exception as error:
            _report(error)


async def settle_callbacks() -> None:
    """Wait for the callbacks that are still running; before the database is closed."""
    while _running:
        await asyncio.wait(set(_running))


def _report(error: Exception) -> None:
    # The class only: a database's error text may quote what a member wrote.
    log.error("an after-commit callback failed: %s", type(error).__name__, extra={"error": type(error).__name__})
