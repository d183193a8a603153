"""Answers that take the same time, whatever was found out meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from community.accounts.addresses import counted_as
from community.web.limits import count

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


@asynccontextmanager
async def asked_for(email: str, what: str) -> AsyncIterator[None]:
    """Around whatever a stranger asks for an address, `what` being "join" or "mail": five times an hour, and evenly, since it takes
    longer where there is an account, or where there is none.

    Raises TooMany.
    """
    await count(f"account:{counted_as(email)}", "5/hour", what)
    async with evenly():
        yield
