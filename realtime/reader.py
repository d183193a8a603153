"""Whoever hears what is said: a socket (connection.py), or a request that is held until there is something to tell (polling.py)."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable

from realtime.frames import Subscribe, Unsubscribe
from realtime.house import Session


class Reader(ABC):
    is_held = False  # a request that waits for its answer
    session: Session
    write: Callable[[bytes], None]  # one frame or several, as `frames.wire` makes them; all that the fan-out calls

    def __init__(self) -> None:
        self.rights = 0
        self.wanted: dict[str, Subscribe] = {}
        self.tasks: list[Subscribe | Unsubscribe | None] = []  # what is to be done in turn; None: rights may have changed
        self.working = self.closing = False
        self.expiry: asyncio.TimerHandle | None = None

    @abstractmethod
    def waiting(self) -> int:
        """Bytes that the reader has not taken yet."""

    @abstractmethod
    def check(self, now: float) -> None:
        """Every few seconds: whether it still lives."""

    @abstractmethod
    def close(self, code: int, reason: str) -> None:
        """Nothing is delivered from here on, and it is told why."""

    @abstractmethod
    def shutdown(self) -> None:
        """The process stops."""
