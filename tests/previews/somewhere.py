"""Servers elsewhere, on this machine: they answer what a test says, byte by byte, and remember what they were asked."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from community.previews.fetching import Fetcher
from community.previews.guarding import Address, is_public

Answer = Callable[[asyncio.StreamWriter, str], Awaitable[None]]
PUBLIC = "93.184.215.14"  # what names resolve to in these tests


@dataclass
class Elsewhere:
    """One server. `asked` are the heads of requests, `looked_up` the names that were resolved, `reached` the connections made."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    reached: int = 0

    def url(self, path: str = "/", host: str = "school.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def fetcher(self, names: dict[str, list[str]] | None = None, **given: object) -> Fetcher:
        """A fetcher whose names are these, that takes 127.0.0.1 on the server's port for public, and nothing else that is not."""
        known = {"school.example": ["127.0.0.1"]} | (names or {})

        async def resolve(host: str, _port: int) -> list[str]:
            self.looked_up.append(host)
            return known[host] if host in known else [str(ip_address(host))]

        def may_ask(address: Address, port: int) -> bool:
            return (str(address) == "127.0.0.1" and port == self.port) or (is_public(address) and port in {80, 443})

        return Fetcher(agent="Guildhall tests", resolve=resolve, may_ask=may_ask, **given)  # type: ignore[arg-type]


@asynccontextmanager
async def elsewhere(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Elsewhere]:
    place = Elsewhere()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place.reached += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            place.asked.append(head)
            await answer(writer, head)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    place.port = server.sockets[0].getsockname()[1]
    try:
        yield place
    finally:
        server.close()


def page(
    body: bytes = b"<title>A bench</title>", headers: str = "Content-Type: text/html; charset=utf-8", status: str = "200 OK"
) -> Answer:
    async def answer(writer: asyncio.StreamWriter, _head: str) -> None:
        writer.write(f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    return answer


def redirect(to: str, status: str = "302 Found") -> Answer:
    return page(b"", f"Location: {to}", status)
