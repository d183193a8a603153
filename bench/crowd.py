"""Many followers of one room on raw sockets, in one thread: what the figures of live rooms are measured with."""

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
from typing import Any
from uuid import uuid4

TEXT = "The quick brown fox jumps over the lazy dog, and the apprentice writes it down"
KNOCKING = 64  # connections that are being opened at a time
Told = dict[str, Any]  # what room_server says of itself: port, cookie, room, rooms


@contextmanager
def room_server(*arguments: str) -> Iterator[tuple[Told, int]]:
    """What it says of itself, and its process; on core 0, this process on core 1."""
    os.sched_setaffinity(0, {1})
    process = subprocess.Popen([sys.executable, "-m", "bench.room_server", *arguments], stdout=subprocess.PIPE)
    try:
        os.sched_setaffinity(process.pid, {0})
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@dataclass
class Follower:
    """One connection. `unread` is the beginning of a frame whose end has not come yet; `seq` the newest entry it was told of."""

    line: socket.socket
    ask: bytes  # the first frame, said once the line is open
    unread: bytes = b""
    heard: int = 0
    seq: int = 0
    is_open: bool = False
    is_ready: bool = False

    def read(self) -> list[bytes]:
        """The frames that have come, whole."""
        data, frames, at = self.unread + self.line.recv(1 << 16), [], 0
        if not self.is_open:
            at = self._past_the_answer(data)
        while self.is_open and len(data) - at >= 2:
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

    def _past_the_answer(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return 0
        if b" 101 " not in data[:14]:
            raise SystemExit(f"refused: {data[:200]!r}")
        self.is_open = True
        self.line.sendall(self.ask)
        return end + 4


@dataclass
class Crowd:
    """All who follow; the first of them writes."""

    server: Told
    followers: dict[int, Follower] = field(default_factory=dict)
    poller: select.epoll = field(default_factory=select.epoll)
    delivered: int = 0
    ready: int = 0
    late_ms: list[float] = field(default_factory=list)

    def join(self, count: int, *, from_seq: int | None = None) -> float:
        """So many more follow the room, from an entry on if one is named. Returns the seconds until the last was let in."""
        wanted, coming, began = self.ready + count, 0, time.monotonic()
        place = {} if from_seq is None else {"epoch": self.server["epoch"], "seq": from_seq}
        ask = masked({"type": "subscribe", "topic": f"room:{self.server['room']}", **place})
        while self.ready < wanted:
            while coming < count and coming - (count - (wanted - self.ready)) < KNOCKING:
                self._knock(ask)
                coming += 1
            self.pump(0.05)
            if time.monotonic() - began > 120:
                raise SystemExit(f"{self.ready} of {wanted} were let in")
        return time.monotonic() - began

    def _knock(self, ask: bytes) -> None:
        follower = Follower(knocked(self.server), ask)
        self.followers[follower.line.fileno()] = follower
        self.poller.register(follower.line.fileno(), select.EPOLLIN)

    def drop(self, count: int) -> None:
        """So many of the last lose their line."""
        for number in list(self.followers)[-count:]:
            self.poller.unregister(number)
            self.followers.pop(number).line.close()
        self.ready -= count

    def pump(self, seconds: float) -> None:
        for number, _event in self.poller.poll(seconds):
            follower = self.followers[number]
            for frame in follower.read():
                self._hear(follower, frame)

    def _hear(self, follower: Follower, frame: bytes) -> None:
        if b'"kind":"sent"' in frame:
            self.delivered += 1
            follower.heard += 1
            if (at := frame.find(b"t=")) >= 0:
                self.late_ms.append((time.monotonic_ns() - int(frame[at + 2 : at + 18])) / 1e6)
        elif not follower.is_ready and b'"type":"subscribed"' in frame:
            follower.is_ready = True
            self.ready += 1

    def write(self, *, timed: bool, text: str = TEXT) -> None:
        text = f"t={time.monotonic_ns():016d} {text}" if timed else text
        frame = {"type": "send", "room": self.server["room"], "client_id": str(uuid4()), "text": text}
        next(iter(self.followers.values())).line.sendall(masked(frame))

    def at_rate(self, a_second: float, messages: int, text: str = TEXT) -> None:
        began = time.monotonic()
        for number in range(messages):
            while time.monotonic() < began + number / a_second:
                self.pump(0.002)
            self.write(timed=True, text=text)
        self.rest(0.5)

    def rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.pump(0.02)

    def late(self) -> tuple[float, float, float]:
        """(p50, p99, the latest) in ms of all since the last call."""
        late, self.late_ms = sorted(self.late_ms), []
        return late[len(late) // 2], late[len(late) * 99 // 100], late[-1]


def knocked(server: Told, *, receive_bytes: int = 0) -> socket.socket:
    """A line that has asked to be let in."""
    line = socket.socket()
    if receive_bytes:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    line.connect(("127.0.0.1", int(server["port"])))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    address = f"127.0.0.1:{server['port']}"
    line.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: {server['cookie']}\r\n\r\n".encode()
    )
    return line


def masked(frame: dict[str, object]) -> bytes:
    body = json.dumps(frame).encode()
    size = bytes((0x80 | len(body),)) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + body


def cpu_s(pid: int) -> float:
    """Processor time of a process so far, user and system."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))
