"""What somebody browses for, read out of an address. What cannot be understood is left out: links grow old."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode

from community.exchange.terms import ACTIVITIES, DIRECTIONS, PARTICIPANTS
from community.text.vocabularies import is_country, is_field, language_tags

SLACK = timedelta(days=14)
MOST_VALUES = 20


class Asked(Protocol):
    """A query string: several values of one name, or the first."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Filters:
    """Several values of one name are alternatives; different names all hold. The window is met by an overlap of a day."""

    direction: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    field: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    participant: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    slack: bool = False

    @classmethod
    def of(cls, asked: Asked) -> "Filters":
        return cls(
            direction=_known(asked, "direction", DIRECTIONS), activity=_known(asked, "activity", ACTIVITIES),
            field=tuple(code for code in asked.getlist("field")[:MOST_VALUES] if is_field(code)),
            country=tuple(code for code in asked.getlist("country")[:MOST_VALUES] if is_country(code)),
            participant=_known(asked, "participant", PARTICIPANTS),
            language=_known(asked, "language", {tag.split("-")[0] for tag in language_tags()}),
            first=_day(asked, "from"), last=_day(asked, "to"), slack="yes" in asked.getlist("slack"),
        )  # fmt: skip

    @property
    def on(self) -> int:
        """How many are set."""
        return sum(len(getattr(self, name)) for name in CONDITIONS) + bool(self.first) + bool(self.last)

    def without(self, name: str) -> "Filters":
        emptied: dict[str, Any] = {name: ()}
        return replace(self, **emptied)

    def conditions(self) -> tuple[str, dict[str, Any]]:
        """The text " AND ..." for a query of `listings AS l`, and its parameters."""
        texts = [text for name, text in CONDITIONS.items() if getattr(self, name)]
        values: dict[str, Any] = {name: list(getattr(self, name)) for name in CONDITIONS if getattr(self, name)}
        reach = SLACK if self.slack else timedelta()
        if self.first:
            texts.append("l.ends >= :first")
            values["first"] = self.first - reach
        if self.last:
            texts.append("l.starts <= :last")
            values["last"] = self.last + reach
        return "".join(f" AND {text}" for text in texts), values

    def pairs(self) -> list[tuple[str, str]]:
        """As they stand in an address."""
        pairs = [(name, code) for name in CONDITIONS for code in getattr(self, name)]
        pairs += [(name, day.isoformat()) for name, day in (("from", self.first), ("to", self.last)) if day]
        return pairs + ([("slack", "yes")] if self.slack else [])

    def address(self, **more: str) -> str:
        query = urlencode([*more.items(), *self.pairs()])
        return f"/exchange?{query}" if query else "/exchange"


CONDITIONS: Mapping[str, str] = {
    "direction": "l.direction IN :direction",
    "activity": "l.activity IN :activity",
    "field": "EXISTS (SELECT 1 FROM listing_fields AS f WHERE f.listing_id = l.id AND f.code IN :field)",
    "country": "l.country IN :country",
    "participant": "l.participant IN :participant",
    "language": "EXISTS (SELECT 1 FROM listing_languages AS g WHERE g.listing_id = l.id AND g.tongue IN :language)",
}


def _known(asked: Asked, name: str, codes: Iterable[str]) -> tuple[str, ...]:
    sent = set(asked.getlist(name)[:MOST_VALUES])
    return tuple(code for code in sorted(codes) if code in sent)


def _day(asked: Asked, name: str) -> date | None:
    try:
        day = date.fromisoformat((asked.getlist(name) or [""])[-1])
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
