"""Where sockets are blocked: a request that is held until its topic says something, or its time is over.

It is a reader like a socket, so rights, replay, wakes and limits are the same: what it is told are the socket's frames.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from realtime import frames
from realtime.frames import Subscribe
from realtime.gateway import Gateway
from realtime.house import Session
from realtime.reader import Reader

PLACED_S = 10.0  # for the rights and what was missed to be read
NEWS = frozenset({b"entry", b"reset", b"cut"})
PLACES = frozenset({b"subscribed", b"reset", b"cut"})
STALE = frozenset({b"typing", b"head"})  # over by the time that an answer arrives


class Poll(Reader):
    """`ended` is the code that a socket would be closed with, `frames` what to answer: JSON objects, in their order."""

    is_held = True

    def __init__(self, gateway: Gateway, session: Session) -> None:
        super().__init__()
        self._gateway, self.session = gateway, session
        self.frames: list[bytes] = []
        self.ended: int | None = None
        self._presence: list[bytes] = []
        self._placed, self._news = asyncio.Event(), asyncio.Event()
        self.write = self._hear

    @property
    def is_placed(self) -> bool:
        """Whether it was told where its topic stands."""
        return self._placed.is_set() and self.ended is None

    @property
    def is_cut(self) -> bool:
        return any(_kind(body) == b"cut" for body in self.frames)

    async def listen(self, ask: Subscribe, seconds: float) -> None:
        """Until something was said, for so long at most."""
        self._gateway.joined(self)
        for work in (None, ask):  # its rights first: one may have gone since the request came
            self._gateway.queue(self, work)
        try:
            for event, patience in ((self._placed, PLACED_S), (self._news, seconds)):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(patience):
                        await event.wait()
        finally:
            self._leave()
        self.frames += self._presence

    def answer(self) -> None:
        """Hold it no longer."""
        self._news.set()

    def _leave(self) -> None:
        self.closing = True
        if self.expiry:
            self.expiry.cancel()
        self._gateway.left(self)

    def _hear(self, data: bytes) -> None:
        for body in frames.bodies(data):
            kind = _kind(body)
            if kind == b"presence":
                self._presence.append(body)
            elif kind not in STALE:
                self.frames.append(body)
            if kind in PLACES:
                self._placed.set()
            if kind in NEWS:
                self.answer()

    def waiting(self) -> int:
        return 0

    def check(self, now: float) -> None:
        """It ends by itself."""

    def close(self, code: int, reason: str) -> None:  # noqa: ARG002 - a reader's signature
        if not self.closing:
            self.closing, self.ended = True, code
            self.frames.clear()
            self._presence.clear()
            self._gateway.quiet(self)
            self._placed.set()
            self.answer()

    def shutdown(self) -> None:
        self.answer()


async def polled(gateway: Gateway, session: Session, ask: Subscribe, seconds: float, gone: Coroutine[Any, Any, None]) -> Poll:
    """What a held request was told. `gone` ends when nobody waits for the answer any more."""
    poll = Poll(gateway, session)
    leaving = asyncio.create_task(gone)
    leaving.add_done_callback(lambda _: poll.answer())
    try:
        await poll.listen(ask, 0 if gateway.leaving else seconds)
    finally:
        leaving.cancel()
    return poll


def _kind(body: bytes) -> bytes:
    return body[9 : body.index(b'"', 9)]  # {"type":"entry", ...
