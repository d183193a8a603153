"""Ten restarts by SIGTERM under load, the listening socket handed from process to process: what failed, what was lost, how long.

Visitors keep their connections and never try again; writers send messages as forms; a follower hears them over a socket and comes
back when it is told to.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from uuid import uuid4

import httpx2
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from bench.server import wait_until_ready

VISITORS, WRITERS, RESTARTS, BETWEEN_S = 12, 4, 10, 3.0
FORM = {"Sec-Fetch-Site": "same-origin"}


class HandedOver:
    """A site whose listening socket outlives its processes, as systemd keeps it. A context manager."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port: int = self._socket.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._socket.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._socket.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns once it answers; who asks meanwhile waits in the socket's queue."""
        number = self._socket.fileno()
        with (self._data / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "community", "serve", "--fd", str(number)],
                env=os.environ | {"GUILDHALL_DATA": str(self._data)}, pass_fds=[number], stdout=log, stderr=log,
            )  # fmt: skip
        wait_until_ready(f"{self.address}/readyz", self._process)

    def stop(self) -> float:
        """SIGTERM, and how long it took to end."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(40)
        assert code == 0, f"the process ended with {code}: {self.log()}"
        return time.monotonic() - began

    def log(self) -> str:
        return (self._data / "log").read_text()


@dataclass
class Load:
    """Who asks, says and hears, and what came of it."""

    address: str
    tokens: list[str]
    room: int
    pages: tuple[str, ...]
    answers: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    heard: list[int] = field(default_factory=list)
    closed_with: Counter[int] = field(default_factory=Counter)
    stopped: bool = False

    async def run(self, visitors: int, writers: int) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(visitors):
                group.create_task(self._visit(number))
            for number in range(writers):
                group.create_task(self._write(self.tokens[1 + number % (len(self.tokens) - 1)]))

    def _client(self, token: str = "") -> httpx2.AsyncClient:
        cookies = {"session": token} if token else {}
        return httpx2.AsyncClient(base_url=self.address, cookies=cookies, headers=FORM, timeout=90, trust_env=False)

    async def _visit(self, number: int) -> None:
        async with self._client() as browser:
            while not self.stopped:
                await self._asked(browser.get(self.pages[number % len(self.pages)]))
                await asyncio.sleep(0.05)

    async def _write(self, token: str) -> None:
        async with self._client(token) as browser:
            while not self.stopped:
                text = f"kept {uuid4()}"
                form = {"client_id": str(uuid4()), "text": text}
                if await self._asked(browser.post(f"/rooms/{self.room}/messages", data=form)) == 303:
                    self.acknowledged.add(text)
                await asyncio.sleep(1.2)  # a member's limit is sixty forms a minute

    async def _asked(self, request: Awaitable[httpx2.Response]) -> int:
        began = time.monotonic()
        try:
            answer = await request
        except httpx2.HTTPError as error:
            self.failures.append(repr(error))
            return 0
        self.waits.append(time.monotonic() - began)
        self.answers[answer.status_code] += 1
        if answer.status_code not in {200, 303}:
            self.failures.append(f"{answer.status_code} {answer.text[:80]}")
        return int(answer.status_code)

    async def follow(self, epoch: str, seq: int) -> None:
        """Hear every entry after `seq`, over as many lines as it takes."""
        address = self.address.removeprefix("http://")
        headers = {"Cookie": f"session={self.tokens[0]}"}
        while True:
            with contextlib.suppress(OSError, TimeoutError, WebSocketException):
                line_to = connect(
                    f"ws://{address}/ws", origin=Origin(self.address), additional_headers=headers, compression=None,
                    proxy=None, open_timeout=20,
                )  # fmt: skip
                async with line_to as line:
                    after = self.heard[-1] if self.heard else seq
                    await line.send(json.dumps({"type": "subscribe", "room": self.room, "epoch": epoch, "seq": after}))
                    try:
                        async for frame in line:
                            self._hear(json.loads(frame))
                    finally:
                        self.closed_with[line.close_code or 0] += 1
            await asyncio.sleep(0.2)

    def _hear(self, frame: dict[str, object]) -> None:
        if frame["type"] == "reset":
            self.failures.append("the follower was reset")
        if frame["type"] == "entry":
            self.heard.append(int(str(frame["seq"])))


async def restarted_under_load(site: HandedOver, load: Load, times: int, between_s: float, people: tuple[int, int]) -> list[float]:
    """How long each process took to end, while visitors and writers went on."""
    running = asyncio.create_task(load.run(*people))
    ended = []
    for _ in range(times):
        await asyncio.sleep(between_s)
        ended.append(await asyncio.to_thread(site.stop))
        await asyncio.to_thread(site.start)
    await asyncio.sleep(between_s)
    load.stopped = True
    await running
    return ended


async def main() -> None:
    from bench.demo_members import sessions_of_members

    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder:
        data = Path(folder)
        await asyncio.to_thread(load_demo, folder)
        tokens, room, epoch, seq = await sessions_of_members(data / "guildhall.sqlite3")
        with HandedOver(data) as site:
            load = Load(site.address, tokens, room, ("/", "/threads/1", "/discussions", "/healthz"))
            following = asyncio.create_task(load.follow(epoch, seq))
            ended = await restarted_under_load(site, load, RESTARTS, BETWEEN_S, (VISITORS, WRITERS))
            await asyncio.sleep(8)  # the follower's line and what is still to be heard
            following.cancel()
    _report(load, ended, seq)


def load_demo(folder: str) -> None:
    environment = os.environ | {"GUILDHALL_DATA": folder}
    subprocess.run([sys.executable, "-m", "community", "demo"], env=environment, stdout=subprocess.DEVNULL, check=True)


def _report(load: Load, ended: list[float], seq: int) -> None:
    waits = sorted(load.waits)
    print(f"{RESTARTS} restarts, {len(waits)} requests, failed: {len(load.failures)} {load.failures[:3] or ''}")
    print(f"messages acknowledged: {len(load.acknowledged)}, heard over the socket: {len(load.heard)}, "
          f"gaps: {load.heard != list(range(seq + 1, seq + 1 + len(load.heard)))}, "
          f"lost: {len(load.acknowledged) - len(load.heard)}")  # fmt: skip
    print(f"sockets closed with {dict(load.closed_with)}; a process ended in {max(ended):.1f} s at most")
    print(f"waited: median {waits[len(waits) // 2] * 1000:.0f} ms, longest {waits[-1]:.1f} s")


if __name__ == "__main__":
    asyncio.run(main())
