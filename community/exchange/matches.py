"""Keeps the stored matches of a listing's institution true. Compares only what is near, and writes only what differs."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from community.exchange.facts import MatchesChanged
from community.exchange.matching import Explanation, compare
from community.exchange.models import Listing
from community.exchange.reading_sides import sides
from community.exchange.sides import Side
from community.storage import announce, execute, rows, unit_of_work, value

Pair = tuple[int, int]
"""(offer, request)"""

_NEAR = """
    SELECT DISTINCT l.id, l.institution_id FROM listing_fields AS f JOIN listings AS l ON l.id = f.listing_id
    WHERE f.near IN :keys AND l.institution_id <> :own
"""
_OPEN = "SELECT id FROM listings WHERE institution_id IN :institutions AND status = 'open'"
_PARTNERS = """
    SELECT giver_id AS id FROM matches WHERE taker_id = :own
    UNION SELECT taker_id AS id FROM matches WHERE giver_id = :own
"""
_STORED = """
    SELECT offer_id, request_id, score, completeness, parts, unknown FROM matches
    WHERE (giver_id = :own AND taker_id IN :others) OR (taker_id = :own AND giver_id IN :others)
"""
_KEEP = """
    INSERT INTO matches (offer_id, request_id, giver_id, taker_id, score, completeness, parts, unknown)
    VALUES (:offer, :request, :giver, :taker, :score, :completeness, :parts, :unknown)
    ON CONFLICT (offer_id, request_id) DO UPDATE SET score = excluded.score, completeness = excluded.completeness,
        parts = excluded.parts, unknown = excluded.unknown
"""
_DROP = "DELETE FROM matches WHERE offer_id = :offer AND request_id = :request"


async def refresh(listing_id: int) -> None:
    """Compare the listing's institution anew with every institution near it or matched with it until now.

    Reciprocity rests on what else the two institutions list, so pairs of institutions are compared, not pairs of listings.
    Idempotent.
    """
    async with unit_of_work():
        own = await value("SELECT institution_id FROM listings WHERE id = :id", id=listing_id)
        if own is None:
            return
        others = await _institutions_around(own)
        known = await _locked_sides(own, others)
        changed = await _store(own, others, _compared(own, known))
        if changed:
            await announce(MatchesChanged(listing_id))


async def _institutions_around(own: int) -> list[int]:
    mine = await sides(row["id"] for row in await rows(_OPEN, institutions=[own]))
    keys = sorted({key for side in mine.values() for key in side.sought_keys()})
    near = {row["institution_id"] for row in await rows(_NEAR, keys=keys, own=own)}
    return sorted(near | {row["id"] for row in await rows(_PARTNERS, own=own)})


async def _locked_sides(own: int, others: list[int]) -> list[Side]:
    """All open listings of these institutions, locked in id order: two refreshes of one pair go one after the other."""
    ids = [row["id"] for row in await rows(_OPEN, institutions=[own, *others])]
    await Listing.select_for_update().filter(id__in=ids).order_by("id").values_list("id", flat=True)
    return [side for side in (await sides(ids)).values() if side.is_open]


def _compared(own: int, known: Iterable[Side]) -> dict[Pair, tuple[Side, Side, Explanation]]:
    """Every pair of an offer and a request that are near each other, pass all gates, and of which one is ours."""
    by_house: dict[int, list[Side]] = defaultdict(list)
    for side in known:
        by_house[side.institution].append(side)
    mine = by_house.pop(own, [])
    found: dict[Pair, tuple[Side, Side, Explanation]] = {}
    for theirs in by_house.values():
        given, taken = _near_pairs(mine, theirs), _near_pairs(theirs, mine)
        for pairs, counters in ((given, taken), (taken, given)):
            for offer, request in pairs:
                explanation = compare(offer, request, counters)
                if explanation.fits:
                    found[offer.id, request.id] = (offer, request, explanation)
    return found


def _near_pairs(giving: Iterable[Side], taking: Iterable[Side]) -> list[tuple[Side, Side]]:
    """(offer, request) of the same activity, participant and broad field."""
    offers = [side for side in giving if side.direction == "offer"]
    requests = [side for side in taking if side.direction == "request"]
    return [(offer, request) for offer in offers for request in requests if offer.sought_keys() & request.near_keys()]


async def _store(own: int, others: list[int], compared: Mapping[Pair, tuple[Side, Side, Explanation]]) -> bool:
    """Write what differs from what is stored; whether anything did."""
    stored = {(row["offer_id"], row["request_id"]): _stored_values(row) for row in await rows(_STORED, own=own, others=others)}
    wanted = {pair: _values(explanation) for pair, (_offer, _request, explanation) in compared.items()}
    for offer_id, request_id in stored.keys() - wanted.keys():
        await execute(_DROP, offer=offer_id, request=request_id)
    differing = [pair for pair in sorted(wanted) if stored.get(pair) != wanted[pair]]
    for pair in differing:
        offer, request, _explanation = compared[pair]
        await execute(_KEEP, offer=offer.id, request=request.id, giver=offer.institution, taker=request.institution, **wanted[pair])
    return bool(differing or stored.keys() - wanted.keys())


def _values(explanation: Explanation) -> dict[str, Any]:
    parts = [[part.name, part.weight, part.value, dict(part.detail)] for part in explanation.components]
    return {
        "score": None if explanation.score is None else round(explanation.score * 10),
        "completeness": explanation.completeness,
        "parts": json.dumps(parts, sort_keys=True),
        "unknown": json.dumps(list(explanation.unknown)),
    }


def _stored_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """As `_values` makes them: a database may have spaced or ordered its JSON differently."""
    values = {name: row[name] for name in ("score", "completeness")}
    return values | {name: json.dumps(json.loads(row[name]), sort_keys=name == "parts") for name in ("parts", "unknown")}
