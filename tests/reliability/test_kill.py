"""kill -9 while 200 replies and 200 messages are in flight, restart, clients try again: five times.

Every acknowledged one is there once, none is there twice, the numbers of the thread and of the room have no gap.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from community.accounts.models import Member
from community.accounts.sessions import open_session
from community.storage import database_open, unit_of_work
from tests.sites import Site, demo_site

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

EACH, TIMES = 200, 5
THREAD, ROOM = 2, 1
FORM = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with demo_site() as running:
        yield running


class Sender:
    """Sends each text until it is acknowledged, always with the same client id."""

    def __init__(self, site: Site, tokens: list[str]) -> None:
        self.site, self.tokens = site, tokens
        self.acknowledged: set[str] = set()
        self.begun = asyncio.Event()

    async def send_all(self, round_number: int) -> None:
        jobs = [("replies", f"/threads/{THREAD}/replies", "body"), ("messages", f"/rooms/{ROOM}/messages", "text")]
        limits = httpx2.Limits(max_connections=40, max_keepalive_connections=0)
        async with (
            httpx2.AsyncClient(base_url=self.site.address, headers=FORM, limits=limits) as client,
            asyncio.TaskGroup() as group,
        ):
            gate = asyncio.Semaphore(40)
            for kind, path, field in jobs:
                for number in range(EACH):
                    request = client.build_request(
                        "POST",
                        path,
                        timeout=20,
                        data={"client_id": str(uuid4()), field: f"{kind} {round_number}.{number} kept"},
                        headers={"Cookie": f"session={self.tokens[number % len(self.tokens)]}"},
                    )
                    group.create_task(self._send(gate, client, request, f"{kind} {round_number}.{number} kept"))

    async def _send(self, gate: asyncio.Semaphore, client: httpx2.AsyncClient, request: httpx2.Request, text: str) -> None:
        while text not in self.acknowledged:
            async with gate:
                try:
                    answer = await client.send(request)
                    if answer.status_code == 303:
                        self.acknowledged.add(text)
                        if len(self.acknowledged) % (EACH * 2) > EACH // 3:
                            self.begun.set()
                    else:
                        assert answer.status_code in {429, 503}, answer.text
                        await asyncio.sleep(0.5)
                except httpx2.TransportError:
                    await asyncio.sleep(0.2)


async def test_what_was_acknowledged_is_there_once_and_nothing_twice(site: Site) -> None:
    sender = Sender(site, await tokens_of_members(site.data / "guildhall.sqlite3"))
    for round_number in range(TIMES):
        sender.begun.clear()
        sending = asyncio.create_task(sender.send_all(round_number))
        await asyncio.wait_for(sender.begun.wait(), 120)
        await asyncio.to_thread(site.kill)
        await asyncio.to_thread(site.start)
        await asyncio.wait_for(sending, 240)
    site.kill()
    stored = Counter(stored_texts(site.data / "guildhall.sqlite3"))
    assert len(sender.acknowledged) == EACH * 2 * TIMES
    assert {text for text, times in stored.items() if times != 1} == set()
    assert sender.acknowledged <= set(stored)


async def tokens_of_members(database: Path) -> list[str]:
    """Sessions of many members, so that no throttle of one of them matters."""
    async with database_open(f"sqlite://{database}"):
        members = await Member.filter(trust="trusted").order_by("id")
        async with unit_of_work():
            return [(await open_session(member.id, "tests", keep=True)).token for member in members]


def stored_texts(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        replies = connection.execute("SELECT source, number FROM replies WHERE thread_id = ? ORDER BY number", [THREAD]).fetchall()
        entries = connection.execute("SELECT seq FROM room_entries WHERE room_id = ? ORDER BY seq", [ROOM]).fetchall()
        messages = connection.execute("SELECT source FROM messages WHERE room_id = ?", [ROOM]).fetchall()
    connection.close()
    assert [number for _, number in replies] == list(range(1, len(replies) + 1))
    assert [seq for (seq,) in entries] == list(range(1, len(entries) + 1))
    return [text for text, *_ in [*replies, *messages] if text.endswith(" kept")]
