"""Running one taken row: a fact's listeners, one listener again, or a job."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from community.storage.facts import fact_named, listener_named, listeners_of, rebuilt
from community.storage.jobs import job_named

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
JOB_LIMIT_S = 600.0
LISTENER_LIMIT_S = 60.0  # the facts behind it wait


@dataclass(frozen=True)
class Taken:
    """A row of `jobs` that this process holds until its lease lapses. `attempts` counts this one."""

    id: int
    lane: str
    name: str
    arguments: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class Failure:
    """What did not work: the name and arguments of the row that will try it again."""

    name: str
    arguments: dict[str, Any]
    exception: Exception

    @property
    def error(self) -> str:
        """The class, never the text: a database's or a mail server's error may quote a member."""
        return type(self.exception).__name__


@dataclass(frozen=True)
class _Step:
    name: str
    arguments: dict[str, Any]
    start: Callable[[], Awaitable[None]]


class UnknownName(LookupError):
    """A row names a fact, a listener or a job that this release does not have."""


class WorkerDied(RuntimeError):
    """Whoever took the row never came back, each time."""


async def run(taken: Taken) -> list[Failure]:
    """Run it, all of a fact's listeners though one fails. Only a cancellation gets out."""
    if taken.attempts > MAX_ATTEMPTS:
        return [failure(taken.name, taken.arguments, WorkerDied())]
    try:
        steps = _steps(taken)
    except LookupError as error:
        return [failure(taken.name, taken.arguments, UnknownName(*error.args))]
    return [failed for step in steps if (failed := await _attempted(step)) is not None]


def _steps(taken: Taken) -> list[_Step]:
    kind, _, name = taken.name.partition(":")
    if kind == "fact":
        happened = rebuilt(name, taken.arguments)
        kept = {"fact": name, "ids": taken.arguments}
        return [
            _Step(f"listener:{one.name}", kept, lambda one=one: one.run(happened))  # type: ignore[misc]
            for one in listeners_of(fact_named(name), taken.lane)
        ]
    if kind == "listener":
        listener = listener_named(name)
        happened = rebuilt(taken.arguments["fact"], taken.arguments["ids"])
        return [_Step(taken.name, taken.arguments, lambda: listener.run(happened))]
    job = job_named(name)
    return [_Step(taken.name, taken.arguments, lambda: job(**taken.arguments))]


async def _attempted(step: _Step) -> Failure | None:
    try:
        async with asyncio.timeout(JOB_LIMIT_S if step.name.startswith("job:") else LISTENER_LIMIT_S):
            await step.start()
    except Exception as error:
        return failure(step.name, step.arguments, error)
    return None


def failure(name: str, arguments: dict[str, Any], error: Exception) -> Failure:
    where = traceback.extract_tb(error.__traceback__)
    place = f"{where[-1].filename}:{where[-1].lineno}" if where else "unknown"
    log.warning("%s failed: %s at %s", name, type(error).__name__, place)
    return Failure(name, arguments, error)
