"""The match score: DOMAIN.md's vector, every gate, every value of every component, and what must hold for any pair."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.exchange.components import COVERED, Component
from community.exchange.matching import Explanation, compare, completeness_of, score_of
from community.exchange.sides import Language, Side
from community.exchange.terms import CEFR, COST_ITEMS

MARCH = {"starts": date(2026, 3, 1), "ends": date(2026, 3, 30)}
COMMONLY = {"activity": "job_shadowing", "participant": "teacher"}


def offer(**values: Any) -> Side:
    stated: dict[str, Any] = {"fields": frozenset({"0714"}), **MARCH, "country": "SN", "region": "africa"}
    return Side(**{"id": 1, "institution": 10, "direction": "offer"} | COMMONLY | stated | values)


def request(**values: Any) -> Side:
    stated: dict[str, Any] = {"fields": frozenset({"0713"}), **MARCH, "country": "NO", "region": "europe_north_america"}
    return Side(**{"id": 2, "institution": 20, "direction": "request"} | COMMONLY | stated | values)


def value(explanation: Explanation, name: str) -> float | None:
    return next(part.value for part in explanation.components if part.name == name)


def test_the_vector_of_the_domain() -> None:
    """0713 against 0714, 30 of 30 days, A2 where B1 is wanted, same level, wanted country, 2 of 4 places, no counter-offer."""
    host = offer(languages=(Language("en", "A2"),), levels=frozenset({4}), places=2)
    guest = request(
        languages=(Language("en", "B1"),), levels=frozenset({4}), places=4, max_days=30,
        wanted_countries=frozenset({"SN"}), costs={"travel": "covered"}, reciprocity="preferred",
    )  # fmt: skip
    found = compare(host, guest)
    assert [(part.name, part.points) for part in found.components] == [
        ("field", 21.0), ("dates", 20.0), ("language", 7.5), ("level", 10.0), ("country", 10.0), ("places", 2.5),
        ("costs", 0.0), ("reciprocity", 0.0),
    ]  # fmt: skip
    assert value(found, "costs") is None
    assert (found.score, found.completeness) == (74.7, 95)


@pytest.mark.parametrize(
    ("gate", "host", "guest"),
    [
        ("open", {"is_open": False}, {}),
        ("open", {}, {"is_open": False}),
        ("direction", {"direction": "request"}, {}),
        ("activity", {"activity": "staff_training"}, {}),
        ("participant", {}, {"participant": "learner"}),
        ("mode", {"mode": "virtual"}, {"mode": "physical"}),
        ("institution", {"institution": 20}, {}),
        ("dates", {"min_days": 31}, {}),
        ("dates", {}, {"min_days": 31}),
        ("dates", {"starts": date(2026, 4, 1), "ends": date(2026, 4, 30)}, {}),
        ("country", {"excluded_countries": frozenset({"NO"})}, {}),
        ("country", {}, {"excluded_countries": frozenset({"SN"})}),
        ("language", {"languages": (Language("fr", "B2", True),)}, {"languages": (Language("fr", "A2"),)}),
        ("language", {"languages": (Language("en"),)}, {"languages": (Language("fr", None, True),)}),
        ("age", {"min_age": 18}, {"min_age": 17}),
    ],
)
def test_each_gate_is_named_when_it_fails(gate: str, host: dict[str, Any], guest: dict[str, Any]) -> None:
    found = compare(offer(**host), request(**guest))
    assert found.failed == (gate,)
    assert (found.score, found.components, found.fits) == (None, (), False)


@pytest.mark.parametrize(
    ("gate", "host", "guest", "known"),
    [
        ("dates", {"min_days": 30}, {"min_days": 30}, True),
        ("dates", {"starts": None}, {}, False),
        ("mode", {"mode": "blended"}, {"mode": "virtual"}, True),
        ("language", {"languages": (Language("fr", "B2", True),)}, {"languages": (Language("fr-CA", "B1"),)}, True),
        ("language", {"languages": (Language("fr", "B2", True),)}, {"languages": (Language("fr"),)}, False),
        ("language", {"languages": (Language("fr", "B2", True),)}, {}, False),
        ("age", {"min_age": 18}, {}, False),
        ("age", {"min_age": 18}, {"min_age": 18}, True),
        ("age", {}, {"min_age": 15}, True),
    ],
)
def test_a_gate_at_its_edge_passes_and_says_what_it_does_not_know(
    gate: str, host: dict[str, Any], guest: dict[str, Any], known: bool
) -> None:
    found = compare(offer(**host), request(**guest))
    assert found.fits
    assert (gate not in found.unknown) == known


CASES: list[tuple[str, dict[str, Any], dict[str, Any], float | None]] = [
    ("field", {"fields": frozenset({"0714"})}, {"fields": frozenset({"0714"})}, 1.0),
    ("field", {"fields": frozenset({"0714"})}, {"fields": frozenset({"0713"})}, 0.7),
    ("field", {"fields": frozenset({"0714"})}, {"fields": frozenset({"0721"})}, 0.4),
    ("field", {"fields": frozenset({"0714"})}, {"fields": frozenset({"1013"})}, 0.0),
    ("field", {"fields": frozenset({"0714"})}, {"fields": frozenset({"071"})}, 1.0),
    ("field", {"fields": frozenset({"0714"})}, {"fields": frozenset({"07"})}, 1.0),
    ("field", {"fields": frozenset({"0714"})}, {"fields": frozenset({"072"})}, 0.4),
    ("field", {"fields": frozenset({"1013", "0714"})}, {"fields": frozenset({"0811", "0713"})}, 0.7),
    ("field", {"fields": frozenset({"9999"})}, {"fields": frozenset({"9999"})}, None),
    ("field", {"fields": frozenset()}, {}, None),
    ("dates", {}, {"max_days": 60}, 0.5),
    ("dates", {}, {"max_days": 10}, 1.0),
    ("dates", {}, {"min_days": 15}, 1.0),
    ("dates", {"ends": date(2026, 3, 15)}, {}, 0.5),
    ("dates", {"starts": None}, {}, None),
    ("language", {"languages": (Language("en", "C1"),)}, {"languages": (Language("en", "B1"),)}, 1.0),
    ("language", {"languages": (Language("en", "A2"),)}, {"languages": (Language("en", "B1"),)}, 0.5),
    ("language", {"languages": (Language("en", "A1"),)}, {"languages": (Language("en", "B1"),)}, 0.0),
    ("language", {"languages": (Language("en", "B1", True),)}, {"languages": (Language("en", "A2"),)}, 0.5),
    ("language", {"languages": (Language("en", "A2"),)}, {"languages": (Language("en"),)}, 1.0),
    ("language", {"languages": (Language("en"),)}, {"languages": (Language("en", "B1"),)}, None),
    ("language", {"languages": (Language("en"),)}, {"languages": (Language("fr"),)}, 0.0),
    ("language", {"languages": (Language("en", "A1"), Language("fr", "B2"))},
     {"languages": (Language("en", "B1"), Language("fr", "B2"))}, 1.0),
    ("language", {}, {"languages": (Language("en"),)}, None),
    ("level", {"levels": frozenset({3, 4})}, {"levels": frozenset({4, 5})}, 1.0),
    ("level", {"levels": frozenset({3})}, {"levels": frozenset({4})}, 0.5),
    ("level", {"levels": frozenset({2})}, {"levels": frozenset({4})}, 0.0),
    ("level", {"levels": frozenset({2})}, {}, None),
    ("country", {}, {"wanted_countries": frozenset({"SN"})}, 1.0),
    ("country", {}, {"wanted_regions": frozenset({"africa"})}, 0.6),
    ("country", {}, {"wanted_countries": frozenset({"FR"}), "wanted_regions": frozenset({"africa"})}, 0.6),
    ("country", {}, {"wanted_countries": frozenset({"FR"})}, 0.0),
    ("country", {"wanted_regions": frozenset({"asia_pacific"})}, {"wanted_countries": frozenset({"SN"})}, 0.5),
    ("country", {"wanted_countries": frozenset({"NO"})}, {"wanted_regions": frozenset({"africa"})}, 0.8),
    ("country", {"region": None}, {"wanted_regions": frozenset({"africa"})}, None),
    ("country", {}, {}, None),
    ("places", {"places": 2}, {"places": 4}, 0.5),
    ("places", {"places": 9}, {"places": 4}, 1.0),
    ("costs", {"costs": {"travel": "covered", "meals": "partly"}},
     {"costs": {"travel": "covered", "meals": "covered", "visa": "not_covered"}}, 0.75),
    ("costs", {"costs": {"travel": "not_covered"}}, {"costs": {"travel": "partly", "meals": "covered"}}, 0.0),
    ("costs", {"costs": {"travel": "not_stated"}}, {"costs": {"travel": "covered"}}, None),
    ("costs", {"accommodation": "help"}, {"accommodation": "provided"}, 0.5),
    ("costs", {"accommodation": "help"}, {"accommodation": "help"}, 1.0),
    ("costs", {"accommodation": "provided"}, {"accommodation": "none"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "host", "guest", "expected"), CASES)
def test_each_component(name: str, host: dict[str, Any], guest: dict[str, Any], expected: float | None) -> None:
    assert value(compare(offer(**host), request(**guest)), name) == expected
    assert value(compare(request(**guest), offer(**host)), name) == expected


def back(host: dict[str, Any] | None = None, guest: dict[str, Any] | None = None) -> list[tuple[Side, Side]]:
    """What could go the other way: an offer of the requesting institution and a request of the offering one."""
    return [(offer(**{"id": 3, "institution": 20} | (host or {})), request(**{"id": 4, "institution": 10} | (guest or {})))]


@pytest.mark.parametrize(
    ("asks", "counters", "expected"),
    [
        ("none", back(), None),
        ("preferred", back(), 1.0),
        ("one_for_one", back(), 1.0),
        ("preferred", back({"min_age": 30}, {"min_age": 20}), 0.5),
        ("preferred", back({"min_age": 30, "mode": "virtual"}, {"min_age": 20}), 0.0),
        ("preferred", back({"activity": "staff_training"}), 0.0),
        ("preferred", [], 0.0),
    ],
)
def test_reciprocity(asks: str, counters: list[tuple[Side, Side]], expected: float | None) -> None:
    assert value(compare(offer(), request(reciprocity=asks), counters), "reciprocity") == expected
    assert value(compare(offer(reciprocity=asks), request(), counters), "reciprocity") == expected


def test_too_little_known_prints_no_number() -> None:
    bare = compare(offer(), request())
    assert (bare.completeness, bare.score) == (55, None)
    enough = compare(offer(levels=frozenset({4})), request(levels=frozenset({4})))
    assert (enough.completeness, enough.score) == (65, 86.2)


def test_matching_knows_no_name_gender_or_nationality() -> None:
    assert not {part.name for part in fields(Side)} & {"name", "title", "author", "gender", "nationality", "member"}


# The machine may be busy with other things; what is tested here is no matter of time.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

levels = st.sampled_from([None, *CEFR])
spoken = st.builds(Language, st.sampled_from(["en", "fr", "ar-EG", "fr-CA"]), levels, st.booleans())
codes = st.sampled_from(["0713", "0714", "0721", "0811", "1013", "9999"])
days = st.dates(date(2026, 1, 1), date(2026, 6, 30))
nations, areas = st.sampled_from(["SN", "NO", "KE"]), st.sampled_from(["africa", "europe_north_america"])
COMMON: dict[str, Any] = {
    "mode": st.sampled_from(["physical", "virtual", "blended"]), "places": st.integers(1, 40), "fields": st.frozensets(codes),
    "levels": st.frozensets(st.integers(0, 8)), "starts": st.none() | days, "ends": st.none() | days,
    "min_days": st.none() | st.integers(1, 90), "max_days": st.none() | st.integers(1, 90),
    "languages": st.lists(spoken, max_size=3).map(tuple), "min_age": st.none() | st.integers(14, 30),
    "country": st.none() | nations, "region": st.none() | areas, "wanted_countries": st.frozensets(nations),
    "excluded_countries": st.frozensets(nations), "wanted_regions": st.frozensets(areas),
    "costs": st.dictionaries(st.sampled_from(COST_ITEMS), st.sampled_from([*COVERED, "not_stated"])),
    "accommodation": st.sampled_from([None, "provided", "help", "none"]),
    "reciprocity": st.sampled_from(["none", "preferred", "one_for_one"]),
}  # fmt: skip
offers = st.fixed_dictionaries(COMMON).map(lambda values: offer(**values))
requests = st.fixed_dictionaries(COMMON).map(lambda values: request(**values))


@patient
@given(offers, requests)
def test_a_score_is_a_share_and_takes_no_side(host: Side, guest: Side) -> None:
    found = compare(host, guest)
    assert found == compare(guest, host)
    assert found.score is None or 0 <= found.score <= 100
    assert all(part.value is None or 0 <= part.value <= 1 for part in found.components)
    assert found.failed == () or found.score is None


@patient
@given(offers, requests, st.integers(1, 40))
def test_more_places_never_lower_a_score(host: Side, guest: Side, more: int) -> None:
    before, after = compare(host, guest), compare(replace(host, places=host.places + more), guest)
    assert (before.score or 0) <= (after.score or 0)


@patient
@given(offers, requests, st.integers(1, 60))
def test_a_longer_offer_never_lowers_a_score(host: Side, guest: Side, more: int) -> None:
    if host.starts and host.ends and host.starts <= host.ends:
        longer = replace(host, ends=date.fromordinal(host.ends.toordinal() + more))
        assert (compare(host, guest).score or 0) <= (compare(longer, guest).score or 0)


@patient
@given(offers, requests, st.sampled_from(COST_ITEMS))
def test_covering_a_stated_cost_never_lowers_a_score(host: Side, guest: Side, item: str) -> None:
    if host.costs.get(item) in COVERED:
        better = replace(host, costs={**host.costs, item: "covered"})
        assert (compare(host, guest).score or 0) <= (compare(better, guest).score or 0)


parts = st.lists(st.tuples(st.integers(1, 30), st.none() | st.floats(0, 1)), min_size=1, max_size=8)


@patient
@given(parts, st.data())
def test_raising_what_is_known_never_lowers_a_score(values: list[tuple[int, float | None]], data: st.DataObject) -> None:
    before = [Component(str(place), weight, worth) for place, (weight, worth) in enumerate(values)]
    raised = [part if part.value is None else replace(part, value=data.draw(st.floats(part.value, 1.0))) for part in before]
    assert completeness_of(before) == completeness_of(raised)
    assert (score_of(before) or 0) <= (score_of(raised) or 0)
