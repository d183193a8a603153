"""Jobs: what runs later, in the worker, with retries."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, ParamSpec

from community.storage.facts import insert_jobs

P = ParamSpec("P")
JOBS_LANE = "jobs"
FAN_OUT_PAGE = 500

_jobs: dict[str, Callable[..., Awaitable[None]]] = {}


def job(run: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
    """Register a function that runs later. Its arguments are ids, numbers and lists of them; it may run twice and raises to be run
    again.
    """
    name = f"{run.__module__}.{run.__qualname__}"
    _jobs[name] = run
    run.job_name = name  # type: ignore[attr-defined]
    return run


async def enqueue(what: Callable[..., Awaitable[None]], *, run_at: datetime | None = None, **arguments: Any) -> None:
    """Run the job once this unit of work is stored, not before `run_at`."""
    await insert_jobs([(JOBS_LANE, f"job:{job_name(what)}", json.dumps(arguments))], run_at)


async def fan_out(what: Callable[..., Awaitable[None]], ids: Sequence[int], **arguments: Any) -> None:
    """Run the job for many, 500 at a time, each page by itself with its own retries: the job receives `ids` and the rest."""
    pages = [list(ids[start : start + FAN_OUT_PAGE]) for start in range(0, len(ids), FAN_OUT_PAGE)]
    await insert_jobs([(JOBS_LANE, f"job:{job_name(what)}", json.dumps({"ids": page} | arguments)) for page in pages])


def job_name(what: Callable[..., Awaitable[None]]) -> str:
    name: str | None = getattr(what, "job_name", None)
    if name is None:
        raise TypeError(f"{what!r} is not marked with @job")
    return name


def job_named(name: str) -> Callable[..., Awaitable[None]]:
    return _jobs[name]
