"""What somebody looks for in the library, read out of an address. What cannot be understood is left out: links grow old."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from community.practices.record import COSTS, NEEDS, SCALES
from community.text import fold
from community.text.vocabularies import is_country, is_field, language_tags, levels, themes

MOST_VALUES = 20
MOST_WORDS = 8
ORDERS: Final = ("newest", "adapted")

COLUMNS: Final[Mapping[str, str]] = {
    "country": "e.country", "language": "e.lang", "cost": "e.cost_level", "scale": "e.scale", "kind": "p.kind",
}  # fmt: skip
"""Filters on a column of the edition or its practice."""

CODES: Final[Mapping[str, str]] = {"theme": "theme", "level": "level", "needs": "need", "field": "field"}
"""Filters on codes, by the kind they are stored as."""

NAMES: Final = ("theme", "country", "field", "level", "language", "cost", "needs", "scale", "kind")


class Asked(Protocol):
    """A query string: several values of one name."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Filters:
    """Several values of one name are alternatives, different names all hold, and so does every word of `q`."""

    q: str = ""
    theme: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    scale: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    order: str = "newest"

    @classmethod
    def of(cls, asked: Asked) -> "Filters":
        known: Mapping[str, Any] = {
            "theme": {term.code for term in themes()}, "level": {term.code for term in levels()}, "language": language_tags(),
            "cost": set(COSTS), "needs": set(NEEDS), "scale": set(SCALES), "kind": {"practice", "lead"},
        }  # fmt: skip
        chosen: dict[str, Any] = {
            name: tuple(dict.fromkeys(code for code in _given(asked, name) if code in codes)) for name, codes in known.items()
        }
        order = next(iter(asked.getlist("order")), "newest")
        return cls(
            q=" ".join(next(iter(asked.getlist("q")), "").replace("\0", "")[:200].split()),
            country=tuple(dict.fromkeys(code for code in _given(asked, "country") if is_country(code))),
            field=tuple(dict.fromkeys(code for code in _given(asked, "field") if is_field(code))),
            order=order if order in ORDERS else "newest",
            **chosen,
        )

    @property
    def on(self) -> int:
        return sum(len(getattr(self, name)) for name in NAMES)

    def without(self, name: str, value: str = "") -> "Filters":
        """The same without one value of a filter, or without all of them."""
        left: dict[str, Any] = {name: tuple(code for code in getattr(self, name) if value and code != value)}
        return replace(self, **left)

    def conditions(self, but: str = "") -> tuple[str, dict[str, Any]]:
        """What to add to a query of `editions AS e JOIN practices AS p`, leaving one filter out, and its parameters."""
        texts, values = _words(self.q)
        for name in NAMES:
            if name == but or not getattr(self, name):
                continue
            values[name] = list(getattr(self, name))
            texts.append(f"{COLUMNS[name]} IN :{name}" if name in COLUMNS else _coded(name))
        return "".join(f" AND {text}" for text in texts), values

    def pairs(self, but: str = "") -> list[tuple[str, str]]:
        """As they stand in an address."""
        pairs = [("q", self.q)] if self.q and but != "q" else []
        pairs += [(name, code) for name in NAMES if name != but for code in getattr(self, name)]
        return pairs + ([("order", self.order)] if self.order != "newest" and but != "order" else [])

    def address(self, **more: str) -> str:
        query = urlencode([*self.pairs(), *more.items()])
        return f"/practices?{query}" if query else "/practices"


def _given(asked: Asked, name: str) -> list[str]:
    return asked.getlist(name)[:MOST_VALUES]


def _coded(name: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM practice_codes AS c WHERE c.edition_id = e.id AND c.kind = '{CODES[name]}' AND c.code IN :{name})"
    )


def _words(text: str) -> tuple[list[str], dict[str, Any]]:
    found = fold(text).split()[:MOST_WORDS]
    texts = [f"e.search_words LIKE :word_{place} ESCAPE '!'" for place, _word in enumerate(found)]
    return texts, {f"word_{place}": f"%{_literal(word)}%" for place, word in enumerate(found)}


def _literal(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
