"""Waiting for what must not be left half done."""

import asyncio
from typing import TypeVar

T = TypeVar("T")


def succeeded(future: "asyncio.Future[T]") -> bool:
    """Whether it is done, and neither failed nor cancelled."""
    return future.done() and not future.cancelled() and future.exception() is None


async def settled(future: "asyncio.Future[T]") -> T:
    """The future's result. A cancellation on the way is raised only once the future is done.

    A COMMIT or a ROLLBACK that has been sent takes effect whether or not anybody waits: whoever is cancelled meanwhile must
    still learn which it was. If the future fails, its error wins over the cancellation.
    """
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.shield(future)
        except asyncio.CancelledError as error:
            if future.cancelled():
                raise
            cancelled = error
        except Exception:
            break
    result = future.result()
    if cancelled is not None:
        raise cancelled
    return result
