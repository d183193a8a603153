"""Clients that send slowly are cut, by the site itself and through the shipped proxies; all else gets through them unharmed.

Times are shortened here; `python -m bench slow` measures the shipped ones.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from websockets.asyncio.client import connect

from bench.proxies import caddy, nginx, program
from bench.slow import slow_connection
from community.accounts.identity import cookie_name
from community.app import make_app
from community.chat.sockets import gateway_running
from community.files.routes import UPLOAD_BYTES
from community.settings import Settings
from community.web import slow_clients
from community.web.bodies import with_at_most
from community.web.limits import client_address
from community.web.slow_clients import Impatient
from realtime.ports import on_web_port
from tests.chat.factories import make_room, with_token
from tests.factories import make_member

pytestmark = pytest.mark.anyio

KINDS = ["silent", "head", "body", "stopped body"]


async def echo(request: Request) -> Response:
    body = await with_at_most(request, UPLOAD_BYTES).body()
    return JSONResponse({"from": client_address(request), "host": request.headers["host"], "bytes": len(body), "pad": "x" * 3000})


@pytest.fixture
def impatient(monkeypatch) -> None:
    monkeypatch.setattr(slow_clients, "HEAD_S", 0.5)
    monkeypatch.setattr(slow_clients, "FIRST_LOOK_S", 0.6)
    monkeypatch.setattr(slow_clients, "LOOK_S", 0.2)
    monkeypatch.setattr("community.web.limits.settings", lambda: Settings(proxies="127.0.0.1"))  # type: ignore[arg-type]


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    app = make_app()
    app.router.routes.append(Route("/echo", echo, methods=["GET", "POST"]))
    async with gateway_running() as gateway:
        config = uvicorn.Config(app, port=0, http=Impatient, ws=on_web_port(gateway), lifespan="off", log_level="critical",
                                proxy_headers=False, timeout_graceful_shutdown=1)  # fmt: skip
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.01)
        try:
            yield server.servers[0].sockets[0].getsockname()[1]
        finally:
            server.should_exit = True
            await running


async def cut(port: int, trust: ssl.SSLContext | None = None, kinds: Sequence[str] = KINDS) -> list[float]:
    return await asyncio.gather(*(slow_connection(port, trust, kind, every_s=0.1) for kind in [*kinds] * 3))


async def test_twelve_slow_connections_are_cut_and_a_steady_one_is_not(database, impatient) -> None:
    async with serving() as port:
        steady = asyncio.create_task(upload(f"http://127.0.0.1:{port}", True, pieces=20))
        seconds = await cut(port)
        assert max(seconds) < 3
        assert await steady == 20 * 4000


async def upload(address: str, trust: ssl.SSLContext | bool, pieces: int) -> int:
    """4 KB every 50 ms, for longer than a slow one is given."""

    async def body() -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield b"x" * 4000
            await asyncio.sleep(0.05)

    headers = {"Sec-Fetch-Site": "same-origin", "Content-Length": str(pieces * 4000)}
    async with httpx2.AsyncClient(base_url=address, verify=trust, trust_env=False, headers=headers) as browser:
        return int((await browser.post("/echo", content=body())).json()["bytes"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nginx", "caddy"])
async def test_the_shipped_proxy_cuts_who_is_slow_and_passes_on_all_else(database, impatient, name) -> None:
    if program(name) is None:
        pytest.skip(f"{name} is not installed")
    proxied = {"nginx": nginx, "caddy": caddy}[name]
    async with serving() as port:
        with proxied(port, patience="1s") as proxy:
            slow = asyncio.create_task(cut(proxy.port, proxy.trust))
            headers = {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip", "X-Forwarded-For": "203.0.113.9"}
            async with httpx2.AsyncClient(base_url=proxy.address, verify=proxy.trust, trust_env=False, headers=headers) as browser:
                answer = await browser.get("/echo")
                told = answer.json()
                assert (told["from"], told["host"]) == ("127.0.0.1", f"localhost:{proxy.port}"), "what a client claims is dropped"
                assert answer.headers["content-encoding"] == "gzip"
                assert answer.headers.get_list("vary") == ["Accept-Encoding"]
                assert (await browser.post("/echo", content=b"x" * 1_000_000)).json()["bytes"] == 1_000_000
                too_large = await browser.post("/echo", content=b"x" * 33_000_000)
                assert too_large.status_code == 413
                assert "Send a smaller file" in too_large.text, "in our words, and not in the proxy's"
                form = await browser.post(
                    "/signin", data={"email": "a@school.example", "pass_phrase": "x"}, headers={"Origin": proxy.address}
                )
                assert form.status_code == 422
            assert await upload(proxy.address, proxy.trust, pieces=20) == 20 * 4000
            await hear_through(proxy)
            assert max(await slow) < 5


async def hear_through(proxy) -> None:
    member = await make_member()
    room = await make_room()
    token = (await with_token(member))[1]
    async with connect(
        f"wss://localhost:{proxy.port}/ws", origin=proxy.address, additional_headers={"Cookie": f"{cookie_name()}={token}"},
        ssl=proxy.trust, proxy=None, compression=None,
    ) as line:  # fmt: skip
        await line.send(json.dumps({"type": "subscribe", "topic": f"room:{room.id}"}))
        async with asyncio.timeout(5):
            while json.loads(await line.recv())["type"] != "subscribed":
                pass
