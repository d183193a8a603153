"""The real application with its sockets, on a port."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page
from websockets.asyncio.client import connect as open_socket

from community.accounts.identity import cookie_name
from community.accounts.models import Member
from community.app import make_app
from community.chat.sockets import gateway_running
from realtime.gateway import Gateway
from realtime.house import Limits
from realtime.ports import on_web_port
from tests.chat.factories import with_token
from tests.realtime.fake import Line

Open = Callable[..., Awaitable[Page]]
GENEROUS = replace(Limits(), frames_per_s=2000, burst=2000, close_s=0.5)


@dataclass
class House:
    gateway: Gateway
    address: str  # host:port

    async def line(self, member: Member, token: str = "") -> Line:
        token = token or (await with_token(member))[1]
        return await self.line_with(token)

    async def line_with(self, token: str, origin: str = "") -> Line:
        headers = {"Cookie": f"other=1; {cookie_name()}={token}"}
        return Line(
            await open_socket(
                f"ws://{self.address}/ws", origin=origin or f"http://{self.address}", additional_headers=headers,  # type: ignore[arg-type]
                compression=None, proxy=None, max_queue=None,  # a test that reads no further can still be closed
            )
        )  # fmt: skip

    def browser(self, token: str) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=f"http://{self.address}", headers={"Sec-Fetch-Site": "same-origin"}, cookies={cookie_name(): token}
        )


@pytest.fixture
async def hall(database: str) -> AsyncIterator[House]:
    """Web pages and sockets on one port of loopback."""
    assert database
    async with gateway_running(GENEROUS) as gateway:
        config = uvicorn.Config(
            make_app(), port=0, ws=on_web_port(gateway), http="httptools", lifespan="off", log_level="warning",
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield House(gateway, f"127.0.0.1:{port}")
        server.should_exit = True
        await serving


@pytest.fixture
async def enter(hall: House) -> AsyncIterator[Callable[..., Awaitable[Line]]]:
    """`await enter(member, room)`: a line of that member, following the room."""
    lines: list[Line] = []

    async def entered(member: Member, *rooms: object, token: str = "") -> Line:
        line = await hall.line(member, token)
        lines.append(line)
        for room in rooms:
            await line.say(type="subscribe", topic=f"room:{room.id}")  # type: ignore[attr-defined]
            await line.hear("subscribed")
        return line

    yield entered
    for line in lines:
        await line.close()


@pytest.fixture
async def open_page(hall: House, browser: Browser) -> AsyncIterator[Open]:
    failed: list[str] = []
    contexts: list[BrowserContext] = []

    async def opened(member: Member, path: str, **kw: Any) -> Page:
        context = await browser.new_context(base_url=f"http://{hall.address}", **kw)
        contexts.append(context)
        _viewer, token = await with_token(member)
        await context.add_cookies([{"name": cookie_name(), "value": token, "url": f"http://{hall.address}"}])
        page = await context.new_page()
        page.on("pageerror", lambda error: failed.append(str(error)))
        await page.goto(path)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert failed == []
