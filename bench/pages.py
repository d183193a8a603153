"""Pages: requests a second, processor time a request, bytes. Sixteen connections that ask again as soon as they are answered."""

import asyncio
import statistics
import time
from dataclasses import dataclass

from bench.full_thread import write_full_thread
from bench.server import Server, demo_site, sign_in
from community.accounts.models import Member
from community.storage import database_open

CONNECTIONS = 16
SECONDS = 4.0
PAGES = ["/", "/discussions", "/threads/1", "/rooms", "/practices", "/exchange", "/people"]  # /search is throttled: bench/search.py


@dataclass(frozen=True)
class Measured:
    """What one page cost."""

    per_second: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    bytes: int
    bad: int


def main() -> None:
    with demo_site() as server:
        member = sign_in(server, "member")
        print(f"{'page':<28}{'who':<8}{'req/s':>8}{'CPU ms':>9}{'p50 ms':>9}{'p99 ms':>9}{'bytes':>9}{'bad':>5}")
        full = f"/threads/{asyncio.run(_full_thread(server))}"
        for path, coding, told in [*((path, "gzip", path) for path in PAGES), (full, "identity", "20 full posts, plain")]:
            for who, cookie in (("guest", ""), ("member", member)):
                found = asyncio.run(measure(server, path, cookie, coding))
                print(
                    f"{told:<28}{who:<8}{found.per_second:>8.0f}{found.cpu_ms:>9.2f}{found.p50_ms:>9.1f}{found.p99_ms:>9.1f}"
                    f"{found.bytes:>9}{found.bad:>5}", flush=True,
                )  # fmt: skip


async def _full_thread(server: Server) -> int:
    """Written beside the server, by members of the demonstration."""
    async with database_open(f"sqlite://{server.data}/guildhall.sqlite3"):
        writers = await Member.filter(trust="trusted").order_by("id").limit(8)
        return await write_full_thread(writers)


async def measure(server: Server, path: str, cookie: str, coding: str = "gzip") -> Measured:
    times: list[float] = []
    bad: list[int] = []
    sizes: list[int] = []
    asked = _request(server, path, cookie, coding)
    await _load(server, asked, 1.0, [], [], [])  # warm
    before, began = server.cpu_seconds(), time.monotonic()
    await _load(server, asked, SECONDS, times, bad, sizes)
    spent, lasted = server.cpu_seconds() - before, time.monotonic() - began
    times.sort()
    return Measured(
        len(times) / lasted, spent / len(times) * 1000, statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000,
        sizes[-1], len(bad),
    )  # fmt: skip


def _request(server: Server, path: str, cookie: str, coding: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept-Encoding: {coding}\r\nCookie: {cookie}\r\n\r\n".encode()


async def _load(server: Server, asked: bytes, seconds: float, times: list[float], bad: list[int], sizes: list[int]) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(_ask_again(server, asked, until, times, bad, sizes) for _ in range(CONNECTIONS)))


async def _ask_again(server: Server, asked: bytes, until: float, times: list[float], bad: list[int], sizes: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    while time.monotonic() < until:
        began = time.monotonic()
        writer.write(asked)
        status, size = await _answer(reader)
        times.append(time.monotonic() - began)
        sizes.append(size)
        if status != 200:
            bad.append(status)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"content-length: " in head:
        size = int(head.split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(size)
        return status, size
    size = 0
    while (length := int(await reader.readline(), 16)) > 0:
        await reader.readexactly(length + 2)
        size += length
    await reader.readline()
    return status, size


if __name__ == "__main__":
    main()
