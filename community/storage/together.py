"""One question for all who ask for one thing each at the same moment.

When a thousand phones come back at once, a query for each is what keeps them waiting.
"""

import asyncio
from collections import defaultdict
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
        self._waiting: defaultdict[Key, list[asyncio.Future[Found | None]]] = defaultdict(list)
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, key: Key) -> Found | None:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Found | None] = loop.create_future()
        self._waiting[key].append(answer)
        if self._asking is None or self._asking.done():
            self._asking = loop.create_task(self._run())
        return await answer

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
            _cancel(self._waiting)
            self._waiting.clear()
            raise

    async def _answer(self, asked: Mapping[Key, list["asyncio.Future[Found | None]"]]) -> None:
        try:
            found = await self._ask(list(asked))
        except asyncio.CancelledError:
            _cancel(asked)
            raise
        except Exception as error:
            for answer in _unanswered(asked):
                answer.set_exception(error)
            return
        for key, answers in asked.items():
            for answer in answers:
                if not answer.done():
                    answer.set_result(found.get(key))


def _unanswered(asked: Mapping[Key, list["asyncio.Future[Found | None]"]]) -> list["asyncio.Future[Found | None]"]:
    return [answer for answers in asked.values() for answer in answers if not answer.done()]


def _cancel(asked: Mapping[Key, list["asyncio.Future[Found | None]"]]) -> None:
    for answer in _unanswered(asked):
        answer.cancel()
