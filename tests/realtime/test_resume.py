"""What a reader missed comes back exactly: every entry once, in order, or an explicit reset."""

import asyncio
import random

import pytest

from realtime import frames
from tests.realtime.conftest import QUICK
from tests.realtime.fake import FakeHouse, Site, opened_site

pytestmark = pytest.mark.anyio


async def test_a_subscriber_hears_what_is_added(site, house, connect) -> None:
    amara, bagus = await connect("amara"), await connect("bagus")
    for line in (amara, bagus):
        await line.say(type="subscribe", room=1)
        assert await line.hear("subscribed") == {"type": "subscribed", "topic": "room:1", "epoch": 7, "seq": 0}
    client_id = await bagus.send("Good morning")
    heard = await amara.hear("entry")
    assert heard == {"type": "entry", "topic": "room:1", "epoch": 7, "seq": 1, "kind": "sent", "text": "Good morning"}
    assert await bagus.hear("ack") == {"type": "ack", "client_id": client_id, "message": 1, "topic": "room:1", "seq": 1}


async def test_what_no_wake_told_of_is_found_by_looking(site, house, connect) -> None:
    amara = await connect()
    await amara.say(type="subscribe", room=1)
    await amara.hear("subscribed")
    house.logs["room:1"].add("written by another process")
    assert (await amara.hear("entry"))["seq"] == 1


async def test_a_reader_is_given_exactly_what_it_missed(site, house, connect) -> None:
    for number in range(1, 13):
        house.logs["room:1"].add(str(number))
    amara = await connect()
    await amara.say(type="subscribe", room=1, epoch=7, seq=9)
    assert [entry["seq"] for entry in await amara.entries(3)] == [10, 11, 12]
    assert (await amara.hear("subscribed"))["seq"] == 12
    house.logs["room:1"].add("13")
    assert (await amara.hear("entry"))["seq"] == 13


@pytest.mark.parametrize(
    ("epoch", "seq", "why"),
    [(7, 99, "over 300 behind"), (6, 399, "another epoch"), ("7", 399, "an epoch of another type"), (7, 401, "ahead of the log")],
)
async def test_what_can_not_be_continued_is_reset_as_a_whole(site, house, connect, epoch, seq, why) -> None:
    for number in range(400):
        house.logs["room:1"].add(str(number))
    amara = await connect()
    await amara.say(type="subscribe", room=1, epoch=epoch, seq=seq)
    assert await amara.hear() == {"type": "reset", "topic": "room:1", "epoch": 7, "seq": 400}, why
    house.logs["room:1"].add("next")
    assert (await amara.hear("entry"))["seq"] == 401


async def test_what_retention_has_taken_away_is_reset(site, house, connect) -> None:
    for number in range(20):
        house.logs["room:1"].add(str(number))
    house.logs["room:1"].first = 15
    amara = await connect()
    await amara.say(type="subscribe", room=1, epoch=7, seq=10)
    assert (await amara.hear())["type"] == "reset"
    await amara.say(type="subscribe", room=1, epoch=7, seq=14)
    assert (await amara.hear())["seq"] == 15


async def test_a_new_epoch_resets_who_is_listening(site, house, connect) -> None:
    amara = await connect()
    await amara.say(type="subscribe", room=1)
    await amara.hear("subscribed")
    house.logs["room:1"].epoch = 8
    assert await amara.hear("reset") == {"type": "reset", "topic": "room:1", "epoch": 8, "seq": 0}


async def test_a_page_newer_than_this_process_is_no_reset(house) -> None:
    async with opened_site(house, QUICK) as site:
        line = await site.line()
        await line.say(type="subscribe", room=1)
        await line.hear("subscribed")
        other = await site.line("bagus")
        house.logs["room:1"].add("committed a moment ago")
        await other.say(type="subscribe", room=1, epoch=7, seq=1)
        assert (await other.hear("subscribed", "reset"))["type"] == "subscribed"
        house.logs["room:1"].add("next")
        assert (await line.entries(2))[-1]["seq"] == 2
        await line.close()
        await other.close()


async def test_a_head_tells_where_the_log_ends(house) -> None:
    from dataclasses import replace

    async with opened_site(house, replace(QUICK, heartbeat_s=0.1)) as site:
        line = await site.line()
        await line.say(type="subscribe", room=1)
        assert await line.hear("head") == {"type": "head", "topic": "room:1", "epoch": 7, "seq": 0}
        await line.close()


async def test_readers_that_drop_and_return_hear_every_entry_once(site: Site, house: FakeHouse) -> None:
    """Five readers lose their line at random 200 times while 400 entries are written, and keep (epoch, seq) as a client does."""
    log, whims, reading = house.logs["room:1"], random.Random(5), True

    async def reader() -> list[int]:
        heard: list[int] = []
        while reading or len(heard) < len(log.entries):
            line = await site.line()
            await line.say(type="subscribe", room=1, epoch=7, seq=len(heard))
            for _ in range(whims.randint(1, 25)):
                if not reading and len(heard) >= len(log.entries):
                    break
                try:
                    frame = await line.hear("entry", "reset")
                except TimeoutError:  # it had heard everything, and nothing more was written
                    break
                assert frame["type"] == "entry"
                heard.append(frame["seq"])
            line.socket.transport.abort()
            await line.socket.wait_closed()
        return heard

    readers = [asyncio.create_task(reader()) for _ in range(5)]
    for number in range(400):
        log.add(str(number))
        if number % 3:
            site.gateway.announce("room:1")
        await asyncio.sleep(0.002)
    reading = False
    async with asyncio.timeout(60):
        found = await asyncio.gather(*readers)
    assert found == [list(range(1, 401))] * 5


async def test_what_waits_together_is_one_write(site, house, connect) -> None:
    amara = await connect()
    await amara.say(type="subscribe", room=1)
    await amara.hear("subscribed")
    connection = next(iter(site.gateway.connections))
    writes: list[bytes] = []
    real, connection.write = connection.write, lambda data: (writes.append(data), real(data))[1]
    for number in range(4):
        house.logs["room:1"].add(str(number))
    site.gateway.announce("room:1")
    assert [entry["seq"] for entry in await amara.entries(4)] == [1, 2, 3, 4]
    assert len(writes) == 1


def test_a_frame_of_any_length_is_framed_as_rfc_6455_says() -> None:
    assert frames.wire({"a": ""})[:2] == b"\x81\x08"
    assert frames.wire({"a": "x" * 300})[:4] == b"\x81\x7e" + (308).to_bytes(2, "big")
    assert frames.wire({"a": "x" * 70_000})[:10] == b"\x81\x7f" + (70_008).to_bytes(8, "big")
    assert frames.wire({"a": "é"})[1] == 10
