"""Ten thousand who follow one room: what one message takes, what 500 who come back at once take, and what pages notice of both."""

import http.client
import os
import resource
import sys
import time
from multiprocessing import Event, Pipe, Process
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Stop
from typing import Self

from bench.crowd import Crowd, Told, cpu_s, resident_kb, room_server

FOLLOWERS, MESSAGES, BACK, MISSED = 10_000, 10, 500, 5
PAGES_A_SECOND = 20


class PageReader:
    """Somebody who reads /rooms twenty times a second from a process of its own, while the block lasts."""

    def __init__(self, server: Told) -> None:
        self._server, self.p95_ms = server, 0.0

    def __enter__(self) -> Self:
        self._stop, (self._mine, theirs) = Event(), Pipe()
        self._process = Process(target=_read_pages, args=(self._server, self._stop, theirs))
        self._process.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        took = sorted(self._mine.recv())
        self._process.join()
        self.p95_ms = took[len(took) * 95 // 100]


def _read_pages(server: Told, stop: Stop, told: Connection) -> None:
    line, took = http.client.HTTPConnection("127.0.0.1", server["port"]), []
    os.sched_setaffinity(0, {1})
    while not stop.is_set() or not took:
        began = time.monotonic()
        line.request("GET", "/rooms", headers={"Cookie": server["cookie"]})
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"/rooms answered {answer.status}")
        took.append(1000 * (time.monotonic() - began))
        time.sleep(1 / PAGES_A_SECOND)
    told.send(took)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FOLLOWERS
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with room_server() as (server, pid):
        crowd = Crowd(server)
        _come(crowd, pid, count)
        with PageReader(server) as base:
            crowd.rest(5)
        _one_message(crowd, base.p95_ms)
        _storm(crowd, base.p95_ms)


def _come(crowd: Crowd, pid: int, count: int) -> None:
    memory, began = resident_kb(pid), cpu_s(pid)
    seconds = crowd.join(count)
    cost_ms = 1000 * (cpu_s(pid) - began) / count
    crowd.rest(2)
    size = (resident_kb(pid) - memory) / count
    print(f"{count:,} connections: {count / seconds:,.0f} a second ({cost_ms:.2f} CPU ms each), {size:.1f} KB each", flush=True)


def _one_message(crowd: Crowd, base_ms: float) -> None:
    """One a second, so that each is over before the next."""
    with PageReader(crowd.server) as pages:
        crowd.at_rate(1, MESSAGES)
    median, p99, latest = crowd.late()
    print(f"one message to all: p50 {median:.0f} ms, p99 {p99:.0f} ms, the latest {latest:.0f} ms", flush=True)
    print(f"pages: p95 {base_ms:.1f} ms while nobody writes, {pages.p95_ms:.1f} ms meanwhile (x {pages.p95_ms / base_ms:.2f})")


def _storm(crowd: Crowd, base_ms: float) -> None:
    """So many lose their line, miss some messages, and come back all at once for what they have missed."""
    stay, crowd.delivered = len(crowd.followers) - BACK, 0
    crowd.drop(BACK)
    crowd.at_rate(5, MISSED)
    crowd.rest(1)
    if crowd.delivered != stay * MISSED:
        raise SystemExit(f"those who stayed heard {crowd.delivered} of {stay * MISSED}")
    with PageReader(crowd.server) as pages:
        seconds = crowd.join(BACK, from_seq=MESSAGES)
        crowd.rest(max(0.0, 3 - seconds))
    missing = BACK * MISSED - (crowd.delivered - stay * MISSED)
    print(f"{BACK} come back at once: all there after {seconds:.1f} s, {missing} messages missing", flush=True)
    print(f"pages meanwhile: p95 {pages.p95_ms:.1f} ms (x {pages.p95_ms / base_ms:.2f})")


if __name__ == "__main__":
    main()
