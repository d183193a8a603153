"""Valkey paused, killed and wiped under load: two processes go on, and everybody has everything soon after."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.pages_online import Crowd, Verdict, judged
from bench.processes import Meeting, Processes, make_tables, met
from tests.servers import Valkey

AWAY_S, PEOPLE, RATE, MOST_S = 20.0, 50, 0.8, 10.0


@dataclass(frozen=True)
class Trouble:
    """`stored` counts the messages acknowledged while Valkey was away; the rest is seconds: the longest wait for one of them, the
    longest until everybody had heard what was acknowledged, and how long all took to catch up afterwards.
    """

    name: str
    stored: int
    longest_wait: float
    behind: float
    caught_up: float


async def troubled(data: Path, meeting: Meeting, away_s: float, rate: float) -> tuple[list[Trouble], Verdict]:
    with Valkey() as valkey, Processes(data, 2, GUILDHALL_BUS=valkey.address) as processes:
        async with Crowd(meeting, processes.ports, rate) as crowd:
            await asyncio.sleep(3)
            found = [
                await _through(crowd, "paused", valkey.pause, valkey.go_on, away_s),
                await _through(crowd, "killed", valkey.kill, valkey.start, away_s),
                await _through(crowd, "wiped", valkey.wipe, lambda: None, 1.0),
            ]
            await crowd.finish(30)
    return found, judged(crowd, data)


async def _through(crowd: Crowd, name: str, begin: Callable[[], None], end: Callable[[], None], seconds: float) -> Trouble:
    began = time.monotonic()
    await asyncio.to_thread(begin)
    behind = 0.0
    while time.monotonic() - began < seconds:
        behind = max(behind, await crowd.caught_up(30))
        await asyncio.sleep(0.2)
    stored, longest = crowd.answered(began), crowd.longest_wait(began)
    await asyncio.to_thread(end)
    return Trouble(name, stored, longest, behind, await crowd.caught_up(30))


async def main() -> bool:
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder:
        data = Path(folder)
        await asyncio.to_thread(make_tables, data)
        found, verdict = await troubled(data, await met(data, PEOPLE), AWAY_S, RATE)
    for one in found:
        print(f"Valkey {one.name}: {one.stored} messages acknowledged meanwhile, the longest after {one.longest_wait:.2f} s, "
              f"heard by everybody within {one.behind:.1f} s; all caught up {one.caught_up:.1f} s after")  # fmt: skip
    print(f"lost: {verdict.lost}, twice: {verdict.duplicated}, gaps: {verdict.gaps}, out of order: {verdict.out_of_order}")
    return verdict.is_clean and all(one.stored and one.caught_up <= MOST_S for one in found)


if __name__ == "__main__":
    raise SystemExit(not asyncio.run(main()))
