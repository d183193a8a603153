"""A request that is held hears what a socket hears, under the same rights and limits."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from realtime import frames
from realtime.frames import Subscribe
from realtime.house import Session
from realtime.polling import Poll, polled
from tests.realtime.conftest import QUICK
from tests.realtime.fake import PEOPLE, FakeHouse, Site, opened_site

pytestmark = pytest.mark.anyio

Ask = Callable[..., Awaitable[Poll]]


def session_of(who: str) -> Session:
    member = PEOPLE[who]
    return Session(member, who, {"id": member, "name": who}, frozenset({f"member:{member}"}), 60.0, None)


async def never() -> None:
    await asyncio.Event().wait()


async def held(
    site: Site, who: str = "amara", after: int | None = 0, epoch: int | None = 7, seconds: float = 3, gone: Any = None
) -> Poll:
    ask = Subscribe("room:1", epoch, after)
    return await polled(site.gateway, session_of(who), ask, seconds, gone or never())


def told(poll: Poll) -> list[dict[str, Any]]:
    return [json.loads(body) for body in poll.frames]


def texts(poll: Poll) -> list[str]:
    return [frame["text"] for frame in told(poll) if frame["type"] == "entry"]


def test_what_was_put_into_frames_comes_out_of_them() -> None:
    said = [{"type": "x", "text": "é" * size} for size in (0, 50, 100, 200, 40_000)]
    assert [json.loads(body) for body in frames.bodies(b"".join(frames.wire(one) for one in said))] == said


async def test_what_was_missed_is_told_at_once(site: Site, house: FakeHouse) -> None:
    for number in range(5):
        house.logs["room:1"].add(str(number))
    began = time.monotonic()
    poll = await held(site, after=2)
    assert texts(poll) == ["2", "3", "4"]
    assert time.monotonic() - began < 1
    assert not site.gateway.connections


async def test_what_comes_meanwhile_ends_the_waiting(site: Site, house: FakeHouse) -> None:
    waiting = asyncio.create_task(held(site))
    line = await site.line("bagus")
    await asyncio.sleep(0.1)
    await line.send("over the socket")
    assert texts(await asyncio.wait_for(waiting, 1)) == ["over the socket"]
    waiting = asyncio.create_task(held(site, after=1))
    await asyncio.sleep(0.1)
    house.logs["room:1"].add("in another process")  # nothing wakes: the look at the ends finds it
    assert texts(await asyncio.wait_for(waiting, 1)) == ["in another process"]
    await line.close()


async def test_whoever_waits_is_there_and_typing_wakes_nobody(site: Site) -> None:
    line = await site.line("bagus")
    await line.say(type="subscribe", room=1)
    waiting = asyncio.create_task(held(site, seconds=1.5))
    while (await line.hear("presence"))["count"] != 2:
        pass
    await line.say(type="typing", topic="room:1")
    heard = [frame["type"] for frame in told(await waiting)]
    assert heard == ["subscribed", "presence"]
    await line.close()


async def test_a_quiet_room_is_answered_when_the_time_is_over(site: Site) -> None:
    poll = await held(site, seconds=0.2)
    assert told(poll)[0] == {"type": "subscribed", "topic": "room:1", "epoch": 7, "seq": 0}


@pytest.mark.parametrize(("after", "epoch"), [(0, 6), (400, 7), (0, 7)])
async def test_what_cannot_be_continued_is_a_reset(site: Site, house: FakeHouse, after: int, epoch: int) -> None:
    for number in range(QUICK.catch_up + 1):
        house.logs["room:1"].add(str(number))
    poll = await held(site, after=after, epoch=epoch)
    assert told(poll)[0]["type"] == "reset"
    assert texts(poll) == []


async def test_a_room_that_is_not_for_one_is_cut(site: Site, house: FakeHouse) -> None:
    house.barred.add((1, "room:1"))
    assert (await held(site)).is_cut


async def test_a_right_that_goes_meanwhile_silences_it_within_a_second(site: Site, house: FakeHouse) -> None:
    waiting = asyncio.create_task(held(site, seconds=5))
    await asyncio.sleep(0.2)
    began = time.monotonic()
    house.barred.add((1, "room:1"))
    house.lost.add("member:1")
    poll = await waiting
    assert poll.is_cut
    assert time.monotonic() - began < 1


async def test_a_session_that_ends_meanwhile_ends_it(site: Site, house: FakeHouse) -> None:
    waiting = asyncio.create_task(held(site, seconds=5))
    await asyncio.sleep(0.2)
    house.ended.add(1)
    house.lost.add("member:1")
    poll = await asyncio.wait_for(waiting, 1)
    assert (poll.ended, poll.frames) == (frames.SIGNED_OUT, [])


async def test_a_session_that_has_ended_before_hears_nothing(site: Site, house: FakeHouse) -> None:
    house.logs["room:1"].add("not for her")
    house.ended.add(1)
    poll = await held(site)
    assert (poll.ended, poll.frames) == (frames.SIGNED_OUT, [])


async def test_while_rights_cannot_be_read_it_hears_nothing(site: Site, house: FakeHouse) -> None:
    waiting = asyncio.create_task(held(site, seconds=1.5))
    await asyncio.sleep(0.2)
    house.blind = True
    await asyncio.sleep(QUICK.blind_s + 0.2)
    house.logs["room:1"].add("kept back")
    site.gateway.announce("room:1")
    assert texts(await waiting) == []


async def test_a_member_waits_so_often_and_whoever_hangs_up_is_forgotten(house: FakeHouse) -> None:
    async with opened_site(house, replace(QUICK, per_member=2)) as site:
        waiting = [asyncio.create_task(held(site, seconds=2)) for _ in range(2)]
        await asyncio.sleep(0.1)
        assert (await held(site, seconds=2)).ended == frames.TOO_MANY
        assert (await held(site, "bagus", seconds=0.1)).is_placed
        began = time.monotonic()
        assert (await held(site, "chen", gone=asyncio.sleep(0.1))).is_placed
        assert time.monotonic() - began < 1
        site.gateway.let_go()
        for poll in await asyncio.wait_for(asyncio.gather(*waiting), 1):
            assert poll.is_placed
        assert not site.gateway.connections
        assert (await asyncio.wait_for(held(site, seconds=9), 1)).is_placed  # a process that stops holds nobody
