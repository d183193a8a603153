"""Rings of two and of three: found, told apart, and chosen between where they share a listing."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.exchange.rings import Leg, Ring, find_rings, resolve, rings_through

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
KISUMU, DAKAR, GJOVIK, SUVA = 1, 2, 3, 4


def leg(taker: int, giver: int, score: float = 80.0, activity: str = "job_shadowing", day: int = 0, nth: int = 0) -> Leg:
    """`taker`'s request, and `giver`'s offer, have ids that tell whose they are."""
    request, offer = taker * 100 + nth, giver * 100 + 50 + nth
    return Leg(request, offer, taker, giver, activity, score, BEGIN + timedelta(days=day))


def circle(*scores: float, day: int = 0, nth: int = 0) -> list[Leg]:
    houses = [KISUMU, DAKAR, GJOVIK][: len(scores)]
    return [leg(a, b, score, f"{a}", day, nth) for a, b, score in zip(houses, houses[1:] + houses[:1], scores, strict=True)]


def test_three_that_never_meet_in_pairs_make_a_ring() -> None:
    (ring,) = find_rings(circle(90, 70, 80))
    assert ring.institutions == (KISUMU, DAKAR, GJOVIK)
    assert (ring.lowest, len(ring.listings)) == (70, 6)
    assert find_rings(circle(90, 70, 80)[:2]) == []


def test_a_ring_is_the_same_from_wherever_it_is_looked_at() -> None:
    legs = circle(90, 70, 80)
    assert {ring.key for house in (KISUMU, DAKAR, GJOVIK) for ring in rings_through(house, legs)} == {"100.250-200.350-300.150"}
    assert rings_through(SUVA, legs) == []


def test_two_make_a_ring_only_across_activities() -> None:
    there = leg(KISUMU, DAKAR, activity="job_shadowing")
    assert find_rings([there, leg(DAKAR, KISUMU, activity="job_shadowing")]) == []
    (ring,) = find_rings([there, leg(DAKAR, KISUMU, activity="invited_expert")])
    assert ring.institutions == (KISUMU, DAKAR)


def test_no_ring_uses_a_listing_twice_or_an_institution_with_itself() -> None:
    twice = [leg(KISUMU, DAKAR), leg(DAKAR, GJOVIK), Leg(100, 150, GJOVIK, KISUMU, "job_shadowing", 80.0, BEGIN)]
    assert find_rings(twice) == []
    assert find_rings([leg(KISUMU, KISUMU), leg(KISUMU, DAKAR)]) == []


def test_of_rings_that_overlap_the_highest_lowest_score_stays() -> None:
    weak, strong = circle(99, 99, 60), circle(70, 70, 70, nth=1)
    strong[0] = Leg(100, strong[0].offer, KISUMU, DAKAR, "1", 70.0, BEGIN)
    assert [ring.lowest for ring in resolve(find_rings(weak + strong))] == [70]


def test_of_equals_who_has_waited_longest_goes_first() -> None:
    young, old = circle(70, 70, 70, day=9), circle(70, 70, 70, day=2, nth=1)
    shared = [Leg(100, part.offer, part.taker, part.giver, part.activity, part.score, part.since) for part in (young[0], old[0])]
    rings = [
        ring for ring in find_rings([shared[0], *young[1:], shared[1], *old[1:]]) if len({one.since for one in ring.legs}) == 1
    ]
    assert [ring.since for ring in resolve(rings)] == [BEGIN + timedelta(days=2)]


def test_a_ring_that_somebody_answered_keeps_its_listings() -> None:
    (standing,) = find_rings(circle(50, 50, 50))
    better = [*circle(50, 50, 50)[:1], *circle(99, 99, 99, nth=1)[1:]]
    better[2] = Leg(301, 150, GJOVIK, KISUMU, "3", 99.0, BEGIN)
    better[1] = Leg(200, 351, DAKAR, GJOVIK, "2", 99.0, BEGIN)
    assert resolve(find_rings(better), [standing]) == [standing]


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
legs_anywhere = st.lists(
    st.builds(
        leg, st.integers(1, 5), st.integers(1, 5), st.sampled_from([55.0, 70.0, 85.0]), st.sampled_from(["studies", "expert"]),
        st.integers(0, 3), st.integers(0, 1),
    ),
    max_size=30, unique_by=lambda one: (one.request, one.offer),
)  # fmt: skip


@patient
@given(legs_anywhere, st.integers(0, 1000))
def test_the_choice_depends_on_no_order_and_no_loser_had_a_better_claim(legs: list[Leg], seed: int) -> None:
    chosen = resolve(find_rings(legs))
    shuffled = legs[:]
    Random(seed).shuffle(shuffled)
    assert resolve(find_rings(shuffled)) == chosen
    assert len({listing for ring in chosen for listing in ring.listings}) == sum(len(ring.listings) for ring in chosen)
    for ring in set(find_rings(legs)) - set(chosen):
        assert any(winner.listings & ring.listings and winner.rank < ring.rank for winner in chosen)


@patient
@given(legs_anywhere)
def test_every_ring_closes(legs: list[Leg]) -> None:
    def closes(ring: Ring) -> bool:
        pairs = zip(ring.legs, ring.legs[1:] + ring.legs[:1], strict=True)
        return all(one.giver == following.taker for one, following in pairs)

    rings = find_rings(legs)
    assert all(closes(ring) and len(set(ring.institutions)) == len(ring.legs) for ring in rings)
    assert len({ring.key for ring in rings}) == len(rings)
