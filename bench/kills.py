"""Twenty kill -9 under load: two processes and Valkey, fifty members who write and follow as their pages do."""

import asyncio
import random
import tempfile
import time
from pathlib import Path

from bench.pages_online import Crowd, Verdict, judged
from bench.processes import Meeting, Processes, make_tables, met
from tests.servers import Valkey

KILLS, PEOPLE, RATE = 20, 50, 0.8  # messages a second of each


async def killed(data: Path, meeting: Meeting, kills: int, rate: float) -> tuple[Crowd, float]:
    """The crowd when all is quiet, and how long it took after the last message."""
    whims = random.Random(20)
    with Valkey() as valkey, Processes(data, 2, GUILDHALL_BUS=valkey.address) as processes:
        async with Crowd(meeting, processes.ports, rate) as crowd:
            for number in range(kills):
                await asyncio.sleep(whims.uniform(0.3, 1.5))
                await asyncio.to_thread(processes.kill, number % 2)
                await asyncio.to_thread(processes.start, number % 2)
            quiet_after = await crowd.finish(30)
    return crowd, quiet_after


def report(crowd: Crowd, verdict: Verdict, quiet_after: float, seconds: float) -> None:
    print(f"{KILLS} kills in {seconds:.0f} s, {len(crowd.pages)} clients, {len(crowd.acknowledged)} messages acknowledged")
    print(f"acknowledged and lost: {verdict.lost}, stored or heard twice: {verdict.duplicated}, misplaced: {verdict.elsewhere}")
    print(f"clients that heard another order: {verdict.out_of_order}, with gaps after catching up: {verdict.gaps}")
    print(f"clients that had to begin anew: {verdict.begun_anew}; all had everything {quiet_after:.1f} s after the last message")


async def main() -> bool:
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder:
        data = Path(folder)
        await asyncio.to_thread(make_tables, data)
        meeting = await met(data, PEOPLE)
        began = time.monotonic()
        crowd, quiet_after = await killed(data, meeting, KILLS, RATE)
        verdict = judged(crowd, data)
        report(crowd, verdict, quiet_after, time.monotonic() - began)
    return verdict.is_clean


if __name__ == "__main__":
    raise SystemExit(not asyncio.run(main()))
