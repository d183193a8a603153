"""Fifty followers, one reply, a worker killed twice on the way: each is told exactly once, and nobody who lost the right."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from pathlib import Path

import pytest

from community import clock
from community.accounts.models import Member
from community.audience import member_key, revoke
from community.discussions.keeping import set_following
from community.mail.models import Mail
from community.notifications.queries import count_waiting
from community.storage import execute, rows, unit_of_work, value
from tests.discussions.factories import make_reply, make_thread
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
FOLLOWERS, LOST_EARLY, LOST_LATE = 50, 3, 3


async def worker(role: str, url: str) -> Process:
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.notifications.processes", role, url, cwd=ROOT, stdout=PIPE, stderr=DEVNULL
    )
    assert await started.stdout.readline() == b"ready\n"
    return started


async def kill(process: Process) -> None:
    process.kill()
    await process.wait()


async def until(true, patience: float = 20.0) -> None:
    async with asyncio.timeout(patience):
        while not await true():  # noqa: ASYNC110 - of another process
            await asyncio.sleep(0.02)


async def lapse() -> None:
    """What the dead had taken is due again: half a minute passes."""
    async with unit_of_work():
        await execute("UPDATE jobs SET due_at = :now WHERE holder IS NOT NULL", now=clock.now())
        await execute("UPDATE mails SET held_until = :now WHERE holder IS NOT NULL", now=clock.now())


async def lose(members: list[Member], key: str) -> None:
    async with unit_of_work():
        for member in members:
            await revoke(key, member_key(member.id))


@pytest.fixture
async def followed(database):
    """(author, followers, space, thread): the followers are told of each post in the thread."""
    author = await make_member("Bagus Prasetyo")
    followers = [await make_member("Amara Diallo") for _ in range(FOLLOWERS)]
    space = await make_space([*followers], [author])
    thread = await make_thread(author, place=space.key)
    for follower in followers:
        await set_following(await viewer_of(follower), f"thread:{thread.id}", "watch")
    return author, followers, space, thread


async def test_each_is_told_exactly_once_though_the_worker_is_killed_twice(database, post_office, followed):
    author, followers, space, thread = followed
    async with unit_of_work():
        await execute("DELETE FROM jobs")
    await make_reply(author, thread, "Two rulers.")

    first = await worker("stop", database)
    assert await first.stdout.readline() == b"half way\n"
    await kill(first)
    half = await value("SELECT COUNT(*) FROM notifications")
    assert 0 < half < FOLLOWERS
    await lose(followers[:LOST_EARLY], space.key)
    await lapse()

    second = await worker("work", database)
    in_the_air = asyncio.Event()

    async def keep_silent(_envelope) -> None:
        """The worker has sent a letter and never hears that it was taken: the worst moment to die."""
        if len(post_office.kept) == FOLLOWERS // 2:
            in_the_air.set()
            await asyncio.sleep(60)

    post_office.on_data = keep_silent
    async with asyncio.timeout(20):
        await in_the_air.wait()
    await kill(second)
    post_office.on_data = None
    has_one = set(post_office.recipients)
    late = [member for member in followers[LOST_EARLY:] if member.email not in has_one][:LOST_LATE]
    await lose(late, space.key)
    await lapse()

    third = await worker("work", database)
    await until(all_done)
    await kill(third)

    lost = [*followers[:LOST_EARLY], *late]
    rightful = [member for member in followers if member not in lost]
    assert Counter(post_office.recipients) == dict.fromkeys((member.email for member in rightful), 1)
    assert all(author.email != address for address in post_office.recipients)
    ledger = Counter(row["member_id"] for row in await rows("SELECT member_id FROM notifications"))
    assert ledger == dict.fromkeys((member.id for member in followers), 1)
    assert [await count_waiting(await viewer_of(member)) for member in lost] == [0] * len(lost)
    assert await count_waiting(await viewer_of(rightful[0])) == 1
    assert Counter(mail.failed for mail in await Mail.all()) == {None: len(rightful) - 1, "Interrupted": 1, "Withdrawn": len(lost)}


async def all_done() -> bool:
    return not await value("SELECT COUNT(*) FROM jobs WHERE lane <> 'index'")
