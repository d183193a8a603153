"""How much of what is sent is read: what a route takes, and somewhat more to be thrown away, so that the refusal arrives.

Whoever still sends while they are answered may never hear it: a proxy closes on them, and a browser then shows a page of its own.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

THROWN_AWAY_BYTES = 32 * 1024 * 1024  # of one body; the shipped proxies pass on as much


def with_at_most(request: Request, most: int) -> Request:
    """The same request, but who reads a body of more than `most` bytes raises HTTPException(413)."""
    announced = _announced(request)
    read = 0

    async def receive() -> Message:
        nonlocal read
        if announced <= most:
            message = await request.receive()
            read += len(message.get("body", b""))
            if read <= most:
                return message
            is_more = bool(message.get("more_body"))
        else:
            is_more = announced <= THROWN_AWAY_BYTES
        await _throw_away(request, THROWN_AWAY_BYTES - read if is_more else 0)
        raise HTTPException(413)

    return Request(request.scope, receive)


def _announced(request: Request) -> int:
    """The bytes of the body that its head names; 0 where it comes in pieces."""
    given = request.headers.get("content-length", "")
    return int(given) if given.isascii() and given.isdecimal() else 0


async def _throw_away(request: Request, most: int) -> None:
    while most > 0:
        message = await request.receive()
        most = most - len(message.get("body", b"")) if message.get("more_body") else 0
