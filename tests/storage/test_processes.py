"""Several processes on one database, and processes that die."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from community import clock
from community.storage import dialect, drain, execute, rows, unit_of_work, value
from community.storage.taking import LEASE
from tests.storage.deeds import heard

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ROOT = Path(__file__).parents[2]


async def started(role: str, url: str, *arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storage.processes", role, url, *arguments, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )


async def _counter() -> None:
    async with unit_of_work():
        await execute("INSERT INTO rights_versions (subject, version, changed_at) VALUES ('x', 0, :at)", at=clock.now())


async def test_three_processes_write_at_once_and_none_is_refused(database):
    if dialect() == "postgres":
        pytest.skip("read-then-write needs FOR UPDATE there; the lock of the whole file is SQLite's")
    await _counter()
    writers = [await started("write", database, f"writer{number}", "100") for number in range(3)]
    for writer in writers:
        out, errors = await writer.communicate()
        assert (writer.returncode, errors.decode()) == (0, "")
        assert len(out.splitlines()) == 100
    assert await value("SELECT count(*) AS number FROM grants") == 600
    assert await value("SELECT version FROM rights_versions") == 300


@pytest.mark.parametrize("patience", [0.1, 0.2, 0.4])
async def test_what_a_killed_process_has_acknowledged_is_there_and_whole(database, patience):
    await _counter()
    writer = await started("write", database, "writer", "100000")
    first = await writer.stdout.readline()
    await asyncio.sleep(patience)
    writer.kill()
    rest = (await writer.stdout.read()).splitlines(keepends=True)
    await writer.wait()
    acknowledged = [first, *(line for line in rest if line.endswith(b"\n"))]
    stored = {
        row["audience"]: row["number"] for row in await rows("SELECT audience, count(*) AS number FROM grants GROUP BY audience")
    }
    assert {f"space:{int(line)}" for line in acknowledged} <= set(stored)
    assert set(stored.values()) == {2}
    assert len(stored) - len(acknowledged) in {0, 1}, "one may have been stored whose acknowledgement died"
    await _wait_for_the_dead()
    assert await value("SELECT version FROM rights_versions") == len(stored)


async def test_a_fact_survives_a_process_that_dies_before_anybody_heard(database):
    process = await started("announce", database)
    assert await process.stdout.readline() == b"stored\n"
    process.kill()
    await process.wait()
    assert heard == []
    await drain()
    assert sorted(heard) == [("hear", 1), ("hear_too", 1), ("index", 1)]


async def test_what_a_killed_worker_had_begun_is_begun_again_when_its_lease_lapses(database):
    process = await started("work", database)
    assert await process.stdout.readline() == b"1\n"
    process.kill()
    await process.wait()
    await drain()
    assert heard == []
    with clock.frozen(clock.now() + LEASE):
        await drain()
    assert heard == [("remember", 1)]


async def _wait_for_the_dead() -> None:
    """PostgreSQL may still be ending the killed process's last transaction."""
    if dialect() == "postgres":
        for _ in range(50):
            if not await value("SELECT count(*) AS number FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"):
                return
            await asyncio.sleep(0.05)
