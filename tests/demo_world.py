"""The demonstration network in a database of its own, copied for each test that wants it."""

import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from community import clock
from community.accounts.models import Member
from community.accounts.sessions import open_session
from community.discovery.engines import engine_in_use
from community.storage import close_database, database_open, execute, unit_of_work
from search.embedded import EmbeddedEngine
from tests.demo_data import copy_demo

VIEWERS = {
    "guest": None, "newcomer": "newcomer", "member": "member", "outsider": "outsider", "coordinator": "coordinator",
    "coordinator elsewhere": "lucia-f", "moderator": "moderator", "steward": "steward",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """A filled database and the session token of each viewer."""

    database: Path
    tokens: dict[str, str]


@asynccontextmanager
async def filled_world() -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory(prefix="guildhall-demo-") as folder:
        await close_database()  # another test's, which stays open for the next
        copy_demo(Path(folder))
        path = Path(folder) / "guildhall.sqlite3"
        async with database_open(f"sqlite://{path}"):
            tokens = {viewer: await _token(address) for viewer, address in VIEWERS.items() if address}
        with sqlite3.connect(path) as connection:  # what stands in the log goes into the file that is copied
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        yield World(path, tokens)


async def _token(address: str) -> str:
    member = await Member.get(email=f"{address}@demo.example")
    async with unit_of_work():
        return (await open_session(member.id, "tests", keep=True)).token


@asynccontextmanager
async def copy_of(world: World) -> AsyncIterator[None]:
    """A copy of the world, open in this process."""
    with tempfile.TemporaryDirectory(prefix="guildhall-demo-") as folder:
        path = Path(folder) / "copy.sqlite3"
        shutil.copy(world.database, path)
        await close_database()
        async with database_open(f"sqlite://{path}"):
            async with unit_of_work():  # however long the run takes, each viewer has signed in a moment ago
                await execute("UPDATE sessions SET proven_at = :now", now=clock.now())
            with engine_in_use(EmbeddedEngine(None)):
                yield
