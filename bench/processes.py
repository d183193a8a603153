"""Several web processes over one database, each of which can be killed and started again, and a room with members to meet in."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import uuid4

from bench.server import wait_until_ready
from community import clock
from community.accounts.models import Member
from community.accounts.sessions import open_session
from community.audience import MEMBERS
from community.chat.models import Room
from community.storage import database_open, unit_of_work
from tests.servers import free_port


@dataclass(frozen=True)
class Meeting:
    """A room and the sessions of those who meet there."""

    room: int
    epoch: str
    tokens: list[str]


class Processes:
    """`guildhall web`, so many times. A context manager: all have ended when it is left."""

    def __init__(self, data: Path, count: int, **settings: str) -> None:
        self._data, self._settings = data, settings
        self.ports = [free_port() for _ in range(count)]
        self._running: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            for number in range(len(self.ports)):
                self._launch(number)
            for number in range(len(self.ports)):
                self._wait(number)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for number in list(self._running):
            self.kill(number)

    def start(self, number: int) -> None:
        """Returns once it answers."""
        self._launch(number)
        self._wait(number)

    def _launch(self, number: int) -> None:
        environment = os.environ | {"GUILDHALL_DATA": str(self._data), "PORT": str(self.ports[number])} | self._settings
        with (self._data / "log").open("ab") as log:
            self._running[number] = subprocess.Popen(
                [sys.executable, "-m", "community", "web"], env=environment, stdout=log, stderr=log
            )

    def _wait(self, number: int) -> None:
        wait_until_ready(f"http://127.0.0.1:{self.ports[number]}/readyz", self._running[number])

    def kill(self, number: int) -> None:
        """At once: it ends nothing in order."""
        process = self._running.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait(20)

    def log(self) -> str:
        return (self._data / "log").read_text()


async def met(data: Path, people: int) -> Meeting:
    """So many members, and a room for them, in a database that has its tables."""
    async with database_open(f"sqlite://{data / 'guildhall.sqlite3'}"), unit_of_work():
        members = [await _member(number) for number in range(people)]
        room = await Room.create(name="Meeting", author_id=members[0].id, client_id=uuid4(), audience=MEMBERS)
        tokens = [(await open_session(member.id, "bench", keep=True)).token for member in members]
    return Meeting(room.id, room.epoch, tokens)


async def _member(number: int) -> Member:
    handle = f"member{number}"
    return await Member.create(
        handle=handle, handle_folded=handle, name=f"Member {number}", name_folded=f"member {number}", trust="trusted",
        email=f"{handle}@school.example", confirmed_at=clock.now(), admitted_at=clock.now(),
    )  # fmt: skip


def make_tables(data: Path) -> None:
    environment = os.environ | {"GUILDHALL_DATA": str(data)}
    subprocess.run([sys.executable, "-m", "community", "migrate"], env=environment, stdout=subprocess.DEVNULL, check=True)
