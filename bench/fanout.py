"""Live fan-out: one room, 1,000 who follow it, one who writes. Every message is stored and acknowledged after its commit.

Prints the latency at 20 messages a second and, saturated with 4 messages in flight, the server's CPU seconds for a million
deliveries. The server runs on core 0, this client on core 1. `python -m bench.fanout 200` takes fewer followers.
"""

import sys
import time

from bench.crowd import Crowd, cpu_s, resident_kb, room_server

FOLLOWERS, IN_FLIGHT, AT_RATE, RATE_S, FULL_S = 1000, 4, 20, 4, 5


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FOLLOWERS
    with room_server() as (server, pid):
        measure(Crowd(server), pid, count)


def measure(crowd: Crowd, pid: int, count: int) -> None:
    memory, began = resident_kb(pid), cpu_s(pid)
    seconds = crowd.join(count)
    cost_ms = 1000 * (cpu_s(pid) - began) / count
    crowd.rest(1)
    print(f"{count / seconds:,.0f} connections a second ({cost_ms:.2f} CPU ms), {(resident_kb(pid) - memory) / count:.1f} KB each")
    crowd.at_rate(AT_RATE, AT_RATE * RATE_S)
    print("at {} messages a second: p50 {:.1f} ms, p99 {:.1f} ms, the latest {:.1f} ms".format(AT_RATE, *crowd.late()))
    spent, took = _saturated(crowd, pid)
    a_million = spent * 1e6 / crowd.delivered
    print(f"{IN_FLIGHT} in flight: {crowd.delivered / took:,.0f} deliveries a second, {a_million:.2f} CPU s a million")
    crowd.rest(2)
    heard = [one.heard for one in crowd.followers.values()]
    print(f"lost: {max(heard) * count - sum(heard)}")


def _saturated(crowd: Crowd, pid: int) -> tuple[float, float]:
    """(the server's CPU seconds, seconds)"""
    crowd.delivered, sent, began, before = 0, 0, time.monotonic(), cpu_s(pid)
    while time.monotonic() - began < FULL_S:
        while sent - crowd.delivered // len(crowd.followers) < IN_FLIGHT:
            crowd.write(timed=False)
            sent += 1
        crowd.pump(0.005)
    return cpu_s(pid) - before, time.monotonic() - began


if __name__ == "__main__":
    main()
