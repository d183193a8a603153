"""Between processes: wakes ("look at room:5") and what may be lost (typing, presence). The truth is in the database.

What one process says, the others hear; a process does not hear itself.
"""

import asyncio
import contextlib
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Protocol

log = logging.getLogger("guildhall.realtime")

Hears = Callable[[Mapping[str, Any]], None]


class Bus(Protocol):
    shared: bool  # whether another process could hear
    away: bool  # whether it has failed to pass on what was said last

    async def start(self, hears: Hears) -> None: ...
    def say(self, message: Mapping[str, Any]) -> None: ...
    async def close(self) -> None: ...


class MemoryBus:
    """For one process: there is nobody else to tell."""

    shared = away = False

    async def start(self, hears: Hears) -> None:
        pass

    def say(self, message: Mapping[str, Any]) -> None:
        pass

    async def close(self) -> None:
        pass


class ValkeyBus:
    """Publish and subscribe on one channel. While Valkey is away nothing is said, and every process looks for itself.

    Channels have no part in Valkey's numbered databases, so the number that the address names stands in the channel's name.
    """

    shared = True
    ANSWER_S = 2.0

    def __init__(self, address: str) -> None:
        self._address, self._me = address, secrets.token_hex(8)
        self.away = False
        self._unsaid: asyncio.Queue[str] = asyncio.Queue(1_000)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, hears: Hears) -> None:
        import valkey.asyncio  # an extra: only who sets GUILDHALL_BUS needs it

        self._client = valkey.asyncio.from_url(self._address, socket_connect_timeout=3)  # type: ignore[no-untyped-call]
        self._channel = f"guildhall:live:{self._client.connection_pool.connection_kwargs.get('db') or 0}"
        self._tasks = [asyncio.create_task(self._listen(hears)), asyncio.create_task(self._speak())]

    def say(self, message: Mapping[str, Any]) -> None:
        with contextlib.suppress(asyncio.QueueFull):  # a wake that is lost costs one look
            self._unsaid.put_nowait(json.dumps({"from": self._me, **message}))

    async def _speak(self) -> None:
        while True:
            await self._publish(await self._unsaid.get())
            while self.away:
                await asyncio.sleep(0.5)
                await self._publish(json.dumps({"from": self._me}))  # to hear when it is back

    async def _publish(self, message: str) -> None:
        try:
            async with asyncio.timeout(self.ANSWER_S):
                await self._client.publish(self._channel, message)
            self.away = False
        except (OSError, self._failures()) as error:
            _heed_cancellation(error)
            self.away = True
            log.warning("bus: %s", type(error).__name__)
            self._unsaid = asyncio.Queue(self._unsaid.maxsize)  # over by the time that anybody hears it: they look

    async def _listen(self, hears: Hears) -> None:
        while True:
            try:
                async with self._client.pubsub() as channel:
                    await channel.subscribe(self._channel)
                    async for message in channel.listen():
                        self._pass_on(message, hears)
            except (OSError, self._failures()) as error:
                _heed_cancellation(error)
                self.away = True
                log.warning("bus: %s", type(error).__name__)
            await asyncio.sleep(0.5)

    def _pass_on(self, message: Mapping[str, Any], hears: Hears) -> None:
        """What is not ours, or of another release, is passed over: who stops listening is deaf until the process ends."""
        if message["type"] != "message":
            return
        try:
            heard = json.loads(message["data"])
            if heard.pop("from") != self._me:
                hears(heard)
        except Exception as error:
            log.warning("bus: not understood: %s", type(error).__name__)

    def _failures(self) -> type[Exception]:
        from valkey.exceptions import ValkeyError

        failures: type[Exception] = ValkeyError
        return failures

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks:
            await self._client.aclose()


def _heed_cancellation(error: Exception) -> None:
    """Valkey's client may tell of a time-out while it is being cancelled: who waits for the end would wait for ever."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error


def bus_at(address: str) -> Bus:
    return MemoryBus() if address == "memory" else ValkeyBus(address)
