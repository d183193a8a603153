"""Asking a push service: the address comes from a browser, so it is asked like any stranger's.

https only, on its own port; the name is resolved once, all its addresses must be public, and the connection goes to one that was
checked. No redirect is followed, nothing is read but the status and the headers.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import httpcore2

from community.errors import Invalid
from community.previews.fetching import Pinned, trusted
from community.previews.guarding import Forbidden, MayAsk, NoNetwork, Resolve, is_public_place, resolved
from community.text.gettext import _

MOST_SECONDS = 5.0
MOST_LETTERS = 1000


class Unreachable(Exception):
    """No answer, or none that could be read: perhaps later."""


@dataclass(frozen=True)
class Answer:
    """`retry_after` is in seconds, 0 where the service names none."""

    status: int
    retry_after: int = 0


@dataclass(frozen=True)
class Line:
    """How push services are asked. Tests bring another `resolve`, another `may_ask` and another `trust`."""

    resolve: Resolve = resolved
    may_ask: MayAsk = is_public_place
    trust: Callable[[], ssl.SSLContext] = field(default=trusted)
    seconds: float = MOST_SECONDS

    async def post(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises Forbidden for an address that may not be asked, Unreachable, NoNetwork."""
        parts = checked(endpoint)
        try:
            async with asyncio.timeout(self.seconds), self._pool() as pool, pool.stream(
                "POST", _url(parts), headers=_headers(parts, headers, body), content=body
            ) as answer:  # fmt: skip
                return Answer(answer.status, _retry_after(answer))
        except (TimeoutError, OSError, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException) as error:
            raise Unreachable(type(error).__name__) from None

    def _pool(self) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=self.trust(), max_connections=1, max_keepalive_connections=0,
            network_backend=Pinned(self.resolve, self.may_ask),
        )  # fmt: skip


def checked(endpoint: str) -> SplitResult:
    """An address that may be asked, as far as can be told without resolving it. Raises Forbidden."""
    if len(endpoint) > MOST_LETTERS or not endpoint.isascii() or any(sign <= " " or sign in '"<>\\^`{|}\x7f' for sign in endpoint):
        raise Forbidden("letters")
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        raise Forbidden("an address") from None
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
        raise Forbidden("scheme or host")
    return parts


def _url(parts: SplitResult) -> httpcore2.URL:
    """Made of the same parts that were checked, so that no second reader of the address sees another host in it."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpcore2.URL(scheme=b"https", host=(parts.hostname or "").encode(), port=parts.port or 443, target=target.encode())


def _headers(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
    return [("Host", parts.netloc), ("Content-Length", str(len(body))), ("Connection", "close"), *headers.items()]


def _retry_after(answer: httpcore2.Response) -> int:
    """In seconds, 0 where none is named, or a date."""
    named = next((value for name, value in answer.headers if name.lower() == b"retry-after"), b"")
    return int(named) if named.isdigit() and len(named) < 8 else 0


def ensure_askable(endpoint: str) -> None:
    """Refuse what no push service would be, when a browser brings it. Raises Invalid("endpoint")."""
    try:
        checked(endpoint)
    except Forbidden:
        raise Invalid("endpoint", _("This browser’s push service cannot be used from here.")) from None


__all__ = ["Answer", "Forbidden", "Line", "NoNetwork", "Unreachable", "checked", "ensure_askable"]
