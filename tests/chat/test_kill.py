"""kill -9 while messages and replies are in flight: what was acknowledged is there once, what is sent again is there once.

On either database; tests/reliability does the same with the demonstration network and more of all.
"""

import asyncio
import contextlib
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from community.storage import rows, value
from tests.servers import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

MESSAGES, REPLIES, KILLS, WRITERS = 200, 64, 2, 8
ROOT = Path(__file__).parents[2]


@dataclass
class Site:
    database: str
    folder: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chat.served", self.database, str(self.folder), str(self.port),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
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


@dataclass
class Replier:
    """A browser that sends its replies, one after the other, each until it was taken."""

    cookie: str
    texts: list[str]

    async def reply_all(self, site: Site) -> None:
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{site.port}", headers=headers, trust_env=False, timeout=15
        ) as browser:
            for text in self.texts:
                await self._reply(browser, f"/threads/{site.told['thread']}/replies", {"body": text, "client_id": str(uuid4())})

    async def _reply(self, browser: httpx2.AsyncClient, path: str, form: dict[str, str]) -> None:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                answer = await browser.post(path, data=form)
                assert answer.status_code == 303, answer.status_code
                return
            await asyncio.sleep(0.05)


async def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(database: str, tmp_path: Path) -> None:
    site = Site(database, tmp_path, free_port())
    await site.start()
    writers = [Writer({str(uuid4()): f"message {n} of {number}" for n in range(MESSAGES // WRITERS)}) for number in range(WRITERS)]
    readers = [Reader(), Reader()]
    tasks = [asyncio.create_task(writer.write_all(site)) for writer in writers]
    cookies: list[str] = site.told["cookies"]  # type: ignore[assignment]
    repliers = [Replier(cookie, [f"reply {n} of {mine}" for n in range(REPLIES // WRITERS)]) for mine, cookie in enumerate(cookies)]
    tasks += [asyncio.create_task(replier.reply_all(site)) for replier in repliers]
    reading = [asyncio.create_task(reader.read(site, MESSAGES)) for reader in readers]
    whims = random.Random(9)
    for _ in range(KILLS):
        await asyncio.sleep(whims.uniform(0.1, 0.5))
        await site.kill()
        await site.start()
    async with asyncio.timeout(60):
        await asyncio.gather(*tasks, *reading)
    await site.kill()
    stored = {str(row["client_id"]): row["seq"] for row in await rows("SELECT client_id, seq FROM messages")}
    entries = [row["seq"] for row in await rows("SELECT seq FROM room_entries ORDER BY seq")]
    count = await value("SELECT COUNT(*) FROM messages")
    acknowledged = {client_id: seq for writer in writers for client_id, seq in writer.acknowledged.items()}
    assert count == len(acknowledged) == MESSAGES
    assert stored == acknowledged
    assert entries == list(range(1, MESSAGES + 1))
    for reader in readers:
        assert reader.heard == entries
    replies = await rows("SELECT source, number FROM replies ORDER BY number")
    assert [row["number"] for row in replies] == list(range(1, REPLIES + 2))
    assert sorted(row["source"] for row in replies[1:]) == sorted(text for replier in repliers for text in replier.texts)
