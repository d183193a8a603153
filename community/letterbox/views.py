"""A message that another mail server, or a mail provider, hands over by HTTP."""

import base64
import binascii
import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from community.errors import NotFound
from community.letterbox.receiving import receive
from community.settings import settings


async def take_mail(request: Request) -> Response:
    """The body is the raw message; `to` says for whom it came, `from` who sent it, as the envelope had it.

    202 whatever became of it: trying again would not change it. 429 and 5xx are worth another try.
    """
    if not _has_token(request):
        raise NotFound
    raw = await request.body()
    if request.query_params.get("from") in {"", "<>"}:  # a null return path: no person wrote it
        return PlainTextResponse("ignored\n", 202)
    outcomes = await receive(raw, request.query_params.getlist("to"))
    return PlainTextResponse("\n".join(outcomes) + "\n", 202)


def _has_token(request: Request) -> bool:
    """`Authorization: Bearer TOKEN`, or the pass word of Basic for those who can only set an address."""
    expected = settings().reply_token.encode()
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    given = _pass_word(sent) if scheme.lower() == "basic" else sent.strip().encode()
    return bool(expected) and hmac.compare_digest(given, expected)


def _pass_word(sent: str) -> bytes:
    try:
        return base64.b64decode(sent, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
