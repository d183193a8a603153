"""A socket's life: slow readers, silent clients, mistakes, pings, closing."""

import asyncio
import json
import socket
from dataclasses import replace

import pytest

from realtime import frames
from realtime.presence import Presence
from tests.realtime.conftest import QUICK
from tests.realtime.fake import FakeHouse, opened_site

pytestmark = pytest.mark.anyio

HEAD = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: session=amara\r\n\r\n"
)


async def raw(port: int, receive_buffer: int | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    line = socket.socket()
    if receive_buffer:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=line)


def masked(text: str, opcode: int = 1) -> bytes:
    body = text.encode()
    size = bytes((0x80 | len(body),)) if len(body) < 126 else b"\xfe" + len(body).to_bytes(2, "big")
    return bytes((0x80 | opcode,)) + size + bytes(4) + body


async def test_one_slow_reader_is_closed_while_a_hundred_hear_all(house: FakeHouse) -> None:
    async with opened_site(house, replace(QUICK, write_buffer_bytes=64 * 1024)) as site:
        _reader, writer = await raw(site.port, receive_buffer=4096)
        writer.write(HEAD.format(port=site.port).encode())
        await asyncio.sleep(0.1)
        writer.write(masked('{"type":"subscribe","room":1}'))
        slow = next(iter(site.gateway.connections))
        lines = [await site.line("bagus") for _ in range(100)]
        for line in lines:
            await line.say(type="subscribe", room=1)
            await line.hear("subscribed")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        for number in range(200):
            house.logs["room:1"].add(f"{number} " + "x" * 40_000)
            site.gateway.announce("room:1")
            for line in lines:
                assert (await line.hear("entry"))["seq"] == number + 1
        assert slow.closing
        await asyncio.sleep(QUICK.close_s + 0.2)
        assert slow not in site.gateway.connections
        back = await site.line("amara", max_size=None)
        await back.say(type="subscribe", room=1, epoch=7, seq=0)
        assert [entry["seq"] for entry in await back.entries(200, within=20)] == list(range(1, 201))
        await back.close()
        writer.close()
        await asyncio.gather(*(line.close() for line in lines))


async def test_a_slow_reader_is_told_to_resume(house: FakeHouse) -> None:
    async with opened_site(house, replace(QUICK, write_buffer_bytes=16 * 1024, close_s=3)) as site:
        reader, writer = await raw(site.port)
        writer.write(HEAD.format(port=site.port).encode())
        await reader.readuntil(b"\r\n\r\n")
        connection = next(iter(site.gateway.connections))
        connection.pause_writing()
        assert await reader.readexactly(10) == b"\x88\x08" + frames.RESUME.to_bytes(2, "big") + b"resume"
        writer.close()


async def test_ephemera_are_dropped_where_bytes_wait(site, house, connect) -> None:
    amara, bagus = await connect("amara"), await connect("bagus")
    for line in (amara, bagus):
        await line.say(type="subscribe", room=1)
        await line.hear("subscribed")
    for connection in site.gateway.connections:
        if connection.session.name == "amara":
            connection.waiting = lambda: QUICK.ephemera_bytes
    await bagus.say(type="typing", topic="room:1")
    assert await bagus.hear("typing") == {"type": "typing", "topic": "room:1", "member": 2, "name": "bagus"}
    assert await amara.silent_for(0.2, "typing")


async def test_typing_is_told_once_in_two_seconds_and_only_where_one_follows(site, connect) -> None:
    bagus = await connect("bagus")
    await bagus.say(type="typing", topic="room:1")
    await bagus.say(type="subscribe", room=1)
    await bagus.hear("subscribed")
    for _ in range(5):
        await bagus.say(type="typing", topic="room:1")
    await bagus.hear("typing")
    assert await bagus.silent_for(0.3, "typing")


async def test_who_may_not_follow_is_not_heard_to_type(site, house, connect) -> None:
    bagus, amara = await connect("bagus"), await connect("amara")
    house.barred.add((1, "room:1"))
    await bagus.say(type="subscribe", room=1)
    await bagus.hear("subscribed")
    await amara.say(type="subscribe", room=1)
    for _ in range(20):
        await amara.say(type="typing", topic="room:1")
    await amara.hear("cut")
    assert await bagus.silent_for(0.3, "typing")


