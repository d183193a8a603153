"""Conditional GET: what the reader already holds is answered by 304 and no body."""

from starlette.requests import Request
from starlette.responses import Response

VARY = {"vary": "cookie, accept-language, x-fragment"}


def not_modified(request: Request, etag: str) -> Response | None:
    """The 304 to send, when the request names this ETag (compared weakly, RFC 9110 13.1.2)."""
    named = request.headers.get("if-none-match", "")
    if _bare(etag) in {_bare(part) for part in named.split(",")}:
        return Response(status_code=304, headers=VARY | {"etag": etag})
    return None


def _bare(tag: str) -> str:
    return tag.strip().removeprefix("W/")
