"""Stored matches and proposed rings follow what opens, changes and closes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from community import clock
from community.errors import Invalid
from community.exchange.actions import change_listing, draft_of, edit_listing
from community.exchange.drafting import Draft
from community.exchange.jobs import expire_listing
from community.exchange.matches import refresh
from community.exchange.models import Listing, Match, RingFound, RingProposal
from community.exchange.proposing import answer_ring, refresh_rings
from community.exchange.sides import Language
from community.storage import drain, rows
from tests.exchange.factories import complete, house, make_draft, make_listing

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def scores() -> dict[tuple[int, int], Any]:
    return {(match.offer_id, match.request_id): match.score for match in await Match.all()}


async def test_an_open_request_is_compared_with_the_offers_near_it() -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO", "europe_north_america")
    offer = await make_listing(lakeside, amara, fields=("0714",))
    await make_listing(lakeside, amara, fields=("1013",))
    await make_listing(lakeside, amara, fields=("0713",), participant="learner")
    await make_draft(lakeside, amara, fields=("0713",))
    request = await make_listing(fjord, liv, direction="request", fields=("0713",), wanted_countries=["KE"])
    await drain()
    assert await scores() == {(offer.id, request.id): 900}


async def test_a_match_knows_whether_something_goes_the_other_way() -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO", "europe_north_america")
    offer = await make_listing(lakeside, amara)
    request = await make_listing(fjord, liv, direction="request", reciprocity="preferred")
    await drain()
    alone = (await scores())[offer.id, request.id]
    back = await make_listing(fjord, liv)
    wish = await make_listing(lakeside, amara, direction="request")
    await drain()
    both = await scores()
    assert (alone, both[offer.id, request.id]) == (941, 1000)
    assert (back.id, wish.id) in both


async def test_what_closes_is_no_match_and_what_reopens_is_one_again() -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO")
    offer = await make_listing(lakeside, amara)
    await make_listing(fjord, liv, direction="request")
    for verb, count in (("pause", 0), ("reopen", 1), ("fill", 0), ("reopen", 1), ("withdraw", 0)):
        await change_listing(amara, offer.id, verb)
        await drain()
        assert len(await scores()) == count, verb


async def test_an_edit_changes_the_score_and_comparing_again_writes_nothing() -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO")
    offer = await make_listing(lakeside, amara)
    request = await make_listing(fjord, liv, direction="request", fields=("0713",))
    await drain()
    before = await scores()
    draft = await draft_of(await Listing.get(id=offer.id))
    await edit_listing(amara, offer.id, Draft(draft.columns, ("0721",), draft.languages), (await Listing.get(id=offer.id)).version)
    await drain()
    after = await scores()
    assert before[offer.id, request.id] > after[offer.id, request.id]
    stored = await Match.all().values()
    await refresh(request.id)
    await refresh(offer.id)
    assert await rows("SELECT id FROM jobs WHERE name LIKE '%MatchesChanged%'") == []
    assert await Match.all().values() == stored


async def circle(**last: Any) -> tuple[list[Any], list[Listing]]:
    """Three houses, each asking for what the next one offers and for nothing of the others."""
    houses = [
        await house("Lakeside"),
        await house("Fjord", "NO", "europe_north_america"),
        await house("Reef", "FJ", "asia_pacific"),
    ]
    codes = ["0713", "1013", "0811"]
    listings = []
    for place, (institution, coordinator) in enumerate(houses):
        extra = last if place == 2 else {}
        listings.append(await make_listing(institution, coordinator, fields=(codes[place],)))
        listings.append(await make_listing(institution, coordinator, fields=(codes[place - 1],), direction="request", **extra))
    await drain()
    return houses, listings


async def test_a_ring_of_three_is_proposed_to_all_three_at_once() -> None:
    houses, listings = await circle()
    (ring,) = await RingFound.all()
    proposals = await RingProposal.filter(ring_id=ring.id).order_by("institution_id")
    assert [one.audience for one in proposals] == [f"coordinators:{institution.id}" for institution, _coordinator in houses]
    for institution, coordinator in houses:
        (seen,) = await RingProposal.visible_to(coordinator)
        assert seen.institution_id == institution.id
    for listing in listings:
        await refresh(listing.id)
        await refresh_rings(listing.institution_id)
    assert [one.id for one in await RingProposal.all().order_by("id")] == [
        one.id for one in sorted(proposals, key=lambda one: one.id)
    ]


async def test_a_ring_ends_when_a_listing_closes_and_is_proposed_anew_when_it_opens() -> None:
    houses, listings = await circle()
    await change_listing(houses[0][1], listings[0].id, "pause")
    await drain()
    assert [ring.state for ring in await RingFound.all()] == ["ended"]
    await change_listing(houses[0][1], listings[0].id, "reopen")
    await drain()
    assert [ring.state for ring in await RingFound.all()] == ["proposed"]


async def test_one_no_ends_a_ring_for_good() -> None:
    houses, listings = await circle()
    (proposal,) = await RingProposal.visible_to(houses[1][1])
    await answer_ring(houses[1][1], proposal.id, "no")
    await drain()
    await change_listing(houses[0][1], listings[0].id, "pause")
    await change_listing(houses[0][1], listings[0].id, "reopen")
    await drain()
    assert [ring.state for ring in await RingFound.all()] == ["ended"]


async def test_a_better_ring_takes_the_place_of_one_that_nobody_has_answered() -> None:
    houses, _listings = await circle(languages=(Language("fr"),))
    (weak,) = await RingFound.all()
    reef, coordinator = houses[2]
    await make_listing(reef, coordinator, fields=("1013",), direction="request")
    await drain()
    states = {ring.id: ring.state for ring in await RingFound.all()}
    assert states.pop(weak.id) == "ended"
    assert list(states.values()) == ["proposed"]


async def test_a_welcomed_ring_stays_even_if_a_better_one_appears() -> None:
    houses, _listings = await circle(languages=(Language("fr"),))
    (weak,) = await RingFound.all()
    (proposal,) = await RingProposal.visible_to(houses[0][1])
    await answer_ring(houses[0][1], proposal.id, "yes")
    await make_listing(houses[2][0], houses[2][1], fields=("1013",), direction="request")
    await drain()
    assert [(ring.id, ring.state) for ring in await RingFound.all()] == [(weak.id, "welcomed")]


async def test_comparing_costs_what_is_near_not_what_exists() -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO")
    for code in ("1013", "0811", "0413"):
        await make_listing(fjord, liv, fields=(code,), direction="request", ends=complete().columns["ends"] + timedelta(days=1))
    await make_listing(lakeside, amara, fields=("0713",))
    await drain()
    assert await scores() == {}


async def test_two_workers_that_compare_at_once_leave_what_one_would() -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO")
    offer = await make_listing(lakeside, amara)
    request = await make_listing(fjord, liv, direction="request", reciprocity="preferred")
    back, wish = await make_listing(fjord, liv), await make_listing(lakeside, amara, direction="request")
    for _turn in range(5):
        await asyncio.gather(*(refresh(listing.id) for listing in (offer, request, back, wish)))
        await asyncio.gather(*(refresh_rings(institution.id) for institution in (lakeside, fjord)))
    assert await scores() == {(offer.id, request.id): 1000, (back.id, wish.id): 1000}


async def test_an_expired_listing_opens_again_once_its_dates_are_right() -> None:
    lakeside, amara = await house("Lakeside")
    listing = await make_listing(lakeside, amara)
    with clock.frozen(listing.expires_at + timedelta(days=1)):
        await expire_listing(listing.id)
        with pytest.raises(Invalid) as wrong:
            await change_listing(amara, listing.id, "reopen")
        assert "ends" in wrong.value.errors
        draft = await draft_of(await Listing.get(id=listing.id))
        later = {"starts": clock.today() + timedelta(days=10), "ends": clock.today() + timedelta(days=40), "expires_at": None}
        now = await Listing.get(id=listing.id)
        await edit_listing(amara, listing.id, Draft({**draft.columns, **later}, draft.codes, draft.languages), now.version)
        opened = await change_listing(amara, listing.id, "reopen")
        assert opened.status == "open"
        assert opened.expires_at.date() == later["ends"]
