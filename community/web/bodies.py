"""How much of what is sent is read: what a route takes, and somewhat more to be thrown away, so that the refusal arrives.

Whoever still sends while they are answered may never hear it: a proxy closes on them, and a browser then shows a page of its own.
"""

import asyncio
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

THROWN_AWAY_BYTES = 32 * 1024 * 1024  # of one body; the shipped proxies pass on a little more
THROWN_AWAY_S = 60.0


def with_at_most(request: Request, most: int) -> Request:
    """The same request, but who reads a body of more than `most` bytes raises HTTPException(413)."""
    announced = _announced(request)
    read, is_refused = 0, False

    async def receive() -> Message:
        nonlocal read, is_refused
        if is_refused:
            raise HTTPException(413)
        is_more = announced <= THROWN_AWAY_BYTES and not _waits_to_be_asked(request)
        if announced <= most:
            message = await request.receive()
            read += len(message.get("body", b""))
            if read <= most:
                return message
            is_more = bool(message.get("more_body"))
        is_refused = True
        is_whole = await _threw_away(request, THROWN_AWAY_BYTES - read) if is_more else announced <= most
        raise HTTPException(413, headers=None if is_whole else {"connection": "close"})

    return Request(request.scope, receive)


def _announced(request: Request) -> int:
    """The bytes of the body that its head names; 0 where it comes in pieces."""
    given = request.headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 20 else 0


def _waits_to_be_asked(request: Request) -> bool:
    return request.headers.get("expect", "").lower() == "100-continue"


async def _threw_away(request: Request, most: int) -> bool:
    """Whether that was all of it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(THROWN_AWAY_S):
            while most > 0:
                message = await request.receive()
                most -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return True
    return False
