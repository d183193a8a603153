"""Two processes over one database: Valkey falls silent, a process is killed, Valkey is wiped, and nobody loses or repeats a message.

The long form is `python -m bench kills valkey`.
"""

import asyncio

import pytest

from bench.pages_online import Crowd, judged
from bench.processes import Processes, met
from community.storage import database_open
from tests.backups.conftest import make_tables
from tests.servers import Valkey, valkey_program

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_nothing_is_lost_when_a_process_is_killed_and_valkey_is_away(tmp_path) -> None:
    if valkey_program() is None:
        pytest.skip("no Valkey here")
    async with database_open(f"sqlite://{tmp_path / 'guildhall.sqlite3'}"):
        await make_tables()
    meeting = await met(tmp_path, 8)
    with Valkey() as valkey, Processes(tmp_path, 2, GUILDHALL_BUS=valkey.address) as processes:
        async with Crowd(meeting, processes.ports, rate=4) as crowd:
            await asyncio.sleep(0.5)
            valkey.pause()
            before = len(crowd.acknowledged)
            await asyncio.sleep(1.5)
            assert len(crowd.acknowledged) > before
            assert await crowd.caught_up(10) < 10
            processes.kill(0)
            valkey.go_on()
            await asyncio.to_thread(processes.start, 0)
            valkey.wipe()
            await asyncio.sleep(0.5)
            assert await crowd.finish(20) < 10
    verdict = judged(crowd, tmp_path)
    assert verdict.is_clean, verdict
    assert len(crowd.acknowledged) > 20
    assert "Traceback" not in processes.log()
