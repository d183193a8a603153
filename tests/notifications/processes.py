"""Workers that the tests kill: `python -m tests.notifications.processes ROLE DATABASE`."""

import asyncio
import sys

from community.notifications import telling
from community.storage import database_open
from community.storage.worker import Lane, Worker

ONE_BY_ONE = (Lane("default"), Lane("jobs", batch=1))
STOPS_AFTER = 2  # units of work


async def work() -> None:
    await Worker(ONE_BY_ONE, poll_s=0.05).run()


async def work_and_stop_half_way() -> None:
    """Tells some of those it should, says so, and goes no further: to be killed there."""
    readers, asked = telling._readers, 0

    async def counted(*arguments):
        nonlocal asked
        asked += 1
        if asked > STOPS_AFTER:
            print("half way", flush=True)
            await asyncio.sleep(60)
        return await readers(*arguments)

    telling.AT_ONCE = 10
    telling._readers = counted
    await work()


ROLES = {"work": work, "stop": work_and_stop_half_way}


async def main(role: str, url: str) -> None:
    async with database_open(url):
        print("ready", flush=True)
        await ROLES[role]()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
