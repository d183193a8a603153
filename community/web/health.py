"""What is wired, reachable and migrated: asked by /readyz, /metrics and `guildhall doctor` alike."""

from collections.abc import Awaitable, Callable
from typing import Any

from community.storage import pending_migrations, value

Check = Callable[[], Awaitable[str]]
Measure = Callable[[], Awaitable[float]]

_checks: dict[str, Check] = {}
_measures: dict[str, tuple[str, Measure]] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a part the site can do without: the function answers what it is, or raises."""

    def register(function: Check) -> Check:
        _checks[name] = function
        return function

    return register


def measure(name: str, help_text: str) -> Callable[[Measure], Measure]:
    """Register a gauge for /metrics."""

    def register(function: Measure) -> Measure:
        _measures[name] = (help_text, function)
        return function

    return register


async def readiness() -> dict[str, Any]:
    """{"ready": bool, "parts": {name: "ok: ..." | "degraded: ..."}}."""
    parts = {"database": await _state(_database), "migrations": await _state(_migrations)}
    ready = all(state.startswith("ok") for state in parts.values())
    return {"ready": ready, "parts": parts | {name: await _state(function) for name, function in _checks.items()}}


async def measures() -> str:
    """All gauges as Prometheus text."""
    lines: list[str] = []
    for name, (help_text, function) in sorted(_measures.items()):
        full = f"guildhall_{name}"
        lines += [f"# HELP {full} {help_text}", f"# TYPE {full} gauge", f"{full} {await function():g}"]
    return "\n".join(lines) + "\n"


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
