"""Facts: what has happened, told to whoever listens, after it is stored and until it has worked."""

import dataclasses
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from community import clock
from community.storage.sql import execute_many
from community.storage.units import after_commit, require_unit
from community.storage.wakes import wake

Lane = Literal["default", "index"]
F = TypeVar("F", bound=type)
L = TypeVar("L", bound=Callable[[Any], Awaitable[None]])

_facts: dict[str, type] = {}


@dataclass(frozen=True)
class Listener:
    """A function that a slice runs for each fact of some kinds."""

    name: str
    run: Callable[[Any], Awaitable[None]]
    lane: Lane


_listeners: dict[str, Listener] = {}
_listening: defaultdict[type, dict[str, None]] = defaultdict(dict)  # the names of those that listen to a kind, in order
_lanes: defaultdict[type, set[Lane]] = defaultdict(set)  # in which they run


def fact(kind: F) -> F:
    """Mark a frozen dataclass of ids as something that can happen. Its name is unique in the house and stays: rows carry it."""
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind.__name__} must be a dataclass: write @fact above @dataclass(frozen=True)")
    if (known := _facts.get(kind.__name__)) is not None and known.__module__ != kind.__module__:
        raise TypeError(f"two facts are named {kind.__name__}")
    _facts[kind.__name__] = kind
    return kind


def listens(*kinds: type, lane: Lane = "default") -> Callable[[L], L]:
    """Run the function for each such fact. It reads the present state by the fact's ids, since it may run twice, late, or out of
    order; it raises to be run again.
    """

    def register(run: L) -> L:
        name = f"{run.__module__}.{run.__qualname__}"
        _listeners[name] = Listener(name, run, lane)
        for kind in kinds:
            _listening[kind][name] = None
            _lanes[kind].add(lane)
        return run

    return register


async def announce(*happened: Any) -> None:
    """Store the facts with what the unit of work writes; their listeners run after the commit, and again until they succeed."""
    require_unit("announce")
    told = [(_lanes_of(type(one)), f"fact:{type(one).__name__}", json.dumps(vars(one))) for one in happened]
    await insert_jobs([(lane, name, arguments) for lanes, name, arguments in told for lane in lanes])


def _lanes_of(kind: type) -> list[Lane]:
    """The lanes in which somebody listens."""
    if _facts.get(kind.__name__) is not kind:
        raise TypeError(f"{kind.__name__} is not marked with @fact")
    return sorted(_lanes[kind])


async def insert_jobs(waiting: Sequence[tuple[str, str, str]], due_at: datetime | None = None) -> None:
    """A row in `jobs` for each (lane, name, arguments), due at once or at `due_at`."""
    now = clock.now()
    await execute_many(
        """INSERT INTO jobs (lane, name, arguments, due_at, attempts, created_at)
           VALUES (:lane, :name, :arguments, :due_at, 0, :now)""",
        [
            {"lane": lane, "name": name, "arguments": arguments, "due_at": due_at or now, "now": now}
            for lane, name, arguments in waiting
        ],
    )
    for lane in sorted({lane for lane, _, _ in waiting}):
        wake_lane(lane)


def wake_lane(lane: str) -> None:
    """Wake the worker of this process when the unit is stored; those of other processes look every half second."""
    after_commit(lambda: wake(f"lane:{lane}"))


def listeners_of(kind: type, lane: str) -> list[Listener]:
    return [_listeners[name] for name in _listening[kind] if _listeners[name].lane == lane]


def fact_named(name: str) -> type:
    return _facts[name]


def listener_named(name: str) -> Listener:
    return _listeners[name]


def rebuilt(name: str, arguments: dict[str, Any]) -> Any:
    """The fact of a stored row. A field that a newer release has dropped is ignored; one it has added needs a default."""
    kind = fact_named(name)
    known = {field.name for field in dataclasses.fields(kind)}
    return kind(**{key: given for key, given in arguments.items() if key in known})
