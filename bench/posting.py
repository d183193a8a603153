"""A thousand messages a second over 50 rooms, each stored and acknowledged after its commit: on SQLite, and on PostgreSQL."""

import select
import time
from dataclasses import dataclass, field
from uuid import uuid4

from bench.crowd import TEXT, Follower, Told, cpu_s, knocked, masked, room_server
from tests.servers import postgres_server

ROOMS, A_SECOND, SECONDS = 50, 1000, 10


@dataclass
class Writers:
    """One line a room, which follows the room and writes into it."""

    server: Told
    lines: list[Follower] = field(default_factory=list)
    poller: select.epoll = field(default_factory=select.epoll)
    sent_at: dict[bytes, float] = field(default_factory=dict)
    took_ms: list[float] = field(default_factory=list)
    refused: int = 0

    def come(self) -> None:
        by_number: dict[int, Follower] = {}
        for room in self.server["rooms"]:
            follower = Follower(knocked(self.server), masked({"type": "subscribe", "topic": f"room:{room}"}))
            self.lines.append(follower)
            by_number[follower.line.fileno()] = follower
            self.poller.register(follower.line.fileno(), select.EPOLLIN)
        self._by_number = by_number
        while not all(one.is_open for one in self.lines):
            self.pump(0.05)

    def post(self, a_second: int, seconds: int) -> float:
        """So many a second, then wait for what is not acknowledged. Returns how long the posting took."""
        began = time.monotonic()
        for number in range(a_second * seconds):
            while (left := began + number / a_second - time.monotonic()) > 0:
                self.pump(min(left, 0.001))
            self.write(number)
        took, until = time.monotonic() - began, time.monotonic() + 10
        while self.sent_at and time.monotonic() < until:
            self.pump(0.05)
        return took

    def write(self, number: int) -> None:
        place, client_id = number % len(self.lines), str(uuid4())
        self.sent_at[client_id.encode()] = time.monotonic()
        frame = {"type": "send", "topic": f"room:{self.server['rooms'][place]}", "client_id": client_id, "text": TEXT}
        self.lines[place].line.sendall(masked(frame))

    def pump(self, seconds: float) -> None:
        for number, _event in self.poller.poll(seconds):
            for frame in self._by_number[number].read():
                if frame.startswith(b'{"type":"ack"'):
                    at = frame.index(b'"client_id":"') + 13
                    self.took_ms.append(1000 * (time.monotonic() - self.sent_at.pop(frame[at : at + 36])))
                elif frame.startswith(b'{"type":"refused"'):
                    self.refused += 1


def main() -> None:
    measure("SQLite, synchronous=FULL")
    with postgres_server(durable=True) as address:
        measure("PostgreSQL", "--database", address)


def measure(name: str, *arguments: str) -> None:
    with room_server("--rooms", str(ROOMS), *arguments) as (server, pid):
        writers = Writers(server)
        writers.come()
        writers.post(A_SECOND // 5, 2)  # what is made at the first message only
        writers.took_ms.clear()
        before = cpu_s(pid)
        seconds = writers.post(A_SECOND, SECONDS)
        spent = cpu_s(pid) - before
    took = sorted(writers.took_ms)
    print(
        f"{name}: {A_SECOND * SECONDS / seconds:,.0f} messages a second over {ROOMS} rooms, {100 * spent / seconds:.0f} % of a core"
    )
    print(f"  acknowledged: {len(took):,}, refused {writers.refused}; p50 {took[len(took) // 2]:.1f} ms, "
          f"p99 {took[len(took) * 99 // 100]:.1f} ms", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
