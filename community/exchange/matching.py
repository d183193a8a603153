"""How well an offer and a request fit: hard gates, eight weighted components, one explained score.

Pure: frozen values in, frozen values out. Weights and values are the table of DOMAIN.md, "Match score".
A `Side` holds no name, no person and no nationality, so none of them can change a score.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from community.exchange.components import Component, components_of
from community.exchange.sides import Side, overlap_days

LEAST_COMPLETENESS: Final = 60
"""Below this sum of known weights a number would claim more than is known."""

FORGIVABLE: Final = frozenset({"mode", "dates", "language", "age"})
"""Gates of which a counter-listing may miss one and still count as "partly fits"."""


@dataclass(frozen=True)
class Gate:
    """One hard condition. `passed` is None where too little is stated to tell: it passes, and the page says so."""

    name: str
    passed: bool | None


@dataclass(frozen=True)
class Explanation:
    """What a pair's score rests on. `score` is 0..100 to one decimal, None where a gate fails or too little is known."""

    score: float | None
    completeness: int
    gates: tuple[Gate, ...]
    components: tuple[Component, ...] = ()

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(gate.name for gate in self.gates if gate.passed is False)

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(gate.name for gate in self.gates if gate.passed is None)

    @property
    def fits(self) -> bool:
        return not self.failed


def compare(one: Side, other: Side, counters: Iterable[tuple[Side, Side]] = ()) -> Explanation:
    """Score `one` against `other`, in either order.

    `counters` are the pairs (offer of the requesting institution, request of the offering one) that could go the
    other way; only reciprocity looks at them.
    """
    gates = gates_of(one, other)
    if any(gate.passed is False for gate in gates):
        return Explanation(None, 0, gates)
    offer, request = (one, other) if one.direction == "offer" else (other, one)
    components = components_of(offer, request, counter_fit(counters))
    return Explanation(score_of(components), completeness_of(components), gates, components)


def score_of(components: Iterable[Component]) -> float | None:
    """100 * sum(w*s) / sum(w known), to one decimal; None below the least completeness."""
    known = [part for part in components if part.value is not None]
    weight = sum(part.weight for part in known)
    if weight < LEAST_COMPLETENESS:
        return None
    return round(100 * sum(part.points for part in known) / weight, 1)


def completeness_of(components: Iterable[Component]) -> int:
    return sum(part.weight for part in components if part.value is not None)


def gates_of(one: Side, other: Side) -> tuple[Gate, ...]:
    """Every hard condition in DOMAIN.md's order, so that the first that fails is the first worth saying."""
    return (
        Gate("open", one.is_open and other.is_open),
        Gate("direction", one.direction != other.direction),
        Gate("activity", one.activity == other.activity),
        Gate("participant", one.participant == other.participant),
        Gate("mode", one.mode == other.mode or "blended" in (one.mode, other.mode)),
        Gate("institution", one.institution != other.institution),
        Gate("dates", _windows_suffice(one, other)),
        Gate("country", other.country not in one.excluded_countries and one.country not in other.excluded_countries),
        Gate("language", _both(_required_spoken(one, other), _required_spoken(other, one))),
        Gate("age", _old_enough(one, other)),
    )


def counter_fit(counters: Iterable[tuple[Side, Side]]) -> Mapping[str, int]:
    """The best counter-listing: {"fit": 2 full | 1 partly | 0 none, "offer": id, "request": id}."""
    best: Mapping[str, int] = NO_COUNTER
    for offer, request in sorted(counters, key=lambda pair: (pair[0].id, pair[1].id)):
        fit = _counter_level([gate.name for gate in gates_of(offer, request) if gate.passed is False])
        if fit > best["fit"]:
            best = {"fit": fit, "offer": offer.id, "request": request.id}
    return best


NO_COUNTER: Final[Mapping[str, int]] = {"fit": 0}


def _counter_level(failed: list[str]) -> int:
    if not failed:
        return 2
    return 1 if len(failed) == 1 and failed[0] in FORGIVABLE else 0


def _windows_suffice(one: Side, other: Side) -> bool | None:
    overlap = overlap_days(one, other)
    if overlap is None:
        return None
    return overlap >= max(one.min_days or 1, other.min_days or 1)


def _required_spoken(asking: Side, answering: Side) -> bool | None:
    """Whether each language `asking` requires is at most one CEFR step short on the other side."""
    required = [language for language in asking.languages if language.required]
    if not required:
        return True
    if not answering.languages:
        return None
    return _all([_spoken(answering, language.primary, language.step) for language in required])


def _spoken(side: Side, primary: str, wanted: int | None) -> bool | None:
    held = [language for language in side.languages if language.primary == primary]
    if not held:
        return False
    steps = [language.step for language in held if language.step is not None]
    if wanted is None:
        return True
    return max(steps) >= wanted - 1 if steps else None


def _old_enough(one: Side, other: Side) -> bool | None:
    """The youngest of the request against the offer's minimum."""
    offer, request = (one, other) if one.direction == "offer" else (other, one)
    if offer.min_age is None:
        return True
    return None if request.min_age is None else request.min_age >= offer.min_age


def _both(first: bool | None, second: bool | None) -> bool | None:
    return _all([first, second])


def _all(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True
