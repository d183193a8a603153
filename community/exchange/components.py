"""The eight weighted parts of a match score. Every function returns (value 0..1 or None, details for its words)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from community.exchange.sides import Language, Side, overlap_days
from community.exchange.terms import COST_ITEMS

Detail = Mapping[str, str | int]
Measured = tuple[float | None, Detail]

UNKNOWN: Measured = (None, {})
COVERED = {"covered": 1.0, "partly": 0.5, "not_covered": 0.0}
HOUSED = {"provided": 1.0, "help": 0.5, "none": 0.0}
UNKNOWN_FIELD = "99"
"""ISCED-F 9999, "field unknown": not a statement."""


@dataclass(frozen=True)
class Component:
    """One row of the score: `value` 0..1, None where it is not stated or does not count here."""

    name: str
    weight: int
    value: float | None
    detail: Detail = field(default_factory=dict)

    @property
    def points(self) -> float:
        return self.weight * (self.value or 0.0)

    @property
    def lost(self) -> float:
        return 0.0 if self.value is None else self.weight - self.points


def components_of(offer: Side, request: Side, counter: Mapping[str, int]) -> tuple[Component, ...]:
    """All eight in the table's order and with its weights."""
    measured = (
        ("field", 30, measure_field(offer, request)),
        ("dates", 20, measure_dates(offer, request)),
        ("language", 15, measure_language(offer, request)),
        ("level", 10, measure_level(offer, request)),
        ("country", 10, measure_country(offer, request)),
        ("places", 5, measure_places(offer, request)),
        ("costs", 5, measure_costs(offer, request)),
        ("reciprocity", 5, measure_reciprocity(offer, request, counter)),
    )
    return tuple(Component(name, weight, value, detail) for name, weight, (value, detail) in measured)


def measure_field(offer: Side, request: Side) -> Measured:
    """The nearest pair: same detailed field, or a broader wish that contains it, 1; same narrow 0.7; same broad 0.4."""
    pairs = [
        (_field_value(given, wanted), given, wanted)
        for given in sorted(offer.fields)
        for wanted in sorted(request.fields)
        if not (given.startswith(UNKNOWN_FIELD) or wanted.startswith(UNKNOWN_FIELD))
    ]
    if not pairs:
        return UNKNOWN
    value, given, wanted = max(pairs, key=lambda pair: pair[0])
    return value, {"offered": given, "wanted": wanted}


def _field_value(given: str, wanted: str) -> float:
    if given.startswith(wanted):
        return 1.0
    if given[:3] == wanted[:3]:
        return 0.7
    return 0.4 if given[:2] == wanted[:2] else 0.0


def measure_dates(offer: Side, request: Side) -> Measured:
    """Shared days against the days the request wants: its longest stay, else its shortest, else its whole window."""
    overlap = overlap_days(offer, request)
    wanted = request.max_days or request.min_days or request.window_days
    if overlap is None or not wanted:
        return UNKNOWN
    return min(1.0, overlap / wanted), {"overlap": overlap, "wanted": wanted}


def measure_language(offer: Side, request: Side) -> Measured:
    """The best shared language. A level that nobody states is met; one the host leaves out is not known."""
    if not (offer.languages and request.languages):
        return UNKNOWN
    valued = [
        (_language_value(given, wanted), given, wanted)
        for wanted in request.languages
        for given in offer.languages
        if given.primary == wanted.primary
    ]
    if not valued:
        return 0.0, {}
    known = [(value, given, wanted) for value, given, wanted in valued if value is not None]
    if not known:
        return UNKNOWN
    value, given, wanted = max(known, key=lambda entry: (entry[0], entry[2].primary))
    return value, {"tag": wanted.tag, "wanted": wanted.level or "", "held": given.level or ""}


def _language_value(given: Language, wanted: Language) -> float | None:
    """The request's wish against what the offer has; and, where the offer requires a level, the other way too."""
    values = [_step_value(given.step, wanted.step)]
    if given.required:
        values.append(_step_value(wanted.step, given.step))
    return None if None in values else min(value for value in values if value is not None)


def _step_value(held: int | None, wanted: int | None) -> float | None:
    if wanted is None:
        return 1.0
    if held is None:
        return None
    return {0: 1.0, 1: 0.5}.get(max(0, wanted - held), 0.0)


def measure_level(offer: Side, request: Side) -> Measured:
    """ISCED 2011 levels: one in common 1, neighbours 0.5."""
    if not (offer.levels and request.levels):
        return UNKNOWN
    gap, level = min((abs(given - wanted), wanted) for given in offer.levels for wanted in request.levels)
    return {0: 1.0, 1: 0.5}.get(gap, 0.0), {"level": level, "gap": gap}


def measure_country(offer: Side, request: Side) -> Measured:
    """Each side's wish, averaged where both have one."""
    wishes = {"request": _wish(request, offer), "offer": _wish(offer, request)}
    stated = {side: value for side, value in wishes.items() if value is not None}
    if not stated:
        return UNKNOWN
    percents = {side: round(100 * value) for side, value in stated.items()}
    return sum(stated.values()) / len(stated), percents


def _wish(wishing: Side, met: Side) -> float | None:
    if not (wishing.wanted_countries or wishing.wanted_regions):
        return None
    if met.country in wishing.wanted_countries:
        return 1.0
    if met.region in wishing.wanted_regions:
        return 0.6
    return None if met.country is None or (wishing.wanted_regions and met.region is None) else 0.0


def measure_places(offer: Side, request: Side) -> Measured:
    value = min(offer.places, request.places) / request.places
    return value, {"offered": offer.places, "needed": request.places}


def measure_costs(offer: Side, request: Side) -> Measured:
    """Share of what the request wants covered; what the offer does not state leaves the share."""
    wanted = [item for item in COST_ITEMS if request.costs.get(item) in ("covered", "partly")]
    shares = [COVERED[offer.costs[item]] for item in wanted if offer.costs.get(item) in COVERED]
    if request.accommodation in ("provided", "help") and offer.accommodation in HOUSED:
        met = HOUSED[offer.accommodation] / HOUSED[request.accommodation]
        shares.append(min(1.0, met))
    if not shares:
        return UNKNOWN
    covered = sum(1 for share in shares if share == 1.0)
    return sum(shares) / len(shares), {"covered": covered, "wanted": len(shares)}


def measure_reciprocity(offer: Side, request: Side, counter: Mapping[str, int]) -> Measured:
    """Counts only where a side asks for it."""
    if offer.reciprocity == "none" and request.reciprocity == "none":
        return UNKNOWN
    return counter["fit"] / 2, counter
