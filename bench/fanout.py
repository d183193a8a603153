"""Live fan-out: one room, 1,000 who follow it, one who writes. Every message is stored and acknowledged after its commit.

Prints the latency at 20 messages a second and, saturated with 4 messages in flight, the server's CPU seconds for a million
deliveries. The server runs on core 0, this client on core 1. `python -m bench.fanout 200` takes fewer followers.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

FOLLOWERS, IN_FLIGHT, AT_RATE, RATE_S, FULL_S = 1000, 4, 20, 4, 5
TEXT = "The quick brown fox jumps over the lazy dog, and the apprentice writes it down"


@dataclass
class Follower:
    """One connection. `unread` is the beginning of a frame whose end has not come yet."""

    line: socket.socket
    unread: bytes = b""
    heard: int = 0

    def read(self) -> list[bytes]:
        """The frames that have come, whole."""
        data, frames, at = self.unread + self.line.recv(1 << 18), [], 0
        while len(data) - at >= 2:
            size, head = data[at + 1] & 127, 2
            if size == 126:
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            if len(data) - at < head + size:
                break
            frames.append(data[at + head : at + head + size])
            at += head + size
        self.unread = data[at:]
        return frames


@dataclass
class Crowd:
    followers: dict[int, Follower] = field(default_factory=dict)
    poller: select.epoll = field(default_factory=select.epoll)
    delivered: int = 0
    late_ms: list[float] = field(default_factory=list)

    def join(self, server: dict[str, object], count: int) -> None:
        for _number in range(count):
            follower = Follower(opened(server))
            follower.line.sendall(masked({"type": "subscribe", "room": server["room"]}))
            self.followers[follower.line.fileno()] = follower
            self.poller.register(follower.line.fileno(), select.EPOLLIN)

    def pump(self, seconds: float) -> None:
        for number, _event in self.poller.poll(seconds):
            follower = self.followers[number]
            for frame in follower.read():
                if b'"kind":"sent"' in frame:
                    self.delivered += 1
                    follower.heard += 1
                    self._time(frame)

    def _time(self, frame: bytes) -> None:
        at = frame.find(b"t=")
        if at >= 0:
            self.late_ms.append((time.monotonic_ns() - int(frame[at + 2 : at + 18])) / 1e6)

    def write(self, server: dict[str, object], timed: bool, text: str = TEXT) -> None:
        text = f"t={time.monotonic_ns():016d} {text}" if timed else text
        frame = {"type": "send", "room": server["room"], "client_id": str(uuid4()), "text": text}
        next(iter(self.followers.values())).line.sendall(masked(frame))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FOLLOWERS
    with room_server() as (server, pid):
        measure(server, pid, count)


@contextmanager
def room_server() -> Iterator[tuple[dict[str, object], int]]:
    """What it says of itself, and its process; on core 0, this process on core 1."""
    os.sched_setaffinity(0, {1})
    process = subprocess.Popen([sys.executable, "-m", "bench.room_server"], stdout=subprocess.PIPE)
    try:
        os.sched_setaffinity(process.pid, {0})
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def measure(server: dict[str, object], pid: int, count: int) -> None:
    crowd, began, memory = Crowd(), time.monotonic(), _memory_kb(pid)
    crowd.join(server, count)
    print(f"{count / (time.monotonic() - began):,.0f} connections a second", end=", ")
    rest(crowd, 1)
    print(f"{(_memory_kb(pid) - memory) / count:.1f} KB each")
    at_rate(server, crowd, AT_RATE * RATE_S)
    late = sorted(crowd.late_ms)
    print(f"at {AT_RATE} messages a second: p50 {late[len(late) // 2]:.1f} ms, p99 {late[len(late) * 99 // 100]:.1f} ms")
    spent, took, delivered = _saturated(server, pid, crowd)
    print(f"{IN_FLIGHT} in flight: {delivered / took:,.0f} deliveries a second, {spent * 1e6 / delivered:.2f} CPU s a million")
    rest(crowd, 2)
    lost = max(one.heard for one in crowd.followers.values()) * count - sum(one.heard for one in crowd.followers.values())
    print(f"lost: {lost}")


def at_rate(server: dict[str, object], crowd: Crowd, messages: int, text: str = TEXT) -> None:
    began = time.monotonic()
    for number in range(messages):
        while time.monotonic() < began + number / AT_RATE:
            crowd.pump(0.002)
        crowd.write(server, timed=True, text=text)
    rest(crowd, 0.5)


def _saturated(server: dict[str, object], pid: int, crowd: Crowd) -> tuple[float, float, int]:
    crowd.delivered, sent, began, before = 0, 0, time.monotonic(), _cpu_s(pid)
    while time.monotonic() - began < FULL_S:
        while sent - crowd.delivered // len(crowd.followers) < IN_FLIGHT:
            crowd.write(server, timed=False)
            sent += 1
        crowd.pump(0.005)
    return _cpu_s(pid) - before, time.monotonic() - began, crowd.delivered


def rest(crowd: Crowd, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        crowd.pump(0.02)


def opened(server: dict[str, object], receive_bytes: int = 0) -> socket.socket:
    """A line. With `receive_bytes` the kernel keeps no more than that for who does not read."""
    line = socket.socket()
    if receive_bytes:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    line.connect(("127.0.0.1", int(str(server["port"]))))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    address = f"127.0.0.1:{server['port']}"
    head = (
        f"GET /ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: {server['cookie']}\r\n\r\n"
    )
    line.sendall(head.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += line.recv(1)
    if b" 101 " not in answer[:14]:
        raise SystemExit(f"refused: {answer[:200]!r}")
    return line


def masked(frame: dict[str, object]) -> bytes:
    body = json.dumps(frame).encode()
    size = bytes((0x80 | len(body),)) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + body


def _cpu_s(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


if __name__ == "__main__":
    main()
