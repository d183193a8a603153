"""Throttles: per member, else per address. In memory, or in Valkey when there are several processes.

While Valkey does not answer, each process counts by itself: nobody waits for it, and nothing goes unthrottled.
"""

import asyncio
import logging
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic, time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string
from starlette.requests import HTTPConnection

from community.audience import Viewer
from community.errors import TooMany
from community.settings import settings

log = logging.getLogger(__name__)

ANSWER_S, AWAY_S = 0.5, 5.0
FORMS = "60/minute"  # of one kind, by one member or from one address


class _Shared:
    """Until when the counters that processes share are taken to be away."""

    away_until = 0.0


async def throttle(request: HTTPConnection, viewer: Viewer, limit: str, what: str) -> None:
    """Count one use of `what`; raise TooMany above `limit`, such as "20/minute"."""
    await count(f"member:{viewer.member}" if viewer.signed_in else network_of(request), limit, what)


async def count(who: str, limit: str, what: str) -> None:
    item = parse(limit)
    try:
        wait = await _counted(_own() if monotonic() < _Shared.away_until else _limiter(), item, who, what)
    except (OSError, StorageError) as error:  # OSError: TimeoutError is one
        log.warning("throttles are counted here alone: %s", type(error).__name__)
        _Shared.away_until = monotonic() + AWAY_S
        wait = await _counted(_own(), item, who, what)
    if wait:
        raise TooMany(wait)


async def _counted(limiter: FixedWindowRateLimiter, item: RateLimitItem, who: str, what: str) -> int:
    """How many seconds to wait; 0 for none."""
    async with asyncio.timeout(ANSWER_S):
        if await limiter.hit(item, who, what):
            return 0
        reset, _ = await limiter.get_window_stats(item, who, what)
        return int(reset - time()) + 1


async def ensure_below(who: str, limit: str, what: str) -> None:
    """Count nothing; raise TooMany where the limit has been used up."""
    item = parse(limit)
    if not await _limiter().test(item, who, what):
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
    _own.cache_clear()
    _Shared.away_until = 0.0


def _is_proxy(text: str) -> bool:
    try:
        return any(ip_address(text) in network for network in settings().proxies)
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _limiter() -> FixedWindowRateLimiter:
    bus = settings().bus
    if bus == "memory":
        return _own()
    storage = storage_from_string(f"async+{bus}", wrap_exceptions=True)
    assert isinstance(storage, Storage)
    return FixedWindowRateLimiter(storage)


@lru_cache(maxsize=1)
def _own() -> FixedWindowRateLimiter:
    """This process's own counters."""
    return FixedWindowRateLimiter(MemoryStorage())
