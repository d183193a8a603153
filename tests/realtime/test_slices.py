"""What is written to many in slices reaches each of them once, whatever happens between two slices."""

import asyncio
import re
from collections.abc import Callable

import pytest

from realtime import fanout
from realtime.frames import Subscribe
from realtime.house import Limits, Session
from realtime.topics import Topics
from tests.realtime.fake import FakeHouse

pytestmark = pytest.mark.anyio

ROOM = "room:1"


class Hearer:
    """Follows a room; `once_told` is called after the slice in which the first entry comes."""

    def __init__(self, member: int) -> None:
        self.session = Session(member, "", {"id": member}, frozenset(), 60, None)
        self.rights, self.wanted, self.heard = 0, dict[str, Subscribe](), list[str]()
        self.once_told: Callable[[], object] | None = None

    def write(self, data: bytes) -> None:
        kinds = [kind.decode() for kind in re.findall(rb'"type": ?"(\w+)"', data)]
        self.heard += kinds
        if "entry" in kinds and self.once_told:
            asyncio.get_running_loop().call_soon(self.once_told)
            self.once_told = None

    def waiting(self) -> int:
        return 0


@pytest.fixture
async def room(house: FakeHouse, monkeypatch) -> tuple[Topics, list[Hearer]]:
    """A room in which each of three is a slice."""
    monkeypatch.setattr(fanout, "YIELD_ABOVE", 0)
    monkeypatch.setattr(fanout, "SLICE", 1)
    topics, hearers = Topics(house, Limits(), lambda: True, lambda _topic: None), [Hearer(member) for member in (1, 2, 3)]
    for hearer in hearers:
        await topics.follow(hearer, Subscribe(ROOM))
    order = topics._open[ROOM].listed()
    return topics, [one for one in order if isinstance(one, Hearer)]


async def told(house: FakeHouse, topics: Topics, hearers: list[Hearer]) -> list[int]:
    """How many entries each heard of one that was said."""
    house.logs[ROOM].add("hello")
    topics.wake(ROOM)
    await asyncio.sleep(0.05)
    return [hearer.heard.count("entry") for hearer in hearers]


async def test_whoever_is_doubted_meanwhile_takes_up_where_they_stood(house: FakeHouse, room: tuple[Topics, list[Hearer]]) -> None:
    topics, hearers = room
    places: list[Subscribe] = []
    hearers[0].once_told = lambda: places.extend([*topics.suspend(hearers[0]), *topics.suspend(hearers[2])])
    assert await told(house, topics, hearers) == [1, 1, 0]
    assert [place.seq for place in places] == [1, 0]
    await topics.follow(hearers[2], places[1])
    assert hearers[2].heard.count("entry") == 1
    assert await told(house, topics, hearers) == [1, 2, 2]


async def test_whoever_asks_anew_meanwhile_is_told_once(house: FakeHouse, room: tuple[Topics, list[Hearer]]) -> None:
    topics, hearers = room
    asked: list[asyncio.Task[None]] = []
    hearers[0].once_told = lambda: asked.append(asyncio.create_task(topics.follow(hearers[2], Subscribe(ROOM, 7, 0))))
    assert await told(house, topics, hearers) == [1, 1, 1]
    await asked[0]


async def test_whoever_has_not_been_told_yet_is_not_told_of_the_end(house: FakeHouse, room: tuple[Topics, list[Hearer]]) -> None:
    topics, hearers = room
    hearers[0].once_told = topics.beat
    await told(house, topics, hearers)
    assert [hearer.heard.count("head") for hearer in hearers] == [1, 0, 0]
