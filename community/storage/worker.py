"""The worker: runs facts' listeners and jobs, in the web process or in its own."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

from community.storage.gathering import Gathering, gathering_of
from community.storage.running import JOB_LIMIT_S, Taken, failure, run
from community.storage.settling import settled
from community.storage.taking import LEASE, Ended, extend, finish, is_due, take
from community.storage.wakes import woken_by

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lane:
    """A queue of its own, so that what is slow in one keeps nothing waiting in another.

    `width` rows or batches run side by side, `batch` rows are taken at once and run one after the other; `alone`: by one worker
    of the whole installation at a time.
    """

    name: str
    width: int = 1
    batch: int = 50
    alone: bool = False


LANES = (Lane("default"), Lane("index", batch=200, alone=True), Lane("jobs", width=4, batch=1))
POLL_S = 0.5
TROUBLE_S = 1.0


class Worker:
    """Runs until it is cancelled; what it had taken and not begun is then due at once for another."""

    def __init__(self, lanes: Sequence[Lane] = LANES, poll_s: float = POLL_S) -> None:
        self._lanes = lanes
        self._poll_s = poll_s

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                for _ in range(lane.width):
                    group.create_task(self._attend(lane))

    async def _attend(self, lane: Lane) -> None:
        """Woken by a commit in this process; what other processes commit is found by looking, every half second."""
        with woken_by(f"lane:{lane.name}") as woken:
            while True:
                woken.clear()
                if not await self._turn(lane):
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._poll_s):
                            await woken.wait()

    async def _turn(self, lane: Lane) -> bool:
        try:
            return await is_due(lane.name) and await work(lane) is not None
        except Exception as error:
            log.error("the worker cannot work on %s: %s", lane.name, type(error).__name__)  # noqa: TRY400 - no text
            await asyncio.sleep(TROUBLE_S)
            return False


async def work(lane: Lane) -> Ended | None:
    """Take a batch and run it. None if there was nothing to take. Cancelled, it gives back what it has not begun."""
    holder = uuid4().hex
    ended = Ended()
    try:
        taken = await take(lane.name, lane.batch, holder, alone=lane.alone)
        await _run_all(lane, taken, holder, ended)
    finally:
        await settled(asyncio.ensure_future(finish(holder, ended)))
    return ended if taken else None


async def _run_all(lane: Lane, taken: Sequence[Taken], holder: str, ended: Ended) -> None:
    keeping = asyncio.create_task(_keep_lease(holder))
    try:
        if gathering := gathering_of(lane.name):
            await _run_gathered(gathering, taken, ended)
        else:
            for one in taken:
                ended.add(one, await run(one))
    finally:
        keeping.cancel()


async def _run_gathered(gathering: Gathering, taken: Sequence[Taken], ended: Ended) -> None:
    """Nothing counts as run before all that was gathered is done."""
    try:
        async with asyncio.timeout(JOB_LIMIT_S), gathering():
            outcomes = [(one, await run(one)) for one in taken]
    except Exception as error:
        if len(taken) > 1:
            for one in taken:
                await _run_gathered(gathering, [one], ended)
            return
        outcomes = [(one, [failure(one.name, one.arguments, error)]) for one in taken]
    for one, failures in outcomes:
        ended.add(one, failures)


async def _keep_lease(holder: str) -> None:
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        try:
            await extend(holder)
        except Exception as error:
            log.error("a lease could not be extended: %s", type(error).__name__)  # noqa: TRY400 - no text


@asynccontextmanager
async def working() -> AsyncIterator[None]:
    """A worker in this process for as long as the block lasts."""
    task = asyncio.create_task(Worker().run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def drain(*, tolerant: bool = False) -> None:
    """Run everything that is due until nothing is left, for tests. Raises the first failure's exception unless `tolerant`."""
    busy = True
    while busy:
        busy = False
        for lane in LANES:
            while (ended := await work(lane)) is not None:
                busy = True
                if ended.failed and not tolerant:
                    raise ended.failed[0][1][0].exception
