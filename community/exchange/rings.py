"""Rings: A wants what B offers, B what C offers, C what A offers. No pair of them ever meets.

Pure. A leg is one scored match seen from who wants; a ring is two legs of different activities, or three legs of three
institutions. Of rings that overlap in a listing one stays: the highest lowest score, then who has waited longest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Leg:
    """`taker`'s request met by `giver`'s offer. `score` 0..100; `since`: when the request was opened."""

    request: int
    offer: int
    taker: int
    giver: int
    activity: str
    score: float
    since: datetime


@dataclass(frozen=True)
class Ring:
    """Two or three legs in order: each giver is the next leg's taker. The first taker has the lowest id."""

    legs: tuple[Leg, ...]

    @property
    def key(self) -> str:
        """The same for the same listings, whoever found them: one ring is proposed once."""
        return "-".join(f"{leg.request}.{leg.offer}" for leg in self.legs)

    @property
    def listings(self) -> frozenset[int]:
        return frozenset(listing for leg in self.legs for listing in (leg.request, leg.offer))

    @property
    def institutions(self) -> tuple[int, ...]:
        return tuple(leg.taker for leg in self.legs)

    @property
    def lowest(self) -> float:
        return min(leg.score for leg in self.legs)

    @property
    def since(self) -> datetime:
        return min(leg.since for leg in self.legs)

    @property
    def rank(self) -> tuple[float, datetime, str]:
        """Best first; the key breaks what is left, so that every process decides alike."""
        return (-self.lowest, self.since, self.key)


def resolve(rings: Iterable[Ring], standing: Iterable[Ring] = ()) -> list[Ring]:
    """Rings no two of which share a listing, best first. `standing` ones were answered and keep their listings."""
    chosen = sorted(standing, key=lambda ring: ring.rank)
    taken = {listing for ring in chosen for listing in ring.listings}
    for ring in sorted(set(rings) - set(chosen), key=lambda ring: ring.rank):
        if not taken & ring.listings:
            chosen.append(ring)
            taken |= ring.listings
    return chosen


def rings_through(institution: int, legs: Iterable[Leg]) -> list[Ring]:
    """Every ring of two and three that passes `institution`; looks only at legs that touch its neighbours."""
    by_taker = _by_taker(legs)
    found = [
        ring
        for first in by_taker.get(institution, ())
        for second in by_taker.get(first.giver, ())
        for ring in _closed(institution, first, second, by_taker)
    ]
    return sorted({ring.key: ring for ring in found}.values(), key=lambda ring: ring.rank)


def find_rings(legs: Iterable[Leg]) -> list[Ring]:
    """Every ring among `legs`, best first."""
    known = tuple(legs)
    found = {ring.key: ring for taker in {leg.taker for leg in known} for ring in rings_through(taker, known)}
    return sorted(found.values(), key=lambda ring: ring.rank)


def _by_taker(legs: Iterable[Leg]) -> Mapping[int, list[Leg]]:
    table: dict[int, list[Leg]] = defaultdict(list)
    for leg in legs:
        if leg.taker != leg.giver:
            table[leg.taker].append(leg)
    return table


def _closed(start: int, first: Leg, second: Leg, by_taker: Mapping[int, list[Leg]]) -> list[Ring]:
    """The rings that begin with these two legs and return to `start`."""
    if second.giver == start:
        pair = (first, second)
        return [_turned(pair)] if first.activity != second.activity and _distinct(pair) else []
    triples = [(first, second, third) for third in by_taker.get(second.giver, ()) if third.giver == start]
    return [_turned(triple) for triple in triples if _distinct(triple)]


def _distinct(legs: tuple[Leg, ...]) -> bool:
    """Each listing serves once."""
    return len({listing for leg in legs for listing in (leg.request, leg.offer)}) == 2 * len(legs)


def _turned(legs: tuple[Leg, ...]) -> Ring:
    """Begin with the lowest taker: one ring has one spelling."""
    start = min(range(len(legs)), key=lambda place: legs[place].taker)
    return Ring(legs[start:] + legs[:start])
