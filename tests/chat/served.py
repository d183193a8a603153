"""`python -m tests.chat.served DATABASE FOLDER PORT`: the site in a process of its own, to be killed. Says "ready" once it listens.

What a visitor needs to know (cookies, room, thread) is told in FOLDER/told.json, made at the first start.
"""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import uvicorn

from community.accounts.identity import cookie_name
from community.accounts.sessions import open_session
from community.app import make_app
from community.audience import MEMBERS
from community.chat.models import Room
from community.chat.sockets import gateway_running
from community.storage import database_open, unit_of_work
from realtime.house import Limits
from realtime.ports import on_web_port
from tests.discussions.factories import make_thread
from tests.factories import make_member

REPLIERS = 8


class Ready(uvicorn.Server):
    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        print("ready", flush=True)


async def serve(url: str, folder: Path, port: int) -> None:
    async with database_open(url):
        if not (folder / "told.json").exists():
            (folder / "told.json").write_text(json.dumps(await settle()))
        async with gateway_running(replace(Limits(), frames_per_s=5000, burst=5000, per_member=1000)) as gateway:
            config = uvicorn.Config(make_app(), port=port, ws=on_web_port(gateway), lifespan="off", log_level="warning")
            await Ready(config).serve()


async def settle() -> dict[str, object]:
    members = [await make_member() for _ in range(REPLIERS)]
    thread = await make_thread(members[0])
    async with unit_of_work():
        room = await Room.create(name="Clinic", author_id=members[0].id, client_id=uuid4(), audience=MEMBERS)
        sessions = [await open_session(member.id, "tests", keep=True) for member in members]
    cookies = [f"{cookie_name()}={session.token}" for session in sessions]
    return {"cookie": cookies[0], "cookies": cookies, "room": room.id, "epoch": room.epoch, "thread": thread.id}


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
