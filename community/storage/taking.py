"""Taking what is due, running it, and keeping what failed. Used by the worker and by `drain`."""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from community import clock
from community.storage.connecting import dialect
from community.storage.counting import Failures
from community.storage.running import MAX_ATTEMPTS, Failure, Taken
from community.storage.sql import execute, rows, value
from community.storage.units import unit_of_work

LEASE = timedelta(seconds=30)
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 3600.0


async def is_due(lane: str) -> bool:
    """A read on the reading connection, so that an idle worker writes nothing."""
    found = await value("SELECT 1 AS due FROM jobs WHERE lane = :lane AND due_at <= :now LIMIT 1", lane=lane, now=clock.now())
    return found is not None


async def take(lane: str, limit: int, holder: str, *, alone: bool = False) -> list[Taken]:
    """Take the rows that have been due longest. An attempt counts when it begins, so that what kills its worker is given up too.

    With `alone`, takes nothing while another holder works on the lane.
    """
    now = clock.now()
    async with unit_of_work():
        if alone and not await _hold(lane, holder, now):
            return []
        found = await rows(_TAKE[dialect()], lane=lane, limit=limit, holder=holder, now=now, until=now + LEASE)
    return [_taken(lane, row) for row in sorted(found, key=lambda row: int(row["id"]))]


# A row that has been taken twice may be what kills its worker: while there is one, rows are taken one by one, so that it takes no
# others with it into the dead letters.
_DUE = """
    SELECT id FROM jobs WHERE lane = :lane AND due_at <= :now ORDER BY due_at, id
    LIMIT (CASE WHEN EXISTS (SELECT 1 FROM jobs WHERE lane = :lane AND due_at <= :now AND attempts > 1) THEN 1 ELSE :limit END)"""
_TAKING = """
    UPDATE jobs SET due_at = :until, holder = :holder, attempts = attempts + 1 WHERE id {among}
    RETURNING id, name, arguments, attempts"""
_TAKE = {
    "sqlite": _TAKING.format(among=f"IN ({_DUE})"),
    "postgres": _TAKING.format(among=f"= ANY(ARRAY({_DUE} FOR UPDATE SKIP LOCKED))"),
}


async def _hold(lane: str, holder: str, now: datetime) -> bool:
    held = await execute(
        """INSERT INTO lane_holders (lane, holder, until) VALUES (:lane, :holder, :until)
           ON CONFLICT (lane) DO UPDATE SET holder = excluded.holder, until = excluded.until
           WHERE lane_holders.until <= :now OR lane_holders.holder = :holder""",
        lane=lane, holder=holder, until=now + LEASE, now=now,
    )  # fmt: skip
    return held > 0


def _taken(lane: str, row: dict[str, Any]) -> Taken:
    return Taken(row["id"], lane, row["name"], json.loads(row["arguments"]), row["attempts"])


async def extend(holder: str) -> None:
    """Put off the end of the lease while the work goes on."""
    until = clock.now() + LEASE
    async with unit_of_work():
        await execute("UPDATE jobs SET due_at = :until WHERE holder = :holder", until=until, holder=holder)
        await execute("UPDATE lane_holders SET until = :until WHERE holder = :holder", until=until, holder=holder)


@dataclass
class Ended:
    """What has been run of a taken batch: what worked, and what did not."""

    worked: list[int] = field(default_factory=list)
    failed: list[tuple[Taken, list[Failure]]] = field(default_factory=list)

    def add(self, taken: Taken, failures: list[Failure]) -> None:
        if failures:
            Failures.jobs += len(failures)
            self.failed.append((taken, failures))
        else:
            self.worked.append(taken.id)


async def finish(holder: str, ended: Ended) -> None:
    """Store how the batch went: what worked is deleted, what failed is due again later, what was not begun is due at once.

    Rows whose lease has lapsed meanwhile belong to another holder and are left alone.
    """
    async with unit_of_work():
        if ended.worked:
            await execute("DELETE FROM jobs WHERE id IN :ids AND holder = :holder", ids=ended.worked, holder=holder)
        for taken, failures in ended.failed:
            await _keep(taken, failures, holder)
        await execute(
            "UPDATE jobs SET due_at = :now, holder = NULL, attempts = attempts - 1 WHERE holder = :holder",
            now=clock.now(), holder=holder,
        )  # fmt: skip
        await execute("DELETE FROM lane_holders WHERE holder = :holder", holder=holder)


async def _keep(taken: Taken, failures: list[Failure], holder: str) -> None:
    """Of a fact, a row for each listener that failed; of anything else, the row itself."""
    if taken.name == failures[0].name:
        await _put_off(taken, failures[0], holder)
    elif await execute("DELETE FROM jobs WHERE id = :id AND holder = :holder", id=taken.id, holder=holder):
        for failure in failures:
            await execute(
                """INSERT INTO jobs (lane, name, arguments, due_at, attempts, error, created_at)
                   VALUES (:lane, :name, :arguments, :due_at, 1, :error, :now)""",
                lane=taken.lane, name=failure.name, arguments=json.dumps(failure.arguments), due_at=clock.now() + pause(1),
                error=failure.error, now=clock.now(),
            )  # fmt: skip


async def _put_off(taken: Taken, failure: Failure, holder: str) -> None:
    given_up = taken.attempts >= MAX_ATTEMPTS
    await execute(
        "UPDATE jobs SET due_at = :due_at, holder = NULL, error = :error, died_at = :died_at WHERE id = :id AND holder = :holder",
        due_at=None if given_up else clock.now() + pause(taken.attempts), error=failure.error,
        died_at=clock.now() if given_up else None, id=taken.id, holder=holder,
    )  # fmt: skip


def pause(attempts: int) -> timedelta:
    """5 s after the first failure, then twice as long each time up to an hour, less up to a quarter so that they spread."""
    longest = min(FIRST_PAUSE_S * 2 ** (attempts - 1), LONGEST_PAUSE_S)
    return timedelta(seconds=longest * random.uniform(0.75, 1.0))  # noqa: S311 - not a secret
