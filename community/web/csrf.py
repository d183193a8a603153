"""Cross-site writes are refused by what the browser says of itself; forms need no token.

A route whose address carries its own right, and that looks at no cookie, may be marked `from_anywhere` in its table: a mail program
presses the button of a letter, without being a browser.

Sec-Fetch-Site is sent by every current browser and cannot be set by a page. Older ones send Origin with each POST. A
request that has neither is no browser's form: it is refused too, since cookies would give it rights. (OWASP, fetch metadata.)
"""

from collections.abc import Iterable
from re import Pattern

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from realtime.origin import is_of_host

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Answers 403 to a write that did not begin on one of our own pages. `but` are paths that anybody may write to."""

    def __init__(self, app: ASGIApp, but: Iterable[Pattern[str]] = ()) -> None:
        self.app = app
        self.but = tuple(but)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not self._is_ours(scope):
            response = PlainTextResponse("This form was sent from another site. Open the page here and send it again.", 403)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        return is_same_origin(Headers(scope=scope)) or any(path.fullmatch(scope["path"]) for path in self.but)


def is_same_origin(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    return is_of_host(headers.get("origin", ""), headers.get("host", ""))