async def test_who_has_much_to_catch_up_with_is_not_closed_for_being_slow() -> None:
    house = FakeHouse()
    for _ in range(120):
        house.logs["room:1"].add("x" * 20_000)
    async with opened_site(house, replace(QUICK, write_buffer_bytes=64 * 1024)) as site:
        reader, writer = await raw(site.port, receive_buffer=4096)
        writer.write(HEAD.format(port=site.port).encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(masked('{"type":"subscribe","room":1,"epoch":7,"seq":0}'))
        connection = next(iter(site.gateway.connections))
        heard = 0
        async with asyncio.timeout(20):
            while heard < 120:
                heard += (await reader.read(65_536)).count(b'"type":"entry"')
                await asyncio.sleep(0.01)
        assert not connection.closing
        writer.close()


async def test_who_takes_nothing_while_catching_up_is_told_to_resume() -> None:
    house = FakeHouse()
    for _ in range(120):
        house.logs["room:1"].add("x" * 20_000)
    async with opened_site(house, replace(QUICK, answer_s=0.3, kernel_buffer_bytes=8192)) as site:
        reader, writer = await raw(site.port, receive_buffer=4096)
        writer.write(HEAD.format(port=site.port).encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(masked('{"type":"subscribe","room":1,"epoch":7,"seq":0}'))
        connection = next(iter(site.gateway.connections))
        async with asyncio.timeout(5):
            while not connection.closing:  # noqa: ASYNC110 - a gateway offers no event
                await asyncio.sleep(0.05)
        writer.close()


async def test_presence_counts_members_not_windows_and_tells_what_changed(site, connect, monkeypatch) -> None:
    monkeypatch.setattr("realtime.presence.LINGER_S", 0.1)
    lines = [await connect("amara"), await connect("amara"), await connect("bagus")]
    told = []
    for line in lines[:2]:
        await line.say(type="subscribe", room=1)
    while (whole := await lines[0].hear("presence"))["count"] != 1:
        pass
    assert [person["name"] for person in whole["people"]] == ["amara"]
    await lines[2].say(type="subscribe", room=1)
    told.append(await lines[0].hear("presence"))
    await lines[2].close()
    told.append(await lines[0].hear("presence"))
    bagus = {"id": 2, "name": "bagus"}
    assert told == [
        {"type": "presence", "topic": "room:1", "count": 2, "came": [bagus], "left": []},
        {"type": "presence", "topic": "room:1", "count": 1, "came": [], "left": [2]},
    ]


def test_everybody_is_told_again_after_a_while_and_where_numbers_alone_stood(monkeypatch) -> None:
    now = 1000.0
    monkeypatch.setattr("realtime.presence.time.monotonic", lambda: now)
    monkeypatch.setattr("realtime.presence.LINGER_S", 0)
    presence, kinds = Presence(), []
    for count, later in ((3, 2), (4, 2), (60, 11), (61, 11), (5, 11), (6, 2), (7, 40), (7, 2)):
        now += later
        presence.here("room:1", [{"id": number} for number in range(count)])
        for _topic, data in presence.due():
            told = json.loads(frames.bodies(data)[0])
            kinds.append((told["count"], len(told["came"]) if "came" in told else "all", len(told.get("people", ()))))
    assert kinds == [(3, "all", 3), (4, 1, 0), (60, "all", 0), (61, "all", 0), (5, "all", 5), (6, 1, 0), (7, "all", 7)]


def test_who_was_here_a_moment_ago_lingers(monkeypatch) -> None:
    now = 1000.0
    monkeypatch.setattr("realtime.presence.time.monotonic", lambda: now)
    presence, counts = Presence(), []
    for people, later in (([1, 2], 0), ([1], 2), ([1, 2], 2), ([1], 2), ([1], 6)):
        now += later
        presence.here("room:1", [{"id": number} for number in people])
        counts += [json.loads(frames.bodies(data)[0])["count"] for _topic, data in presence.due()]
    assert counts == [2, 1]


def test_the_others_are_told_of_our_own_people_alone(monkeypatch) -> None:
    now = 1000.0
    monkeypatch.setattr("realtime.presence.time.monotonic", lambda: now)
    presence, told = Presence(), []
    for heard, here, later in (([], [1], 0), ([1, 2], None, 2), ([], None, 2), ([1], [], 2), ([1], None, 6), ([], None, 2)):
        now += later
        if here is not None:
            presence.here("room:1", [{"id": number} for number in here])
        presence.elsewhere("room:1", "another", [{"id": number} for number in heard], len(heard))
        list(presence.due())
        told.append([place["count"] for place in presence.ours()] if presence.is_untold else None)
    assert told == [[1], None, None, [1], [0], None]


def test_what_another_process_no_longer_repeats_is_over(monkeypatch) -> None:
    now = 1000.0
    monkeypatch.setattr("realtime.presence.time.monotonic", lambda: now)
    presence = Presence()
    presence.here("room:1", [{"id": 1}])
    presence.elsewhere("room:1", "another", [{"id": 2}], 1)
    presence.elsewhere("room:2", "another", [{"id": 2}], 1)
    assert {topic: json.loads(frames.bodies(data)[0])["count"] for topic, data in presence.due()} == {"room:1": 2, "room:2": 1}
    now += 60
    presence.look_elsewhere()
    assert {topic: json.loads(frames.bodies(data)[0])["count"] for topic, data in presence.due()} == {"room:1": 1, "room:2": 0}
    assert (presence.who("room:1")[0], presence.frame("room:2")) == (1, None)


async def test_a_mistake_has_one_answer_and_too_many_end_the_line(site, connect) -> None:
    amara = await connect()
    await amara.socket.send("{")
    assert (await amara.hear())["reason"] == "not-json"
    await amara.say(type="hello", version=1)
    assert await amara.hear() == {"type": "hello", "version": 1, "member": 1}
    for _ in range(QUICK.mistakes):
        await amara.say(type="subscribe", room="1")
    assert (await amara.hear())["reason"] == "wrong-type"
    assert await amara.code() == frames.NOT_UNDERSTOOD


async def test_a_command_that_fails_is_refused_and_the_line_lives(site, connect, caplog) -> None:
    amara = await connect()
    await amara.say(type="edit", message=1, client_id="6f1c9c1e-0f57-4e0a-9b44-2f2f7d1b9a01", text="x")
    refused = await amara.hear("refused")
    assert (refused["reason"], refused["client_id"]) == ("failed", "6f1c9c1e-0f57-4e0a-9b44-2f2f7d1b9a01")
    await amara.say(type="ping")
    assert await amara.hear() == {"type": "pong"}


async def test_binary_too_long_and_bad_utf8_are_closed(site, connect) -> None:
    for message, code in ((b"\x00", 1003), ("x" * (frames.MAX_MESSAGE + 1), 1009)):
        line = await connect()
        await line.socket.send(message)
        assert await line.code() == code
    line = await connect()
    await line.socket.send(b"\xff\xfe", text=True)
    assert await line.code() == 1007


async def test_a_message_may_come_in_fragments_but_not_without_end(site, connect) -> None:
    line = await connect()
    await line.socket.send(['{"type":', '"ping"}'])
    assert (await line.hear())["type"] == "pong"
    await line.socket.send(["x" * 1000 for _ in range(70)])
    assert await line.code() == 1009


async def test_who_says_nothing_is_cut(house: FakeHouse) -> None:
    async with opened_site(house, replace(QUICK, head_s=0.2, hello_s=0.2)) as site:
        reader, writer = await raw(site.port)
        assert await asyncio.wait_for(reader.read(), 1) == b""
        line = await site.line()
        assert await line.code() == frames.SILENT
        writer.close()


async def test_who_answers_no_ping_is_cut(house: FakeHouse, monkeypatch) -> None:
    monkeypatch.setattr("realtime.gateway.SWEEP_S", 0.05)
    async with opened_site(house, replace(QUICK, quiet_s=0.2, answer_s=0.2, hello_s=9)) as site:
        reader, writer = await raw(site.port)
        writer.write(HEAD.format(port=site.port).encode())
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"\x89\x00"
        lively = await site.line()
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 2)
        await lively.say(type="ping")
        assert (await lively.hear())["type"] == "pong"
        await lively.close()
        writer.close()


async def test_who_speaks_too_fast_is_read_slowly_and_loses_nothing(house: FakeHouse) -> None:
    async with opened_site(house, replace(QUICK, frames_per_s=20, burst=10)) as site:
        line = await site.line()
        began = asyncio.get_running_loop().time()
        for _ in range(30):
            await line.say(type="ping")
        for _ in range(30):
            await line.hear("pong")
        await line.say(type="ping")
        await line.hear("pong")
        assert asyncio.get_running_loop().time() - began > 0.8
        await line.close()


async def test_frames_before_the_answer_are_not_obeyed(site, house) -> None:
    reader, writer = await raw(site.port)
    writer.write(HEAD.format(port=site.port).encode() + masked(json.dumps({"type": "send"})))
    assert await reader.read() == b""
    assert not house.logs["room:1"].entries
    writer.close()


async def test_the_end_says_come_back_and_waits_for_nobody_long(house: FakeHouse) -> None:
    async with opened_site(house, QUICK) as site:
        line = await site.line()
        reader, writer = await raw(site.port)
        writer.write(HEAD.format(port=site.port).encode())
        await reader.readuntil(b"\r\n\r\n")
        async with asyncio.timeout(QUICK.close_s + 1):
            await site.gateway.close()
        assert await line.code() == frames.RESTART
        assert not site.gateway.connections
        writer.close()
