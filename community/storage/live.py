"""What can be followed live: topics such as `room:5` and `thread:9`, each given by the slice that owns it.

A topic is a log: it has an epoch (changed only by a restore) and a gapless sequence of entries. Whoever follows keeps a cursor.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from community.audience import Viewer

Head = tuple[str, int]
Entry = tuple[int, dict[str, Any]]

FRESH_S = 0.05  # about as long as a frame is under way; what was not told by then is read, as it is by then


class LiveTopic(ABC):
    """One kind of topic. Asked on subscribing, on resuming, and again whenever rights may have changed.

    `gathers` says whether those who follow it are told who else does.
    """

    gathers = True

    @abstractmethod
    async def may_follow(self, viewer: "Viewer", id: int) -> bool:
        """Whether the viewer may see the topic; False for one that does not exist."""

    @abstractmethod
    async def head(self, ids: Sequence[int]) -> Mapping[int, Head]:
        """(epoch, newest sequence number) of each topic that exists, in one query."""

    @abstractmethod
    async def entries(self, id: int, after: int, limit: int) -> list[Entry]:
        """At most `limit` (sequence number, frame) after that number, oldest first, rendered as they are now."""


T = TypeVar("T", bound=type[LiveTopic])

_topics: dict[str, LiveTopic] = {}


def topic(prefix: str) -> Callable[[T], T]:
    """Register a LiveTopic class for `prefix:id`."""

    def register(kind: T) -> T:
        _topics[prefix] = kind()
        return kind

    return register


def topics() -> Mapping[str, LiveTopic]:
    return _topics


def topic_of(name: str) -> tuple[LiveTopic, int] | None:
    """The topic and the id of `room:5`, or None for what no slice provides."""
    prefix, _, number = name.partition(":")
    found = _topics.get(prefix)
    if found is None or not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return found, int(number)


class _Fresh:
    """What one commit of this process added last, by topic: entries in their order."""

    entries: Mapping[str, Sequence[Entry]] = {}
    until = 0.0


def just_stored(entries: Mapping[str, Sequence[Entry]]) -> None:
    """To be called after a commit, with all entries that it has added to each of these topics, in their order."""
    _Fresh.entries, _Fresh.until = entries, time.monotonic() + FRESH_S


def fresh_after(name: str, after: int) -> Sequence[Entry]:
    """What was stored a moment ago, if it comes right after that number; the log may hold more by now."""
    entries = _Fresh.entries.get(name, ())
    return entries if entries and entries[0][0] == after + 1 and time.monotonic() < _Fresh.until else ()
