"""A site with a room, or several, and one member, over a fresh database on disk, without the limits that a bench would run into.

Pages and sockets, as `guildhall web` runs them: the worker that indexes has a process of its own. Prints one line of JSON: port,
cookie, room, epoch, rooms.
"""

import json
import tempfile
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import uvicorn
import uvloop

from community.accounts.identity import cookie_name
from community.accounts.models import Member
from community.accounts.sessions import open_session
from community.app import make_app
from community.audience import MEMBERS
from community.chat.models import Room
from community.chat.sockets import gateway_running
from community.storage import database_open, unit_of_work
from community.web.listening import keep_what_is_loaded
from realtime.house import Limits
from realtime.ports import on_web_port
from tests.databases import create_tables

UNLIMITED = replace(
    Limits(), per_member=50_000, in_all=50_000, frames_per_s=1e6, burst=1_000_000, hello_s=120, head_s=60, quiet_s=300
)


async def serve(url: str, rooms: int) -> None:
    await create_tables(url)
    async with database_open(url):
        told = await _settle(rooms)
        async with gateway_running(UNLIMITED) as gateway:
            config = uvicorn.Config(
                make_app(), port=0, ws=on_web_port(gateway), http="httptools", loop="none", lifespan="off", log_level="warning",
                access_log=False, backlog=2048,
            )  # fmt: skip
            await _Announced(config, told).serve()


class _Announced(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, told: dict[str, object]) -> None:
        super().__init__(config)
        self._told = told

    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        keep_what_is_loaded()
        port = self.servers[0].sockets[0].getsockname()[1]
        print(json.dumps({"port": port, **self._told}), flush=True)


async def _settle(rooms: int) -> dict[str, object]:
    async with unit_of_work():
        member = await Member.create(
            handle="bench", handle_folded="bench", name="Bench", name_folded="bench", email="bench@school.example", trust="trusted"
        )
        made = [await Room.create(name="Bench", author_id=member.id, client_id=uuid4(), audience=MEMBERS) for _ in range(rooms)]
        session = await open_session(member.id, "bench", keep=True)
    return {
        "cookie": f"{cookie_name()}={session.token}", "room": made[0].id, "epoch": made[0].epoch, "rooms": [one.id for one in made]
    }  # fmt: skip


if __name__ == "__main__":
    asked = ArgumentParser()
    asked.add_argument("--rooms", type=int, default=1)
    asked.add_argument("--database", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as data:
        uvloop.run(serve(given.database or f"sqlite://{Path(data) / 'bench.sqlite3'}", given.rooms))
