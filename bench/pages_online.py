"""Clients as the page is: each sends until it is acknowledged, follows from where it was, and comes back, to whatever process."""

import asyncio
import contextlib
import json
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from uuid import uuid4

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from bench.processes import Meeting

SOON_S = 0.2  # a page waits a second or longer; here the line is to be tried often
SAID = re.compile(r'data-seq="(\d+)" data-day="[^"]*" data-client="([^"]+)"')
BEFORE = re.compile(r'data-before="(\d+)"')
AGAIN_S = 5.0  # after so long without an answer it is sent again


@dataclass
class Page:
    """One member's. `outbox` is what is not acknowledged, {client id: when it was written}; `heard` are (seq, client id)."""

    meeting: Meeting
    token: str
    ports: Sequence[int]
    outbox: dict[str, float] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    waits: list[tuple[float, float]] = field(default_factory=list)  # when it was acknowledged, and how long that took
    heard: list[tuple[int, str]] = field(default_factory=list)
    resets: int = 0
    closed_with: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    _sent_at: dict[str, float] = field(default_factory=dict)

    @property
    def seq(self) -> int:
        return self.heard[-1][0] if self.heard else 0

    async def be_there(self) -> None:
        while True:
            port = random.choice(self.ports)
            with contextlib.suppress(OSError, TimeoutError, WebSocketException):
                async with self._line(port) as line:
                    await self._talk(line)
            await asyncio.sleep(SOON_S)

    def _line(self, port: int) -> connect:
        address = f"127.0.0.1:{port}"
        return connect(
            f"ws://{address}/ws", origin=Origin(f"http://{address}"), additional_headers={"Cookie": f"session={self.token}"},
            compression=None, proxy=None, open_timeout=10, close_timeout=1,
        )  # fmt: skip

    async def _talk(self, line: ClientConnection) -> None:
        self._sent_at.clear()
        ask = {"type": "subscribe", "room": self.meeting.room, "epoch": self.meeting.epoch, "seq": self.seq}
        await line.send(json.dumps(ask))
        speaking = asyncio.create_task(self._speak(line))
        try:
            async for frame in line:
                told = json.loads(frame)
                if told["type"] == "reset":
                    await self._begin_anew(line.remote_address[1])
                else:
                    self._hear(told)
        finally:
            speaking.cancel()
            self.closed_with[line.close_code or 0] += 1

    async def _speak(self, line: ClientConnection) -> None:
        with contextlib.suppress(WebSocketException):
            while True:
                for client_id, text in self._due():
                    frame = {"type": "send", "room": self.meeting.room, "client_id": client_id, "text": text}
                    await line.send(json.dumps(frame))
                await asyncio.sleep(0.05)

    def _due(self) -> list[tuple[str, str]]:
        now = time.monotonic()
        due = [client_id for client_id in self.outbox if now - self._sent_at.get(client_id, 0) > AGAIN_S]
        self._sent_at |= dict.fromkeys(due, now)
        return [(client_id, f"kept {client_id}") for client_id in due]

    async def _begin_anew(self, port: int) -> None:
        """The newest messages by HTTP, and the older ones back to what it has, as a reader scrolls."""
        self.resets += 1
        found: dict[int, str] = {}
        address, query = f"http://127.0.0.1:{port}/rooms/{self.meeting.room}", ""
        async with httpx2.AsyncClient(cookies={"session": self.token}, headers={"X-Fragment": "1"}, timeout=30) as browser:
            while True:
                html = (await browser.get(address + query)).text
                found |= {int(seq): client_id for seq, client_id in SAID.findall(html)}
                before = BEFORE.search(html)
                if not before or min(found) <= self.seq + 1:
                    break
                query = f"?before={before[1]}"
        self.heard += [(seq, found[seq]) for seq in sorted(found) if seq > self.seq]

    def write(self) -> None:
        self.outbox[str(uuid4())] = time.monotonic()

    def _hear(self, frame: dict[str, object]) -> None:
        match frame["type"]:
            case "ack":
                client_id, now = str(frame["client_id"]), time.monotonic()
                self.acknowledged[client_id] = int(str(frame["seq"]))
                if written := self.outbox.pop(client_id, None):
                    self.waits.append((now, now - written))
            case "entry" if not self.resets or int(str(frame["seq"])) > self.seq:
                self.heard.append((int(str(frame["seq"])), str(frame["client_id"])))
            case "refused":
                self.refused[str(frame["reason"])] += 1
                self._sent_at[str(frame["client_id"])] = time.monotonic() - AGAIN_S + float(str(frame["retry_after"] or 1))


