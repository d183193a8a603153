"""The order of the best hits: the engine's BM25, blended with how much of the query each holds and how close together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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


def blended(candidates: Sequence[Candidate], terms: Sequence[Term], worths: Sequence[float]) -> list[tuple[float, int]]:
    """(score, place in `candidates`), best first. Ties keep the engine's order."""
    best = max((candidate.score for candidate in candidates), default=0.0) or 1.0
    whole = sum(worths) or 1.0
    meant = {mark: at for at, term in reversed(list(enumerate(terms))) for mark in term.marks}
    scored = [(_score(candidate, meant, worths, best, whole), place) for place, candidate in enumerate(candidates)]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1]))


def _score(candidate: Candidate, meant: dict[str, int], worths: Sequence[float], best: float, whole: float) -> float:
    title = [(at, meant[stem]) for at, stem in enumerate(candidate.title) if stem in meant]
    body = [(at, meant[stem]) for at, stem in enumerate(candidate.body) if stem in meant]
    coverage = sum(worths[term] for term in {term for _, term in title + body}) / whole
    named = sum(worths[term] for term in {term for _, term in title}) / whole
    return (
        candidate.score / best + COVERAGE * coverage + TITLE * named + PROXIMITY * min(1.0, _closeness(title, body, worths) / whole)
    )


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
