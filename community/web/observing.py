"""Each request is counted, timed and written down: by the pattern of its route, never by its address, and by no person."""

import logging
import secrets
import time
from functools import cache

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from community.logs import REQUESTS, request_id
from community.storage.counting import counted_statements
from community.web.health import registry

log = logging.getLogger(REQUESTS)

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
REQUEST_COUNT = Counter("guildhall_requests", "Requests answered", ["method", "route", "status"], registry=registry)
REQUEST_SECONDS = Histogram(
    "guildhall_request_seconds", "Time until the whole answer was given", ["route"], registry=registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip


_count_of, _seconds_of = cache(REQUEST_COUNT.labels), cache(REQUEST_SECONDS.labels)  # as few as there are routes


class Observed:
    """The outermost of our middleware. Every answer carries its number, which stands in the log: `X-Request-ID`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, number, status = time.perf_counter(), secrets.token_hex(8), 500
        request_id.set(number)  # stays for the task, which is this request's own

        async def send_numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", number.encode())]
            await send(message)

        with counted_statements() as statements:
            try:
                await self.app(scope, receive, send_numbered)
            finally:
                _note(scope, status, time.perf_counter() - began, statements[0])


def _note(scope: Scope, status: int, seconds: float, statements: int) -> None:
    method, route = _method(scope), route_of(scope)
    _count_of(method, route, status).inc()
    _seconds_of(route).observe(seconds)
    if log.isEnabledFor(logging.INFO):
        told = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1), "queries": statements}
        log.info("request", extra=told)


def route_of(scope: Scope) -> str:
    """The pattern, such as /threads/{id:int}; "none" for an address that fits no route."""
    return str(getattr(scope.get("route"), "path", "none"))


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"
