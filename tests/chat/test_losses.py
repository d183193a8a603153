"""SECURITY 4: whoever loses a right hears nothing more within a second, over a socket and over held requests alike, and is
refused anew; also while the processes do not hear each other.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from community.audience import Viewer, grant, member_key
from community.chat.models import Room
from community.storage import row, unit_of_work
from realtime import frames
from tests.chat.conftest import House
from tests.chat.factories import say
from tests.chat.losses import WAYS, Cast, Lose, cast
from tests.realtime.fake import Line
from tests.servers import Valkey
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

HEARD = "for both"
SECRET = "no more for her"


@pytest.fixture(params=["memory", "a Valkey that has stopped"])
def bus(request: pytest.FixtureRequest) -> Valkey | None:
    return None if request.param == "memory" else request.getfixturevalue("valkey")


@dataclass
class Trial:
    """One way: who listens by a socket and by a held request, and what was wrong."""

    hall: House
    cast: Cast
    room: Room
    lose: Lose
    line: Line
    seq: int  # where the room's log stood
    browser: httpx2.AsyncClient
    faults: list[str] = field(default_factory=list)

    async def both_hear(self) -> None:
        waiting = asyncio.create_task(self._ask(after=self.seq))
        await say(await self._speaker(), self.room, HEARD)
        told = await waiting
        if HEARD not in (await self.line.hear("entry", within=15))["html"] or HEARD not in told.text:
            self.faults.append("the right was not there to be lost")

    async def is_silent(self) -> None:
        """A held request that was open before, and the socket, from a second after the loss on."""
        waiting = asyncio.create_task(self._ask(after=self.seq + 1))
        await asyncio.sleep(0.2)
        await self.lose()
        await asyncio.sleep(1)
        await say(await self._speaker(), self.room, SECRET)
        if not await self.line.silent_for(0.5):
            self.faults.append("the socket heard it")
        if not waiting.done():
            self.faults.append("the request is still held")
            waiting.cancel()
        elif SECRET in waiting.result().text or waiting.result().status_code != 404:
            self.faults.append(f"the request heard {waiting.result().text}")

    async def is_refused_anew(self) -> None:
        if self.line.socket.close_code is None:
            await self.line.say(type="subscribe", room=self.room.id, seq=0)
            if (await self.line.hear("cut", "entry", "subscribed", "reset"))["type"] != "cut":
                self.faults.append("the socket follows again")
        elif self.line.socket.close_code != frames.SIGNED_OUT:
            self.faults.append(f"closed with {self.line.socket.close_code}")
        else:
            with contextlib.suppress(InvalidStatus):
                await self.hall.line_with(self.cast.token)
                self.faults.append("the door opened again")
        if (await self._ask(after=0)).status_code != 404:
            self.faults.append("the request is answered again")

    async def _ask(self, after: int) -> httpx2.Response:
        return await self.browser.get(f"/rooms/{self.room.id}/events?after={after}&epoch={self.room.epoch}", timeout=30)

    async def _speaker(self) -> Viewer:
        """The host, who may read the room wherever it is by now."""
        found = await row("SELECT audience FROM rooms WHERE id = :id", id=self.room.id)
        if found and ":" in found["audience"]:
            async with unit_of_work():
                await grant(found["audience"], member_key(self.cast.host.id))
        return await viewer_of(self.cast.host)


async def trial_of(hall: House, number: int, name: str) -> Trial:
    of = await cast(number)
    room, lose = await WAYS[name](of)
    line = await hall.line_with(of.token)
    await line.say(type="subscribe", room=room.id)
    seq = (await line.hear("subscribed"))["seq"]
    return Trial(hall, of, room, lose, line, seq, hall.browser(of.token))


async def faults_of(trial: Trial) -> list[str]:
    async with trial.browser:
        await trial.both_hear()
        await trial.is_silent()
        await trial.is_refused_anew()
    await trial.line.close()
    return trial.faults


async def test_whoever_loses_a_right_hears_nothing_more_within_a_second(bus: Valkey | None, hall: House) -> None:
    """All ways at the same time, each with its own people and room."""
    if bus:
        bus.pause()
    trials = [await trial_of(hall, number, name) for number, name in enumerate(WAYS)]
    found = await asyncio.gather(*map(faults_of, trials))
    assert dict(zip(WAYS, found, strict=True)) == {name: [] for name in WAYS}
