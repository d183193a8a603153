"""A house of cards: logs, sessions and rights in dicts, and a line to the gateway that a test can read."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime.frames import Ack, Command, Delete, Edit, Refused, Send
from realtime.gateway import Gateway
from realtime.house import Entry, Limits, Mark, Refusal, RequestHead, Session
from realtime.origin import is_same_origin
from realtime.ports import on_own_port

PEOPLE = {"amara": 1, "bagus": 2, "chen": 3}


@dataclass
class Log:
    epoch: int = 7
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    first: int = 1

    def add(self, text: str) -> int:
        self.entries.append({"kind": "sent", "text": text})
        return len(self.entries)


class FakeHouse:
    def __init__(self) -> None:
        self.logs: dict[str, Log] = defaultdict(Log)
        self.logs["room:1"] = Log()
        self.barred: set[tuple[int, str]] = set()
        self.ended: set[int] = set()
        self.lost: set[str] = set()
        self.blind = False
        self.expires_in = 3600.0
        self.admission_s = 0.0
        self.gateway: Gateway | None = None

    async def admit(self, head: RequestHead) -> Session | Refusal:
        await asyncio.sleep(self.admission_s)
        if not is_same_origin(head):
            return Refusal(403, "Another site asks.")
        who = dict(part.split("=") for part in ";".join(head.values("cookie")).split(";") if "=" in part).get("session")
        if who not in PEOPLE or PEOPLE[who] in self.ended:
            return Refusal(403, "Sign in again.")
        member = PEOPLE[who]
        return Session(member, who, {"id": member, "name": who}, frozenset({f"member:{member}"}), self.expires_in, None)

    async def renewed(self, session: Session) -> Session | None:
        return None if session.member in self.ended else replace(session, expires_in=3600.0)

    async def may_follow(self, session: Session, topic: str) -> bool:
        await asyncio.sleep(0)
        return topic in self.logs and (session.member, topic) not in self.barred

    def gathers(self, topic: str) -> bool:
        return topic in self.logs

    async def heads(self, topics: Sequence[str]) -> Mapping[str, Mark]:
        await asyncio.sleep(0)
        return {name: Mark(self.logs[name].epoch, len(self.logs[name].entries)) for name in topics if name in self.logs}

    def fresh(self, topic: str, after: int) -> Sequence[Entry]:  # noqa: ARG002 - this one remembers nothing
        return ()

    async def entries(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        await asyncio.sleep(0)
        log = self.logs[topic]
        numbered = [(seq, entry) for seq, entry in enumerate(log.entries, 1) if seq > after and seq >= log.first]
        return numbered[:limit]

    async def command(self, session: Session, command: Command) -> Ack | Refused | None:
        match command:
            case Send(topic=topic) if (session.member, topic) in self.barred:
                return Refused(str(command.client_id), "not-found", "There is no such room.")
            case Send(topic=topic, client_id=client_id, text=text):
                seq = self.logs[topic].add(text)
                if self.gateway:
                    self.gateway.announce(topic)
                return Ack(str(client_id), seq, topic, seq)
            case Edit() | Delete():
                raise RuntimeError("the house is broken")
        return None

    def failure(self, session: Session, command: Command) -> Refused:  # noqa: ARG002 - the house's signature
        return Refused(str(command.client_id), "failed", "Wait.", 2.0)

    async def changed_rights(self) -> frozenset[str]:
        if self.blind:
            raise OSError("the database is away")
        lost, self.lost = self.lost, set()
        return frozenset(lost)


class Line:
    """A client."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def send(self, text: str, room: int = 1) -> str:
        client_id = str(uuid4())
        await self.say(type="send", room=room, client_id=client_id, text=text)
        return client_id

    async def hear(self, *kinds: str, within: float = 3) -> dict[str, Any]:
        """The next frame of these kinds (of any, when none is given); others are passed over."""
        async with asyncio.timeout(within):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                if not kinds or frame["type"] in kinds:
                    return frame

    async def entries(self, count: int, within: float = 5) -> list[dict[str, Any]]:
        return [await self.hear("entry", within=within) for _ in range(count)]

    async def silent_for(self, seconds: float, kind: str = "entry") -> bool:
        try:
            await self.hear(kind, within=seconds)
        except (TimeoutError, ConnectionClosed):
            return True
        return False

    async def code(self, within: float = 3) -> int:
        """The code it is closed with."""
        async with asyncio.timeout(within):
            await self.socket.wait_closed()
        return self.socket.close_code or 0

    async def close(self) -> None:
        await self.socket.close()


@dataclass
class Site:
    gateway: Gateway
    port: int

    async def line(self, who: str = "amara", origin: str | None = None, **kw: Any) -> Line:
        address = f"127.0.0.1:{self.port}"
        headers = {"Cookie": f"session={who}"} | kw.pop("headers", {})
        socket = await connect(
            f"ws://{address}/ws",
            origin=origin or f"http://{address}",  # type: ignore[arg-type]
            additional_headers=headers,
            compression=None,
            proxy=None,
            **kw,
        )
        return Line(socket)


@asynccontextmanager
async def opened_site(house: FakeHouse, limits: Limits) -> AsyncIterator[Site]:
    """A gateway on a port of its own."""
    gateway = house.gateway = Gateway(house, limits=limits)
    server = await on_own_port(gateway, "127.0.0.1", 0)
    await gateway.start()
    try:
        yield Site(gateway, server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await gateway.close()
        await server.wait_closed()