class Crowd:
    """All pages, each writing `rate` times a second while the block lasts; afterwards nothing is written any more."""

    def __init__(self, meeting: Meeting, ports: Sequence[int], rate: float) -> None:
        self.pages = [Page(meeting, token, ports) for token in meeting.tokens]
        self._rate = rate
        self._tasks: list[asyncio.Task[None]] = []
        self._writing: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(page.be_there()) for page in self.pages]
        self._writing = [asyncio.create_task(self._write(page)) for page in self.pages]
        return self

    async def __aexit__(self, *_: object) -> None:
        await _ended([*self._writing, *self._tasks])

    async def _write(self, page: Page) -> None:
        await asyncio.sleep(random.uniform(0, 1 / self._rate))
        while True:
            page.write()
            await asyncio.sleep(1 / self._rate)

    async def finish(self, seconds: float) -> float:
        """Write no more, and how long it took until everybody had everything; raises TimeoutError after so many seconds."""
        began = time.monotonic()
        await _ended(self._writing)
        async with asyncio.timeout(seconds):
            while any(page.outbox for page in self.pages) or len({page.seq for page in self.pages}) > 1:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.1)
        return time.monotonic() - began

    async def caught_up(self, seconds: float) -> float:
        """How long it takes until everybody has heard what was acknowledged so far."""
        began, end = time.monotonic(), self.newest
        async with asyncio.timeout(seconds):
            while min(page.seq for page in self.pages) < end:  # noqa: ASYNC110 - a client has no event for it
                await asyncio.sleep(0.02)
        return time.monotonic() - began

    @property
    def newest(self) -> int:
        return max((seq for page in self.pages for seq in page.acknowledged.values()), default=0)

    @property
    def acknowledged(self) -> dict[str, int]:
        return {client_id: seq for page in self.pages for client_id, seq in page.acknowledged.items()}

    def longest_wait(self, since: float) -> float:
        return max((wait for page in self.pages for at, wait in page.waits if at >= since), default=0.0)

    def answered(self, since: float) -> int:
        return sum(at >= since for page in self.pages for at, _wait in page.waits)


@dataclass(frozen=True)
class Verdict:
    """What the database holds beside what was acknowledged and heard: all nothing, but for who was away too long."""

    lost: int
    duplicated: int
    elsewhere: int
    out_of_order: int
    gaps: int
    begun_anew: int

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.duplicated or self.elsewhere or self.out_of_order or self.gaps)


def judged(crowd: Crowd, data: Path) -> Verdict:
    with contextlib.closing(sqlite3.connect(data / "guildhall.sqlite3")) as database:
        stored = [(seq, client_id) for client_id, seq in database.execute("SELECT client_id, seq FROM messages ORDER BY seq")]
    by_id = {client_id: seq for seq, client_id in stored}
    acknowledged = crowd.acknowledged
    return Verdict(
        lost=sum(client_id not in by_id for client_id in acknowledged),
        duplicated=len(stored) - len(by_id) + sum(len(page.heard) - len(set(page.heard)) for page in crowd.pages),
        elsewhere=sum(by_id.get(client_id, seq) != seq for client_id, seq in acknowledged.items()),
        out_of_order=sum(page.heard != sorted(page.heard) or not set(page.heard) <= set(stored) for page in crowd.pages),
        gaps=sum([seq for seq, _client_id in page.heard] != list(range(1, len(stored) + 1)) for page in crowd.pages),
        begun_anew=sum(page.resets for page in crowd.pages),
    )


async def _ended(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
