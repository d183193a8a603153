"""Twelve connections that send slowly, directly and through the shipped nginx and Caddy: when each is cut, what others notice."""

import asyncio
import ssl
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import httpx2

from bench.proxies import Proxy, caddy, nginx, program
from bench.restarts import HandedOver, load_demo

SLOW, VISITORS, COUNTED_S, LONGEST_S = 12, 6, 12.0, 25.0
HEAD = (
    b"POST /signin HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 50000\r\n\r\n"
)


async def slow_connection(port: int, trust: ssl.SSLContext | None, kind: str, every_s: float = 1.0) -> float:
    """Open a connection and send slowly until it is cut: how many seconds that took. `kind`: silent, head, body, stopped body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trust, server_hostname="localhost" if trust else None)
    began = time.monotonic()
    if "body" in kind:
        writer.write(HEAD)
    sending = asyncio.create_task(_drip(writer, kind, every_s))
    try:
        async with asyncio.timeout(LONGEST_S):
            with suppress(ConnectionError, ssl.SSLError):
                while await reader.read(4096):
                    pass
    except TimeoutError:
        return float("inf")
    finally:
        sending.cancel()
        writer.transport.abort()
    return time.monotonic() - began


async def _drip(writer: asyncio.StreamWriter, kind: str, every_s: float) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        for byte in (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " if kind == "head" else b"email=") + b"a" * 2000:
            if kind in {"head", "body"}:
                writer.write(bytes([byte]))
                await writer.drain()
            await asyncio.sleep(every_s)


async def visits(address: str, trust: ssl.SSLContext | bool, seconds: float) -> list[float]:
    """How long others wait for a page meanwhile."""
    waits: list[float] = []
    until = time.monotonic() + seconds

    async def visit() -> None:
        async with httpx2.AsyncClient(base_url=address, verify=trust, trust_env=False, timeout=20) as browser:
            while time.monotonic() < until:
                began = time.monotonic()
                assert (await browser.get("/threads/1")).status_code == 200
                waits.append(time.monotonic() - began)
                await asyncio.sleep(0.05)

    await asyncio.gather(*(visit() for _ in range(VISITORS)))
    return sorted(waits)


async def measure(name: str, address: str, port: int, trust: ssl.SSLContext | None) -> None:
    base = await visits(address, trust or True, COUNTED_S)
    kinds = ["silent", "head", "body", "stopped body"] * (SLOW // 4)
    slow = [asyncio.create_task(slow_connection(port, trust, kind)) for kind in kinds]
    beside = await visits(address, trust or True, COUNTED_S)
    cut = await asyncio.gather(*slow)
    longest = {kind: max(seconds for one, seconds in zip(kinds, cut, strict=True) if one == kind) for kind in kinds[:4]}
    p95 = [waits[int(len(waits) * 0.95)] * 1000 for waits in (base, beside)]
    never = f"not within {LONGEST_S:.0f} s"
    said = ", ".join(f"{kind} {never if seconds > LONGEST_S else f'{seconds:.1f} s'}" for kind, seconds in longest.items())
    print(f"{name}: cut after {said}", flush=True)
    print(f"{name}: others' p95 {p95[0]:.0f} ms before, {p95[1]:.0f} ms beside ({p95[1] / p95[0]:.2f} times)", flush=True)


async def main() -> None:
    proxies: dict[str, Callable[[int], AbstractContextManager[Proxy]]] = {"nginx": nginx, "caddy": caddy}
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as folder:
        await asyncio.to_thread(load_demo, folder)
        with HandedOver(Path(folder)) as site:
            await measure("directly", site.address, site.port, None)
            for name, started in proxies.items():
                if program(name) is None:
                    print(f"{name}: not installed")
                    continue
                with started(site.port) as proxy:
                    await measure(name, proxy.address, proxy.port, proxy.trust)


if __name__ == "__main__":
    asyncio.run(main())
