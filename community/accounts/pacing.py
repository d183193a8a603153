"""Answers that take the same time, whatever was found out meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

SECONDS = 0.3


@asynccontextmanager
async def evenly() -> AsyncIterator[None]:
    """What is done inside ends on a full beat: whether an address is known, and what followed from that, shows in no time.

    Work that runs longer, as on a busy machine, ends on the next beat. What fails, fails at once: a form is refused before
    anything was looked up.
    """
    began = monotonic()
    yield
    if SECONDS:
        await asyncio.sleep(SECONDS - (monotonic() - began) % SECONDS)
