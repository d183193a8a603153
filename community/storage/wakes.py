"""Waking what waits in this process. A wake carries nothing: whoever wakes looks into the database."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_overhearing: set[Callable[[str], None]] = set()
_waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)


def wake(name: str) -> None:
    """Wake all that wait for `name`. To be called once what they will look for is committed: give it to `after_commit`."""
    for event in _waiting.get(name, ()):
        event.set()
    for hear in tuple(_overhearing):
        hear(name)


@contextmanager
def overhearing(hear: Callable[[str], None]) -> Iterator[None]:
    """Call `hear` with the name of every wake: for who passes them on to other processes."""
    _overhearing.add(hear)
    try:
        yield
    finally:
        _overhearing.discard(hear)


@contextmanager
def woken_by(*names: str) -> Iterator[asyncio.Event]:
    """An event that is set by a wake of any of these names; clear it before looking, so that nothing slips through."""
    event = asyncio.Event()
    for name in names:
        _waiting[name].add(event)
    try:
        yield event
    finally:
        for name in names:
            _waiting[name].discard(event)
