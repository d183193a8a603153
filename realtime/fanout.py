"""One encoded frame to any number of sockets.

Nobody awaits a reader: bytes go to the transport, and a transport whose buffer is full tells its connection (pause_writing),
which is then closed with "resume".
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

# What is written leaves when the loop turns: in small slices the first is sent while the last is yet to be written, and no page
# waits for a message to 10,000 sockets, which takes 134 ms in one go.
SLICE = 200


class Delivered:
    """Frames written to sockets since this process has started."""

    frames = 0


class Writer(Protocol):
    """A connection as the fan-out sees it."""

    def write(self, data: bytes) -> None: ...

    def waiting(self) -> int:
        """Bytes that the kernel has not taken yet."""


async def deliver(readers: Sequence[Writer], data: bytes, still: Collection[Writer]) -> None:
    """Write to all `readers`. Between two slices others get their turn, and whoever left `still` meanwhile hears nothing."""
    Delivered.frames += len(readers)
    for start in range(0, len(readers), SLICE):
        if start:
            await asyncio.sleep(0)
        for reader in readers[start : start + SLICE]:
            if reader in still:
                reader.write(data)


def whisper(readers: Iterable[Writer], data: bytes, full: int) -> None:
    """Write what may be lost (typing, presence), and only to those with less than `full` bytes waiting."""
    for reader in readers:
        if reader.waiting() < full:
            reader.write(data)
