"""A query, taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Form:
    """One way to hold a term: a stem, a word as it stands (`exact`), or several stems near each other."""

    parts: tuple[str, ...]
    weight: float = 1.0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A typed word and every form that answers it; `count` visible documents hold one of them."""

    typed: str
    forms: tuple[Form, ...]
    count: int = 0

    @property
    def marks(self) -> frozenset[str]:
        """Stems and words any of which shows this term in a text."""
        return frozenset(form.parts[0] for form in self.forms if len(form.parts) == 1)

    @property
    def expressions(self) -> frozenset[tuple[str, ...]]:
        """Stems that show it only all together."""
        return frozenset(form.parts for form in self.forms if len(form.parts) > 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """`phrases` were quoted and must stand as they are; `respelled` maps what was typed to what is searched instead."""

    terms: tuple[Term, ...]
    phrases: tuple[tuple[str, ...], ...]
    respelled: Mapping[str, str]
    understood: str


class Sight(Protocol):
    """What this reader can see of the index. Nothing outside it may change an answer."""

    def count(self, forms: tuple[Form, ...]) -> int: ...

    def completions(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Visible words that begin so, with how many visible documents hold them, commonest first."""
        ...


class Spelling(Protocol):
    """Where to look for what was meant."""

    def near(self, word: str) -> tuple[tuple[str, int], ...]:
        """Words within the tolerance with their distance, nearest first. Whether the reader may see them is still to be asked."""
        ...
