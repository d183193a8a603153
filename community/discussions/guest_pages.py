"""Thread pages for guests, who all see the same: kept as they were made, for some seconds, while the thread has not changed.

A thread that is passed around in a message is opened by hundreds of people without an account within minutes. The one query asks
whether guests may still see it and in which version; what the version does not know, such as an author's new name, is
`SECONDS` late at most.
"""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from community.audience import GUEST, visible_sql
from community.storage import value
from community.text.gettext import language
from community.web.conditional import VARY, not_modified

SECONDS = 5
MOST = 256

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it was made, and compressed: once for all who come meanwhile."""

    version: int
    until: float
    body: bytes
    compressed: bytes
    etag: str


def kept_page(request: Request, version: int) -> Response | None:
    """The answer as it was made of this version a moment ago, or None."""
    kept = _shelf(request).get(_key(request))
    if kept is None or kept.until < monotonic() or kept.version != version:
        return None
    return not_modified(request, kept.etag) or _response(request, kept)


def keep_page(request: Request, version: int, made: Response) -> None:
    """Remember what was just made, unless it says something to this guest alone. `version` was read before the page was: an edit
    that came between makes the page that is kept one of the past, never an old text one of today.
    """
    if made.status_code != 200 or "flash" in request.cookies:
        return
    shelf = _shelf(request)
    body = bytes(made.body)
    shelf[_key(request)] = Kept(version, monotonic() + SECONDS, body, gzip.compress(body, 6, mtime=0), made.headers["etag"])
    while len(shelf) > MOST:
        shelf.popitem(last=False)


def _response(request: Request, kept: Kept) -> Response:
    headers = {"etag": kept.etag, "vary": f"{VARY['vary']}, accept-encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(kept.body, media_type="text/html", headers=headers)
    return Response(kept.compressed, media_type="text/html", headers=headers | {"content-encoding": "gzip"})


def _shelf(request: Request) -> OrderedDict[Key, Kept]:
    """Of this application: each test has its own."""
    shelf: OrderedDict[Key, Kept] = request.app.state.__dict__.setdefault("guest_pages", OrderedDict())
    return shelf


def _key(request: Request) -> Key:
    """All that a guest's page depends on. A flash is for one pair of eyes and never matches what was kept."""
    cookies = request.cookies
    chosen = (cookies.get("theme", ""), cookies.get("low_data", ""), request.headers.get("save-data", ""), cookies.get("flash", ""))
    return (request.url.path, request.url.query, language(), *chosen)


async def version_for_guests(thread_id: int) -> int:
    """The thread's version, -1 where guests may not see it."""
    seen, keys = visible_sql(GUEST)
    found = await value(f"SELECT version FROM threads WHERE id = :id AND {seen}", id=thread_id, **keys)
    return -1 if found is None else int(found)
