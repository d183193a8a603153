"""What can be followed live: topics such as `room:5` and `thread:9`, each given by the slice that owns it.

A topic is a log: it has an epoch (changed only by a restore) and a gapless sequence of entries. Whoever follows keeps a cursor.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from community.audience import Viewer

Head = tuple[str, int]
Entry = tuple[int, dict[str, Any]]


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

    def fresh(self, id: int, after: int) -> Sequence[Entry]:  # noqa: ARG002 - few kinds remember
        """The same without asking, if this process has just stored it; the log may hold more by now."""
        return ()


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
