"""The one way in which the house asks a page of somebody else: checked, pinned, short, small, and telling nothing of who wants it.

A name is resolved once for each connection, all its addresses are checked, and the connection goes to the one that was checked: a
name that changes its mind in between changes nothing. Each redirect is an address like the first. No cookies, no referrer, no
proxy of the environment, no second look.
"""

import asyncio
import errno
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import httpcore2
import idna

from community.previews.guarding import Forbidden, MayAsk, NoNetwork, Resolve, checked_addresses, is_public_place, resolved

MOST_BYTES = 256 * 1024  # of the page, compressed or not
MOST_SECONDS = 5.0  # in all, redirects included
MOST_REDIRECTS = 3
MOST_LETTERS = 2000
TYPES = frozenset(("text/html", "application/xhtml+xml"))
_SAFE = "%/:?#[]@!$&'()*+,;=~"
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_UNREACHABLE = frozenset((errno.ENETUNREACH, errno.ENETDOWN))


class Unreadable(Exception):
    """Nothing that could be shown: no answer in time, an error, another kind of content."""


@dataclass(frozen=True)
class Page:
    """The beginning of a page: at most 256 KB. `host` is where it came from in the end."""

    content: bytes
    content_type: str
    host: str


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that are believed, read once: that takes 60 ms, in which nothing else would be answered."""
    return httpcore2.default_ssl_context()


class Pinned(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that were checked, instead of to names."""

    def __init__(self, resolve: Resolve, may_ask: MayAsk) -> None:
        self._resolve, self._may_ask, self._net = resolve, may_ask, httpcore2.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,  # noqa: ASYNC109 - its signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:  # fmt: skip
        failed: Exception = Forbidden(host)
        for address in (await checked_addresses(host, port, self._resolve, self._may_ask))[:4]:
            try:
                return await self._net.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed

    async def connect_unix_socket(self, *_path: Any, **_options: Any) -> httpcore2.AsyncNetworkStream:
        raise Forbidden("a socket of this machine")


@dataclass(frozen=True)
class Fetcher:
    """`own_host` is this site's: it is asked for nothing. Tests bring another `resolve`, another `may_ask` and another `trust`."""

    agent: str
    own_host: str = ""
    resolve: Resolve = resolved
    may_ask: MayAsk = is_public_place
    trust: Callable[[], ssl.SSLContext] = field(default=trusted)
    seconds: float = MOST_SECONDS

    async def fetch(self, address: str) -> Page:
        """The page at an address of http or https. Raises Forbidden, Unreadable, NoNetwork."""
        try:
            authorities = await asyncio.to_thread(self.trust)
            async with asyncio.timeout(self.seconds), self._pool(authorities) as pool:
                return await self._follow(pool, address)
        except (TimeoutError, httpcore2.ProtocolError, httpcore2.TimeoutException, zlib.error) as error:
            raise Unreadable(type(error).__name__) from None
        except (httpcore2.NetworkError, OSError) as error:
            raise (NoNetwork if _is_unreachable(error) else Unreadable)(type(error).__name__) from None

    def _pool(self, authorities: ssl.SSLContext) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=authorities, max_connections=1, max_keepalive_connections=0,
            network_backend=Pinned(self.resolve, self.may_ask),
        )  # fmt: skip

    async def _follow(self, pool: httpcore2.AsyncConnectionPool, address: str) -> Page:
        for _hop in range(MOST_REDIRECTS + 1):
            parts = self._checked(address)
            async with pool.stream("GET", _url(parts), headers=self._headers(parts)) as answer:
                if answer.status not in _REDIRECTS:
                    return await _read(answer, parts.hostname or "")
                address = urljoin(address, _header(answer, b"location"))
        raise Unreadable("redirects")

    def _checked(self, address: str) -> SplitResult:
        """An address that may be asked as far as can be told without resolving it."""
        if len(address) > MOST_LETTERS or not address.isprintable() or " " in address or "\\" in address:
            raise Forbidden("letters")
        try:
            parts = urlsplit(address)
            parts.port  # noqa: B018 - raises for what is no port
        except ValueError:
            raise Forbidden("an address") from None
        if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
            raise Forbidden("scheme or host")
        if parts.hostname.rstrip(".") == self.own_host:
            raise Forbidden("own")
        return parts

    def _headers(self, parts: SplitResult) -> list[tuple[bytes, bytes]]:
        host = _ascii_host(parts)
        return [
            (b"Host", host + (b":%d" % parts.port if parts.port not in {None, _PORTS[parts.scheme]} else b"")),
            (b"User-Agent", self.agent.encode("ascii", "ignore")),
            (b"Accept", b"text/html,application/xhtml+xml"),
            (b"Accept-Encoding", b"gzip"),
            (b"Connection", b"close"),
        ]


def _is_unreachable(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _UNREACHABLE:
            return True
        seen = seen.__cause__ or seen.__context__
    return False


async def _read(answer: httpcore2.Response, host: str) -> Page:
    media_type = _header(answer, b"content-type")
    if answer.status != 200 or media_type.partition(";")[0].strip().lower() not in TYPES:
        raise Unreadable("status or type")
    content = b""
    async for piece in _opened(answer.aiter_stream(), _header(answer, b"content-encoding").strip().lower()):
        content += piece
        if len(content) >= MOST_BYTES:
            break
    return Page(content[:MOST_BYTES], media_type[:200], host)


async def _opened(stream: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """What came, unpacked: of what is packed no more than 256 KB come in, and no more than that come out of one piece."""
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise Unreadable("encoding")
    unpacking = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    came = 0
    async for piece in stream:
        came += len(piece)
        yield unpacking.decompress(piece, MOST_BYTES) if unpacking else piece
        if came >= MOST_BYTES or (unpacking and unpacking.unconsumed_tail):
            break


def _header(answer: httpcore2.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name), "")


def _url(parts: SplitResult) -> httpcore2.URL:
    """Made of the same parts that were checked, so that no second reader of the address sees another host in it."""
    target = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    host = _ascii_host(parts).strip(b"[]")
    return httpcore2.URL(scheme=parts.scheme.encode(), host=host, port=parts.port or _PORTS[parts.scheme], target=target.encode())


def _ascii_host(parts: SplitResult) -> bytes:
    """As it stands in a header. Raises Forbidden for what is no name."""
    host = parts.hostname or ""
    if ":" in host:
        return f"[{host}]".encode("ascii", "ignore")
    try:
        return host.encode("ascii") if host.isascii() else idna.encode(host, uts46=True)
    except (UnicodeError, idna.IDNAError):
        raise Forbidden("a name") from None
