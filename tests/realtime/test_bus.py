import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Self

import pytest

from realtime.bus import MemoryBus, ValkeyBus, bus_at
from realtime.gateway import Gateway
from realtime.ports import on_own_port
from tests.realtime.conftest import QUICK
from tests.realtime.fake import FakeHouse, Site
from tests.servers import Valkey, valkey_program

pytestmark = pytest.mark.anyio


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A real Valkey of its own."""
    if valkey_program() is None:
        pytest.skip("no Valkey here")
    with Valkey() as server:
        yield server


def test_the_address_names_the_bus() -> None:
    assert isinstance(bus_at("memory"), MemoryBus)
    assert isinstance(bus_at("valkey://cache:6379/0"), ValkeyBus)


async def test_two_processes_wake_each_other_and_count_together(house: FakeHouse, valkey: Valkey, monkeypatch) -> None:
    monkeypatch.setattr("realtime.presence.LINGER_S", 0.2)
    gateways = [Gateway(house, bus_at(valkey.address), QUICK) for _ in range(2)]
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
    await bagus.close()
    assert (await amara.hear("presence", within=5))["left"] == [2]
    for line, gateway, server in zip((amara, bagus), gateways, servers, strict=True):
        await line.close()
        server.close()
        await gateway.close()


async def test_what_is_not_ours_makes_nobody_deaf_and_another_number_is_another_channel(valkey: Valkey) -> None:
    heard: list[Mapping[str, Any]] = []
    buses = [ValkeyBus(f"{valkey.address}/{number}") for number in (0, 0, 1)]
    for bus in buses:
        await bus.start(heard.append)
    await asyncio.sleep(0.3)
    for foreign in ("not ours", "[]", '{"from": 1', "{}"):
        await buses[0]._client.publish("guildhall:live:0", foreign)
    buses[2].say({"wake": "room:2"})
    buses[1].say({"wake": "room:1"})
    await until(lambda: bool(heard))
    await asyncio.sleep(0.2)
    assert heard == [{"wake": "room:1"}]
    for bus in buses:
        await bus.close()


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


async def test_while_valkey_does_not_answer_a_process_looks_more_often(house: FakeHouse, valkey: Valkey) -> None:
    bus = ValkeyBus(valkey.address)
    bus.ANSWER_S = 0.2
    gateway = Gateway(house, bus, QUICK)
    await gateway.start()
    await asyncio.sleep(0.2)
    assert not bus.away
    valkey.pause()
    gateway.announce("room:1")
    await until(lambda: bus.away)
    looked: list[float] = []
    gateway.topics.look = note(looked)
    await asyncio.sleep(0.4)
    assert len(looked) >= 4
    valkey.go_on()
    await until(lambda: not bus.away)
    await gateway.close()


async def until(holds) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 - a gateway offers no event
            await asyncio.sleep(0.02)


def note(looked: list[float]):
    async def look() -> None:
        looked.append(0)

    return look


async def test_it_ends_though_the_client_tells_of_a_time_out_while_it_is_cancelled(monkeypatch) -> None:
    """As valkey's client does when closing its line takes too long."""
    from valkey.exceptions import TimeoutError as TookTooLong

    class Slow:
        async def __aenter__(self) -> Self:
            return self

        async def __aexit__(self, *_error: object) -> None:
            raise TookTooLong

        async def subscribe(self, _channel: str) -> None:
            await asyncio.Event().wait()

    bus = ValkeyBus("valkey://127.0.0.1:1")
    await bus.start(lambda _message: None)
    monkeypatch.setattr(bus._client, "pubsub", Slow)
    await asyncio.sleep(0.7)
    async with asyncio.timeout(5):
        await bus.close()
    assert all(task.done() for task in bus._tasks)
