"""kill -9 while messages are in flight: what was acknowledged is there once, what is sent again is there once."""

import asyncio
import contextlib
import json
import random
import socket
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

MESSAGES, KILLS, WRITERS = 200, 2, 8
ROOT = Path(__file__).parents[2]


@dataclass
class Site:
    folder: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chat.served", str(self.folder), str(self.port), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            assert await self.process.stdout.readline() == b"ready\n"

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    @property
    def told(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "told.json").read_text())
        return found

    def line(self) -> connect:
        address = f"127.0.0.1:{self.port}"
        return connect(
            f"ws://{address}/ws", origin=f"http://{address}", additional_headers={"Cookie": str(self.told["cookie"])},  # type: ignore[arg-type]
            compression=None, proxy=None, open_timeout=5,
        )  # fmt: skip


@dataclass
class Writer:
    """A client as the page is: an outbox, resent on every new line until each message is acknowledged."""

    outbox: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)

    async def write_all(self, site: Site) -> None:
        while self.outbox:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async with asyncio.timeout(15), site.line() as socket:
                    await self._talk(socket, int(str(site.told["room"])))
            await asyncio.sleep(0.05)

    async def _talk(self, socket, room: int) -> None:
        sending = asyncio.create_task(self._send(socket, room))
        try:
            while self.outbox:
                frame = json.loads(await socket.recv())
                assert frame["type"] == "ack", frame
                self.acknowledged[frame["client_id"]] = frame["seq"]
                self.outbox.pop(frame["client_id"], None)
        finally:
            sending.cancel()

    async def _send(self, socket, room: int) -> None:
        for client_id, text in list(self.outbox.items()):
            await socket.send(json.dumps({"type": "send", "room": room, "client_id": client_id, "text": text}))
            await asyncio.sleep(0.03)


@dataclass
class Reader:
    """A client that follows from (epoch, seq), whatever happens to its line."""

    heard: list[int] = field(default_factory=list)

    async def read(self, site: Site, until: int) -> None:
        while len(self.heard) < until:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async with asyncio.timeout(15), site.line() as socket:
                    ask = {"type": "subscribe", "room": site.told["room"], "epoch": site.told["epoch"], "seq": len(self.heard)}
                    await socket.send(json.dumps(ask))
                    while len(self.heard) < until:
                        frame = json.loads(await socket.recv())
                        assert frame["type"] != "reset"
                        if frame["type"] == "entry":
                            self.heard.append(frame["seq"])
            await asyncio.sleep(0.05)


async def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        site = Site(tmp_path, free.getsockname()[1])
    await site.start()
    writers = [Writer({str(uuid4()): f"message {n} of {number}" for n in range(MESSAGES // WRITERS)}) for number in range(WRITERS)]
    readers = [Reader(), Reader()]
    tasks = [asyncio.create_task(writer.write_all(site)) for writer in writers]
    reading = [asyncio.create_task(reader.read(site, MESSAGES)) for reader in readers]
    whims = random.Random(9)
    for _ in range(KILLS):
        await asyncio.sleep(whims.uniform(0.1, 0.5))
        await site.kill()
        await site.start()
    async with asyncio.timeout(60):
        await asyncio.gather(*tasks, *reading)
    await site.kill()
    with contextlib.closing(sqlite3.connect(tmp_path / "site.sqlite3")) as database:
        stored = dict(database.execute("SELECT client_id, seq FROM messages").fetchall())
        entries = [row[0] for row in database.execute("SELECT seq FROM room_entries ORDER BY seq")]
        count = database.execute("SELECT COUNT(*) FROM messages").fetchone()[0]
    acknowledged = {client_id: seq for writer in writers for client_id, seq in writer.acknowledged.items()}
    assert count == len(acknowledged) == MESSAGES
    assert stored == acknowledged
    assert entries == list(range(1, MESSAGES + 1))
    for reader in readers:
        assert reader.heard == entries
