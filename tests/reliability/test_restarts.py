"""SIGTERM under load, the listening socket handed from process to process: no request fails, no message is lost."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from bench.restarts import HandedOver, Load, restarted_under_load
from community.accounts.sessions import open_session
from community.audience import MEMBERS
from community.chat.models import Room
from community.storage import database_open, unit_of_work
from tests.backups.conftest import make_tables
from tests.factories import make_member

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_a_restart_under_load_fails_nobody_and_loses_nothing(tmp_path) -> None:
    tokens, room = await settled(tmp_path)
    with HandedOver(tmp_path) as site:
        load = Load(site.address, tokens, room.id, ("/", "/discussions", "/healthz"))
        following = asyncio.create_task(load.follow(room.epoch, 0))
        ended = await restarted_under_load(site, load, times=1, between_s=1.5, people=(3, 2))
        async with asyncio.timeout(20):
            while len(load.heard) < len(load.acknowledged):  # noqa: ASYNC110 - hearing has no end to wait for
                await asyncio.sleep(0.1)
        following.cancel()
    assert load.failures == []
    assert load.answers[200] > 10
    with closing(sqlite3.connect(tmp_path / "guildhall.sqlite3")) as database:
        stored = [text for (text,) in database.execute("SELECT source FROM messages ORDER BY seq")]
    assert len(stored) == len(set(stored))
    assert set(stored) == load.acknowledged
    assert load.heard == list(range(1, len(stored) + 1))
    assert set(load.closed_with) <= {1012, 0}
    assert load.closed_with[1012] >= 1
    assert max(ended) < 12
    assert "Traceback" not in site.log()


async def settled(folder: Path) -> tuple[list[str], Room]:
    async with database_open(f"sqlite://{folder / 'guildhall.sqlite3'}"):
        await make_tables()
        members = [await make_member(f"Member {number}") for number in range(4)]
        async with unit_of_work():
            room = await Room.create(name="Clinic", author_id=members[0].id, client_id=uuid4(), audience=MEMBERS)
            return [(await open_session(member.id, "tests", keep=True)).token for member in members], room
