"""What other processes do in the tests: `python -m tests.storage.processes ROLE DATABASE ...`. Each line printed was stored first."""

import asyncio
import sys

from community.audience import grant
from community.storage import announce, connecting, database_open, enqueue, execute, unit_of_work, value, working
from tests.storage import deeds


async def write(name: str, number: str) -> None:
    """Units of two rows and a counter, as many as asked for."""
    for count in range(int(number)):
        async with unit_of_work():
            await grant(f"space:{count}", f"{name}:a")
            read = await value("SELECT version FROM rights_versions WHERE subject = 'x'")
            await execute("UPDATE rights_versions SET version = :next WHERE subject = 'x'", next=read + 1)
            await grant(f"space:{count}", f"{name}:b")
        print(count, flush=True)


async def announce_and_wait() -> None:
    async with unit_of_work():
        await grant("space:1", "member:1")
        await announce(deeds.Deed(1))
    print("stored", flush=True)
    await asyncio.sleep(60)


async def work_for_ever() -> None:
    """A worker that never ends what it has begun."""

    async def endless(number: int) -> None:
        print(number, flush=True)
        await asyncio.sleep(60)

    connecting_jobs()["tests.storage.deeds.remember"] = endless
    async with unit_of_work():
        await enqueue(deeds.remember, number=1)
    async with working():
        await asyncio.sleep(60)


def connecting_jobs():
    from community.storage import jobs

    return jobs._jobs


ROLES = {"write": write, "announce": announce_and_wait, "work": work_for_ever}


async def main(role: str, url: str, *arguments: str) -> None:
    connecting.import_all = lambda _: []  # the slices' listeners are not what is tested here
    async with database_open(url):
        await ROLES[role](*arguments)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
