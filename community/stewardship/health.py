"""What waits to be done, since when, what was given up, and how large the database is."""

from community import clock
from community.storage import backlog, value
from community.storage.counting import Failures
from community.storage.sizes import database_bytes
from community.web.health import measure


@measure("jobs_waiting", "Facts and jobs that wait or run, those for a later time included")
async def jobs_waiting() -> float:
    return float((await backlog()).waiting)


@measure("jobs_oldest_seconds", "How long the oldest fact or job has been due")
async def jobs_oldest() -> float:
    since = (await backlog()).oldest_due_at
    return max(0.0, (clock.now() - since).total_seconds()) if since else 0.0


@measure("jobs_failing", "Facts and jobs that failed and wait to be tried again")
async def jobs_failing() -> float:
    return float(await value("SELECT count(*) AS number FROM jobs WHERE error IS NOT NULL AND died_at IS NULL"))


@measure("jobs_dead", "Facts and jobs that were given up")
async def jobs_dead() -> float:
    return float((await backlog()).dead)


@measure("job_failures", "Failed attempts in this process", "counter")
async def job_failures() -> float:
    return float(Failures.jobs)


@measure("database_bytes", "The size of the database")
async def size() -> float:
    return float(await database_bytes())
