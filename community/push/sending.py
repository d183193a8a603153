"""Asking a push service: the address comes from a browser, so it is asked like any stranger's.

https only, on its own port; the name is resolved once, all its addresses must be public, and the connection goes to one that was
checked. No redirect is followed, nothing is read but the status and the headers.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from community.errors import Invalid
from community.previews.guarding import Forbidden, MayAsk, NoNetwork, Resolve, checked_addresses, is_public_place, resolved
from community.text.gettext import _

MOST_SECONDS = 5.0
MOST_HEAD = 8 * 1024  # bytes of an answer's status and headers
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
    trust: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context)
    seconds: float = MOST_SECONDS

    async def post(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises Forbidden for an address that may not be asked, Unreachable, NoNetwork."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._ask(checked(endpoint), headers, body)
        except (TimeoutError, OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise Unreachable(type(error).__name__) from None

    async def _ask(self, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> Answer:
        host, port = parts.hostname or "", parts.port or 443
        address = (await checked_addresses(host, port, self.resolve, self.may_ask))[0]
        reader, writer = await asyncio.open_connection(
            address, port, ssl=self.trust(), server_hostname=host, limit=MOST_HEAD, ssl_handshake_timeout=self.seconds
        )  # fmt: skip
        try:
            writer.write(_request(parts, headers, body))
            await writer.drain()
            return _read(await reader.readuntil(b"\r\n\r\n"))
        finally:
            writer.transport.abort()  # a polite end could take as long as the other side likes


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


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _read(head: bytes) -> Answer:
    """Raises ValueError for what is no answer of HTTP."""
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status, *_reason = first.split(" ")
    if not version.startswith("HTTP/1.") or len(status) != 3:
        raise ValueError("no HTTP")
    headers = {name.strip().lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    after = headers.get("retry-after", "")
    return Answer(int(status), int(after) if after.isdecimal() and len(after) < 8 else 0)


def ensure_askable(endpoint: str) -> None:
    """Refuse what no push service would be, when a browser brings it. Raises Invalid("endpoint")."""
    try:
        checked(endpoint)
    except Forbidden:
        raise Invalid("endpoint", _("This browser’s push service cannot be used from here.")) from None


__all__ = ["Answer", "Forbidden", "Line", "NoNetwork", "Unreachable", "checked", "ensure_askable"]
