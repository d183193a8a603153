"""One encoded frame to any number of sockets.

Nobody awaits a reader: bytes go to the transport, and a transport whose buffer is full tells its connection (pause_writing),
which is then closed with "resume".
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

YIELD_ABOVE = 2_000  # one message to 10,000 sockets in one go holds the loop, and so every page, for 134 ms
SLICE = 150  # a millisecond or two, and then a page has its turn


class Delivered:
    """Frames written to sockets since this process has started."""

    frames = 0


class Writer(Protocol):
    """A connection as the fan-out sees it."""

    def write(self, data: bytes) -> None: ...

    def waiting(self) -> int:
        """Bytes that the kernel has not taken yet."""


async def deliver(readers: Sequence[Writer], writes: Sequence[Callable[[bytes], None]], data: bytes, unserved: set[Writer]) -> None:
    """Write to all `readers`; `writes` are their `write`, looked up once and not for each frame.

    Where it takes long, pages get their turn: `unserved` is filled with those who are still to hear, and whoever is taken out of it
    meanwhile hears nothing.
    """
    if len(readers) <= YIELD_ABOVE:
        Delivered.frames += len(readers)
        for write in writes:
            write(data)
        return
    unserved.update(readers)
    for start in range(0, len(readers), SLICE):
        for reader in readers[start : start + SLICE]:
            if reader in unserved:
                Delivered.frames += 1
                reader.write(data)
        unserved.difference_update(readers[start : start + SLICE])
        await asyncio.sleep(0)


def whisper(readers: Iterable[Writer], data: bytes, full: int) -> None:
    """Write what may be lost (typing, presence), and only to those with less than `full` bytes waiting."""
    for reader in readers:
        if reader.waiting() < full:
            reader.write(data)
