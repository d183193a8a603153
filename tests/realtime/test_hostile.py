"""Bytes that no browser sends: each ends in a clear status or close code, and nothing is logged as a failure."""

import asyncio
import random
import re
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from realtime import frames
from tests.realtime.conftest import QUICK
from tests.realtime.fake import FakeHouse, Line, Site, opened_site
from tests.realtime.test_life import HEAD, masked, raw

pytestmark = pytest.mark.anyio


async def answer_to_head(site: Site, head: bytes) -> bytes:
    reader, writer = await raw(site.port)
    writer.write(head)
    writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 3)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


GOOD = HEAD.replace("{port}", "80")
HEADS = [
    b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40, b"GET /ws\r\n\r\n", b"X" * 20_000,
    b"GET /ws HTTP/1.1\r\n" + b"a: b\r\n" * 500 + b"\r\n", b"GET /ws HTTP/1.1\r\nHost: " + b"x" * 10_000 + b"\r\n\r\n",
    b"GET /ws HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", GOOD.replace("GET", "POST").encode(), GOOD.replace("1.1\r", "1.0\r", 1).encode(),
    GOOD.replace("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8").encode(), GOOD.replace("Sec-WebSocket-Key", "X-Key").encode(),
    GOOD.replace("Upgrade: websocket", "Upgrade: h2c").encode(), GOOD.replace("/ws", "/ws\0").encode(), GOOD.replace("amara", "\xff\xfe").encode("latin-1"),
    GOOD.replace("session=amara", "session=" + "a" * 7000).encode(), GOOD.replace("Cookie: session=amara", "Cookie: =;=;session").encode(),
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS)
async def test_a_bad_handshake_is_refused(site: Site, head: bytes, caplog) -> None:
    port = str(site.port).encode()
    answer = await answer_to_head(site, head.replace(b"127.0.0.1:80", b"127.0.0.1:" + port))
    assert answer == b"" or re.match(rb"HTTP/1\.1 (4\d\d|505)", answer), answer[:100]
    assert not site.gateway.connections
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


FRAMES = [
    (b"\x81\x02{}", 1002),  # not masked
    (b"\xc1\x82\0\0\0\0{}", 1002),  # a reserved bit
    (b"\x83\x82\0\0\0\0{}", 1002),  # an unknown opcode
    (b"\x89\xfe\x00\x80" + bytes(4) + b"x" * 128, 1002),  # a control frame too long
    (b"\x09\x80" + bytes(4), 1002),  # a control frame in fragments
    (b"\x80\x80" + bytes(4), 1002),  # a continuation of nothing
    (b"\x01\x81\0\0\0\0{\x81\x81\0\0\0\0}", 1002),  # a new message inside another
    (b"\x81\xff" + struct.pack(">Q", 2**40) + bytes(4), 1009),
    (b"\x88\x81\0\0\0\0x", 1002),  # half a close code
    (b"\x88\x82\0\0\0\0" + struct.pack(">H", 1005), 1002),
    (b"\x88\x84\0\0\0\0" + struct.pack(">H", 1000) + b"\xff\xfe", 1007),
    (b"\x81\x82\0\0\0\0\xff\xfe", 1007),
    (b"\x82\x82\0\0\0\0{}", 1003),
]


@pytest.mark.parametrize(("sent", "code"), FRAMES)
async def test_a_bad_frame_ends_the_line_with_its_code(site: Site, sent: bytes, code: int, caplog) -> None:
    reader, writer = await raw(site.port)
    writer.write(HEAD.format(port=site.port).encode())
    await reader.readuntil(b"\r\n\r\n")
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(), 3)
    writer.close()
    assert answer[:1] == b"\x88", answer
    assert struct.unpack(">H", answer[2:4]) == (code,)
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


async def test_noise_never_breaks_the_gateway(site: Site, caplog) -> None:
    whims = random.Random(3)
    for number in range(60):
        reader, writer = await raw(site.port)
        writer.write(HEAD.format(port=site.port).encode())
        await reader.readuntil(b"\r\n\r\n")
        noise = whims.randbytes(whims.randint(1, 300))
        writer.write(noise if number % 2 else masked('{"type":"send"}') + noise)
        writer.close()
    await asyncio.sleep(0.3)
    line = await site.line()
    await line.say(type="ping")
    assert (await line.hear())["type"] == "pong"
    await line.close()
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


# --- floods: whoever sends without end is closed with its code, while the others do not notice

FLOODS = {
    "pings of ours": masked('{"type":"ping"}'),
    "pings of the wire": b"\x89\x80" + bytes(4),
    "pongs of the wire": b"\x8a\x80" + bytes(4),
    "fragments of nothing": b"\x01\x80" + bytes(4) + b"\x00\x80" + bytes(4),
    "subscriptions": masked('{"type":"subscribe","room":1}'),
    "messages": masked('{"type":"send","room":1,"client_id":"6f1c9c1e-0f57-4e0a-9b44-2f2f7d1b9a01","text":"x"}'),
}


@asynccontextmanager
async def listening(site: Site) -> AsyncIterator[Line]:
    line = await site.line("bagus", max_queue=None)  # what it reads no further does not keep it from closing
    await line.say(type="subscribe", room=1)
    await line.hear("subscribed")
    yield line
    await line.close()


@pytest.mark.parametrize("what", FLOODS)
async def test_a_flood_ends_in_its_code_and_others_do_not_notice(house: FakeHouse, what: str, caplog) -> None:
    first, *rest = re.split(b"(?<=\x01\x80\0\0\0\0)", FLOODS[what], maxsplit=1)
    flood = first + (rest[0] if rest else first) * 5_000
    async with opened_site(house, replace(QUICK, frames_per_s=20, burst=60)) as site, listening(site) as bystander:
        reader, writer = await raw(site.port)
        writer.write(HEAD.format(port=site.port).encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(flood)
        closed = asyncio.create_task(reader.readuntil(struct.pack(">H", frames.SLOW_DOWN) + b"too fast"))
        began = time.monotonic()
        house.logs["room:1"].add("said meanwhile")
        site.gateway.announce("room:1")
        while (await bystander.hear("entry"))["text"] != "said meanwhile":
            pass
        assert time.monotonic() - began < 1
        await asyncio.wait_for(closed, 5)
        writer.close()
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []
