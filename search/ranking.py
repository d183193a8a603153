"""The order of the best hits: the engine's BM25, blended with how much of the query each holds and how close together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from search.terms import Term

WINDOW = 60
COVERAGE = 0.3
PROXIMITY = 0.6
TITLE = 0.15
REACH = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document the engine found. `title` and `body` are its stems in order."""

    score: float
    title: Sequence[str]
    body: Sequence[str]


def rarity(count: int, documents: int) -> float:
    """BM25's idf."""
    return log(1 + (max(documents - count, 0) + 0.5) / (count + 0.5))


def blended(candidates: Sequence[Candidate], terms: Sequence[Term], worths: Sequence[float]) -> list[tuple[float, int]]:
    """(score, place in `candidates`), best first. Ties keep the engine's order."""
    best = max((candidate.score for candidate in candidates), default=0.0) or 1.0
    meant = _Meant(terms)
    scored = [(_score(candidate, meant.of(candidate), worths, best), place) for place, candidate in enumerate(candidates)]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1]))


class _Meant:
    """Which term a stem stands for."""

    def __init__(self, terms: Sequence[Term]) -> None:
        numbered = list(enumerate(terms))[::-1]
        self._single = {mark: at for at, term in numbered for mark in term.marks}
        self._together = {parts: at for at, term in numbered for parts in term.expressions}

    def of(self, candidate: Candidate) -> Mapping[str, int]:
        """In this document: the parts of an expression count only where all of them stand."""
        if not self._together:
            return self._single
        held = {*candidate.title, *candidate.body}
        complete = {part: at for parts, at in self._together.items() if held.issuperset(parts) for part in parts}
        return complete | self._single


def _score(candidate: Candidate, meant: Mapping[str, int], worths: Sequence[float], best: float) -> float:
    whole = sum(worths) or 1.0
    title = [(at, meant[stem]) for at, stem in enumerate(candidate.title) if stem in meant]
    body = [(at, meant[stem]) for at, stem in enumerate(candidate.body) if stem in meant]
    coverage = sum(worths[term] for term in {term for _, term in title + body}) / whole
    named = sum(worths[term] for term in {term for _, term in title}) / whole
    close = min(1.0, _closeness(title, body, worths) / whole)
    return candidate.score / best + COVERAGE * coverage + TITLE * named + PROXIMITY * close


def _closeness(title: list[tuple[int, int]], body: list[tuple[int, int]], worths: Sequence[float]) -> float:
    """Each pair of different terms at its nearest: the lesser worth, divided by the gap (after Rasolofo and Savoy)."""
    pairs: dict[tuple[int, int], float] = {}
    for places in (title, body):
        for (here, one), (there, other) in pairwise(places):
            gap = there - here
            if one != other and gap <= REACH:
                pair = (min(one, other), max(one, other))
                pairs[pair] = max(pairs.get(pair, 0.0), min(worths[one], worths[other]) / gap)
    return sum(pairs.values())
