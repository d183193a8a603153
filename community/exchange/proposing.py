"""Proposes rings to all their sides at once, ends those that no longer close, and takes the sides' answers."""

from collections.abc import Iterable
from typing import Any

from community import clock
from community.audience import Viewer, coordinators_key
from community.errors import Conflict, ensure
from community.exchange.facts import RingAnswered, RingEnded, RingProposed
from community.exchange.models import RingFound, RingLeg, RingProposal
from community.exchange.policies import can_list_for
from community.exchange.rings import Leg, Ring, resolve, rings_through
from community.storage import announce, execute, rows, unit_of_work
from community.text.gettext import _

_NEIGHBOURS = """
    SELECT giver_id AS id FROM matches WHERE taker_id = :own AND score IS NOT NULL
    UNION SELECT taker_id AS id FROM matches WHERE giver_id = :own AND score IS NOT NULL
"""
_LEGS = """
    SELECT m.request_id, m.offer_id, m.taker_id, m.giver_id, r.activity, m.score, r.opened_at
    FROM matches AS m JOIN listings AS r ON r.id = m.request_id
    WHERE m.score IS NOT NULL AND m.taker_id IN :houses AND m.giver_id IN :houses
"""
_AFFECTED = """
    SELECT DISTINCT g.id FROM rings AS g JOIN ring_legs AS p ON p.ring_id = g.id
    WHERE g.state <> 'ended' AND (p.request_id IN :listings OR p.offer_id IN :listings
        OR g.id IN (SELECT ring_id FROM ring_proposals WHERE institution_id = :own))
"""
_REFUSED = """
    SELECT g.key FROM rings AS g JOIN ring_proposals AS p ON p.ring_id = g.id WHERE g.key IN :keys AND p.answer = 'no'
"""
_STORED_LEGS = """
    SELECT p.ring_id, p.place, p.request_id, p.offer_id, r.institution_id AS taker_id, o.institution_id AS giver_id, r.activity,
        m.score, r.opened_at
    FROM ring_legs AS p JOIN listings AS r ON r.id = p.request_id JOIN listings AS o ON o.id = p.offer_id
    LEFT JOIN matches AS m ON m.request_id = p.request_id AND m.offer_id = p.offer_id AND m.score IS NOT NULL
    WHERE p.ring_id IN :rings ORDER BY p.ring_id, p.place
"""


async def refresh_rings(institution_id: int) -> None:
    """Bring the proposals around an institution in line with the stored matches. Idempotent.

    A ring that ends here frees listings of its other sides: RingEnded makes them look again, until nothing changes.
    """
    async with unit_of_work():
        candidates = await _not_refused(rings_through(institution_id, await _legs_around(institution_id)))
        stored, broken = await _stored_rings(institution_id, candidates)
        standing = [ring for row, ring in stored.values() if row.state == "welcomed"]
        chosen = {ring.key: ring for ring in resolve([*candidates, *(ring for _row, ring in stored.values())], standing)}
        replaced = [row for row, ring in stored.values() if ring.key not in chosen]
        await _end([*broken, *replaced])
        for key in sorted(chosen.keys() - stored.keys()):
            await _propose(chosen[key])


async def answer_ring(actor: Viewer, proposal_id: int, answer: str) -> RingProposal:
    """A side says "yes" or "no". One no ends the ring for all; after a yes no better ring replaces it."""
    async with unit_of_work():
        proposal = await RingProposal.visible_to(actor).locked(proposal_id)
        ensure(can_list_for(actor, proposal.institution_id) and answer in {"yes", "no"})
        ring = await RingFound.select_for_update().get(id=proposal.ring_id)
        if proposal.answer == answer:
            return proposal
        if ring.state == "ended":
            raise Conflict(_("This ring has ended meanwhile."))
        proposal.answer, proposal.answered_by_id, proposal.answered_at = answer, actor.member, clock.now()
        await proposal.save()
        if answer == "no":
            await _end([ring])
        elif ring.state == "proposed":
            ring.state = "welcomed"
            await ring.save(update_fields=["state"])
        await announce(RingAnswered(proposal.id))
    return proposal


async def _legs_around(own: int) -> list[Leg]:
    """Every scored match between this institution and its neighbours, and among these."""
    houses = {row["id"] for row in await rows(_NEIGHBOURS, own=own)} | {own}
    return [_leg(row) for row in await rows(_LEGS, houses=sorted(houses))]


async def _stored_rings(own: int, candidates: Iterable[Ring]) -> tuple[dict[str, tuple[RingFound, Ring]], list[RingFound]]:
    """Rings under way that pass `own` or share a listing with a candidate: those that still close, and those that do not."""
    listings = sorted({listing for ring in candidates for listing in ring.listings})
    ids = [row["id"] for row in await rows(_AFFECTED, listings=listings, own=own)]
    found = await RingFound.filter(id__in=ids).order_by("id").select_for_update()
    legs: dict[int, list[dict[str, Any]]] = {ring.id: [] for ring in found}
    for row in await rows(_STORED_LEGS, rings=list(legs)):
        legs[row["ring_id"]].append(row)
    broken = [ring for ring in found if any(leg["score"] is None for leg in legs[ring.id])]
    whole = [ring for ring in found if ring not in broken]
    return {ring.key: (ring, Ring(tuple(_leg(leg) for leg in legs[ring.id]))) for ring in whole}, broken


def _leg(row: dict[str, Any]) -> Leg:
    return Leg(
        row["request_id"], row["offer_id"], row["taker_id"], row["giver_id"], row["activity"], row["score"] / 10, row["opened_at"]
    )


async def _not_refused(candidates: list[Ring]) -> list[Ring]:
    """Without the rings to which a side has said no: that answer stands."""
    keys = [ring.key for ring in candidates]
    refused = {row["key"] for row in await rows(_REFUSED, keys=keys)}
    return [ring for ring in candidates if ring.key not in refused]


async def _end(rings: Iterable[RingFound]) -> None:
    for ring in rings:
        ring.state = "ended"
        await ring.save(update_fields=["state"])
        await announce(RingEnded(ring.id))


async def _propose(ring: Ring) -> None:
    """One proposal a side, each in its own row with its own key: all of them in this transaction."""
    found, _new = await RingFound.get_or_create(key=ring.key, defaults={"lowest": round(ring.lowest * 10), "since": ring.since})
    await found.update_from_dict({"state": "proposed", "lowest": round(ring.lowest * 10), "found_at": clock.now()}).save()
    await RingLeg.filter(ring_id=found.id).delete()
    await execute("DELETE FROM ring_proposals WHERE ring_id = :ring", ring=found.id)
    for place, leg in enumerate(ring.legs):
        await RingLeg.create(ring_id=found.id, place=place, request_id=leg.request, offer_id=leg.offer, score=round(leg.score * 10))
    for institution_id in ring.institutions:
        proposal = await RingProposal.create(
            ring_id=found.id, institution_id=institution_id, audience=coordinators_key(institution_id)
        )
        await announce(RingProposed(proposal.id))
