"""What waits to be done, and what was given up."""

from community.storage.dead_letters import backlog
from community.web.health import measure


@measure("jobs_waiting", "Facts and jobs that are due or running")
async def jobs_waiting() -> float:
    return float((await backlog()).waiting)


@measure("jobs_dead", "Facts and jobs that were given up")
async def jobs_dead() -> float:
    return float((await backlog()).dead)
