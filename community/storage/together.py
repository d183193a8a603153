"""One question for all who ask for one thing each at the same moment.

When a thousand phones come back at once, a query for each is what keeps them waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

GATHER_S = 0.005

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class Together(Generic[Key, Found]):
    """`await together(key)`: what `ask` finds for it, or None.

    What is asked for while a question is under way goes into the next one, so that nobody is answered from before they asked.
    """

    def __init__(
        self, ask: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Found]]], most: int = 200, *, gathers: bool = False
    ) -> None:
        """At most `most` things are asked for in one question. If it `gathers`, who comes right after one waits for others."""
        self._ask, self._most, self._pause_s = ask, most, GATHER_S if gathers else 0.0
        self._next_at = 0.0
        self._waiting: dict[Key, asyncio.Future[Found | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, key: Key) -> Found | None:
        if key not in self._waiting:
            self._waiting[key] = asyncio.get_running_loop().create_future()
        answer = self._waiting[key]
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._run())
        return await asyncio.shield(answer)  # others may wait for the same

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                if self._next_at > loop.time() and len(self._waiting) < self._most:
                    await asyncio.sleep(self._next_at - loop.time())
                asked = {key: self._waiting.pop(key) for key in list(self._waiting)[: self._most]}
                await self._answer(asked)
                self._next_at = loop.time() + self._pause_s
            self._asking = None
        except asyncio.CancelledError:
            for answer in self._waiting.values():
                answer.cancel()
            self._waiting.clear()
            raise

    async def _answer(self, asked: Mapping[Key, asyncio.Future[Found | None]]) -> None:
        try:
            found = await self._ask(list(asked))
        except asyncio.CancelledError:
            for answer in asked.values():
                answer.cancel()
            raise
        except Exception as error:
            for answer in asked.values():
                if not answer.cancelled():
                    answer.set_exception(error)
            return
        for key, answer in asked.items():
            if not answer.cancelled():
                answer.set_result(found.get(key))
