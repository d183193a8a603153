"""Throttles: per member, else per address. In memory, or in Valkey when there are several processes."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from time import time

from limits import parse
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.storage import storage_from_string
from starlette.requests import HTTPConnection

from community.audience import Viewer
from community.errors import TooMany
from community.settings import settings


async def throttle(request: HTTPConnection, viewer: Viewer, limit: str, what: str) -> None:
    """Count one use of `what`; raise TooMany above `limit`, such as "20/minute"."""
    await count(f"member:{viewer.member}" if viewer.signed_in else network_of(request), limit, what)


async def count(who: str, limit: str, what: str) -> None:
    item = parse(limit)
    if not await _limiter().hit(item, who, what):
        reset, _ = await _limiter().get_window_stats(item, who, what)
        raise TooMany(int(reset - time()) + 1)


def network_of(request: HTTPConnection) -> str:
    """The address that asks, as a throttle counts it: a whole /64 for IPv6, since one household has that many."""
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return "address:unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return f"address:{address.ipv4_mapped}"
        return f"address:{ip_network((address, 64), strict=False)}"
    return f"address:{address}"


def client_address(request: HTTPConnection) -> str:
    """The nearest address that is not one of our own proxies. Forwarded headers of anybody else are ignored."""
    nearest = request.client.host if request.client else ""
    forwarded = [part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",") if part.strip()]
    while forwarded and _is_proxy(nearest):
        nearest = forwarded.pop()
    return nearest


def forget_throttles() -> None:
    """Begin counting anew: for tests."""
    _limiter.cache_clear()


def _is_proxy(text: str) -> bool:
    try:
        return any(ip_address(text) in network for network in settings().proxies)
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _limiter() -> FixedWindowRateLimiter:
    bus = settings().bus
    storage = storage_from_string("async+memory://" if bus == "memory" else f"async+{bus}")
    assert isinstance(storage, Storage)
    return FixedWindowRateLimiter(storage)
