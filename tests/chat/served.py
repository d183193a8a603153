"""`python -m tests.chat.served FOLDER PORT`: the site in a process of its own, to be killed. Says "ready" once it listens."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import uvicorn

from community.accounts.identity import cookie_name
from community.accounts.models import Member
from community.accounts.sessions import open_session
from community.app import make_app
from community.audience import MEMBERS
from community.chat.models import Room
from community.chat.sockets import gateway_running
from community.storage import database_open, unit_of_work
from realtime.house import Limits
from realtime.ports import on_web_port
from tests.databases import create_tables


class Ready(uvicorn.Server):
    async def startup(self, sockets: object = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        print("ready", flush=True)


async def serve(folder: Path, port: int) -> None:
    url = f"sqlite://{folder / 'site.sqlite3'}"
    is_new = not (folder / "told.json").exists()
    if is_new:
        await create_tables(url)
    async with database_open(url):
        if is_new:
            (folder / "told.json").write_text(json.dumps(await settle()))
        async with gateway_running(replace(Limits(), frames_per_s=5000, burst=5000, per_member=1000)) as gateway:
            config = uvicorn.Config(make_app(), port=port, ws=on_web_port(gateway), lifespan="off", log_level="warning")
            await Ready(config).serve()


async def settle() -> dict[str, object]:
    async with unit_of_work():
        member = await Member.create(
            handle="amara", handle_folded="amara", name="Amara Diallo", name_folded="amara diallo", trust="trusted",
            email="amara@school.example",
        )  # fmt: skip
        room = await Room.create(name="Clinic", author_id=member.id, client_id=uuid4(), audience=MEMBERS)
        session = await open_session(member.id, "tests", keep=True)
    return {"cookie": f"{cookie_name()}={session.token}", "room": room.id, "epoch": room.epoch}


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
