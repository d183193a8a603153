"""What was tried ten times and given up, for a steward to look at: ids and the class of the error, never a text."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community import clock
from community.storage.facts import wake_lane
from community.storage.sql import execute, row, rows
from community.storage.units import unit_of_work


@dataclass(frozen=True)
class DeadLetter:
    """A job, or a listener for one fact. `kind` is `job` or `listener`, or `fact` for one that no release here knows."""

    id: int
    kind: str
    name: str
    arguments: dict[str, Any]
    attempts: int
    error: str
    created_at: datetime
    died_at: datetime


async def dead_letters(limit: int = 100) -> list[DeadLetter]:
    """The newest first."""
    found = await rows(
        """SELECT id, name, arguments, attempts, error, created_at, died_at FROM jobs WHERE died_at IS NOT NULL
           ORDER BY died_at DESC, id DESC LIMIT :limit""",
        limit=limit,
    )
    return [_letter(one) for one in found]


def _letter(found: dict[str, Any]) -> DeadLetter:
    kind, _, name = found.pop("name").partition(":")
    return DeadLetter(kind=kind, name=name, **found | {"arguments": json.loads(found["arguments"])})


async def retry_dead_letter(id: int) -> bool:
    """Make it due again, with all its attempts. False if it is not among the dead letters (any more)."""
    async with unit_of_work():
        found = await row("SELECT lane FROM jobs WHERE id = :id AND died_at IS NOT NULL", id=id)
        if found is None:
            return False
        await execute("UPDATE jobs SET due_at = :now, died_at = NULL, attempts = 0 WHERE id = :id", id=id, now=clock.now())
        wake_lane(found["lane"])
    return True


async def forget_dead_letter(id: int) -> bool:
    """Remove it for good. False if it is not among the dead letters (any more)."""
    async with unit_of_work():
        return await execute("DELETE FROM jobs WHERE id = :id AND died_at IS NOT NULL", id=id) > 0


@dataclass(frozen=True)
class Backlog:
    """What waits: how many rows are due or running, since when the oldest has been due, how many are dead."""

    waiting: int
    oldest_due_at: datetime | None
    dead: int


async def backlog() -> Backlog:
    """For `/metrics`, `/readyz` and `guildhall doctor`."""
    found = await row(
        """SELECT count(due_at) AS waiting, min(CASE WHEN due_at <= :now THEN due_at END) AS oldest_due_at,
                  count(died_at) AS dead FROM jobs""",
        now=clock.now(),
    )
    assert found is not None
    return Backlog(**found)
