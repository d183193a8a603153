"""Which texts may show a card: a slice that has such texts says how they stand now, and what follows when a card comes or goes."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from community.storage.slices import import_all


@dataclass(frozen=True)
class Standing:
    """A text as it is now: its version, and its HTML as it was made safe when it was written."""

    version: int
    html: str


class Texts(ABC):
    """One kind of text, such as messages."""

    @abstractmethod
    async def standing(self, id: int, *, lock: bool = False) -> Standing | None:
        """None for what is gone, deleted or hidden. With `lock`, its root is locked until the unit of work ends."""

    @abstractmethod
    async def changed(self, id: int) -> None:
        """Its card has come or gone. In the unit of work that has locked it."""


T = TypeVar("T", bound=type[Texts])

_kinds: dict[str, Texts] = {}


def previewed(kind: str) -> Callable[[T], T]:
    """Register a class of Texts for "kind:id"."""

    def register(texts: T) -> T:
        _kinds[kind] = texts()
        return texts

    return register


def texts_of(source: str) -> tuple[Texts, int]:
    """Raises KeyError, ValueError for what no slice provides."""
    kind, _colon, number = source.partition(":")
    if kind not in _kinds:
        import_all("previewed")  # a worker by itself has not made the pages
    return _kinds[kind], int(number)
