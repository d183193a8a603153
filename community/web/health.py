"""What is wired, reachable and migrated: asked by /readyz, /metrics and `guildhall doctor` alike."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from community.storage import pending_migrations, value

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str]]
Measure = Callable[[], Awaitable[float]]
Kind = Literal["gauge", "counter"]

PATIENCE_S, LASTS_S = 2.0, 5.0

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line beside each number, of no use to anybody here
registry = CollectorRegistry()
ProcessCollector(registry=registry)

_checks: dict[str, Check] = {}
_measures: dict[str, "_Measured"] = {}
_asked: dict[tuple[str, int], tuple[float, "asyncio.Future[None]"]] = {}


@dataclass(frozen=True)
class _Measured:
    says: str
    kind: Kind
    function: Measure


def check(name: str) -> Callable[[Check], Check]:
    """Register a part the site can do without: the function answers what it is, or raises."""

    def register(function: Check) -> Check:
        _checks[name] = function
        return function

    return register


def measure(name: str, help_text: str, kind: Kind = "gauge") -> Callable[[Measure], Measure]:
    """Register a number for /metrics: one that goes up and down, or a counter since the process has started."""

    def register(function: Measure) -> Measure:
        _measures[name] = _Measured(help_text, kind, function)
        return function

    return register


async def readiness() -> dict[str, Any]:
    """{"ready": bool, "parts": {name: "ok: ..." | "degraded: ..."}}. Names no address: anybody may ask."""
    names = ["database", "migrations", *_checks]
    states = await asyncio.gather(*map(_state, (_database, _migrations, *_checks.values())))
    parts = dict(zip(names, states, strict=True))
    return {"ready": all(parts[name].startswith("ok") for name in names[:2]), "parts": parts}


async def port_answers(host: str, port: int) -> None:
    """Raises OSError where no connection opens. Asked anew every few seconds only, however often anybody asks us."""
    at, answer = _asked.get((host, port), (0.0, None))
    if answer is None or time.monotonic() - at > LASTS_S or answer.get_loop() is not asyncio.get_running_loop():
        answer = asyncio.ensure_future(_opened(host, port))
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # somebody may ask and hang up
        _asked[(host, port)] = (time.monotonic(), answer)
    await asyncio.shield(answer)


async def _opened(host: str, port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        _reader, writer = await asyncio.open_connection(host, port)
    writer.close()


async def measures() -> bytes:
    """Everything as Prometheus text. A part that does not answer is left out."""
    found = [await _measured(name, one) for name, one in sorted(_measures.items())]
    return generate_latest(registry) + generate_latest(_Now(one for one in found if one))


async def _measured(name: str, measured: _Measured) -> Metric | None:
    family = CounterMetricFamily if measured.kind == "counter" else GaugeMetricFamily
    try:
        return family(f"guildhall_{name}", measured.says, value=await measured.function())
    except Exception as error:  # the search may be away, and the rest is wanted then most
        log.warning("%s could not be measured: %s", name, type(error).__name__)
        return None


class _Now:
    """What has been measured, as a collector."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = list(found)

    def collect(self) -> Iterable[Metric]:
        return self._found


async def _state(function: Check) -> str:
    try:
        return f"ok: {await function()}"
    except Exception as error:  # whatever is wrong with a part, the report says so and goes on
        return f"degraded: {type(error).__name__}"


async def _database() -> str:
    await value("SELECT 1")
    return "reachable"


async def _migrations() -> str:
    pending = await pending_migrations()
    if pending:
        raise RuntimeError
    return "applied"
