"""uvicorn's handing over of an upgraded transport is not documented: this holds it."""

import asyncio
import inspect

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from realtime import frames
from realtime.gateway import Gateway
from realtime.ports import on_web_port
from tests.realtime.conftest import QUICK
from tests.realtime.fake import FakeHouse, Site

pytestmark = pytest.mark.anyio


async def page(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"page"})


async def test_sockets_live_on_the_web_processs_port(house: FakeHouse) -> None:
    gateway = house.gateway = Gateway(house, limits=QUICK)
    config = uvicorn.Config(page, port=0, ws=on_web_port(gateway), http="httptools", lifespan="off", log_level="warning")
    config.timeout_graceful_shutdown = 5
    server = uvicorn.Server(config)
    await gateway.start()
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    site = Site(gateway, port)
    amara, bagus = await site.line("amara"), await site.line("bagus")
    assert len(server.server_state.connections) == 2
    await amara.say(type="subscribe", room=1)
    await amara.hear("subscribed")
    await bagus.send("over the web port")
    assert (await amara.hear("entry"))["text"] == "over the web port"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert (await reader.read()).endswith(b"page")
    writer.close()
    server.should_exit = True
    async with asyncio.timeout(4):
        await serving
    assert await amara.code() == await bagus.code() == frames.RESTART
    assert not server.server_state.connections
    await gateway.close()


def test_uvicorn_still_hands_over_as_we_expect() -> None:
    handing_over = inspect.getsource(HttpToolsProtocol.handle_websocket_upgrade)
    for step in (
        "self.connections.discard(self)",
        "config=self.config",
        "server_state=self.server_state",
        "app_state=self.app_state",
        "protocol.connection_made(self.transport)",
        "protocol.data_received(",
        "self.transport.set_protocol(protocol)",
    ):
        assert step in handing_over
    stopping = inspect.getsource(uvicorn.Server.shutdown)
    assert "connection.shutdown()" in stopping
