"""What a practice says, and what it lacks."""

from datetime import date

import pytest
from pydantic import ValidationError

from community.practices import entries, labels
from community.practices.forms import DraftForm
from community.practices.policies import allows_adaptation
from community.practices.record import (
    COSTS,
    EVIDENCE,
    NEEDS,
    OUTCOMES,
    SCALES,
    SECTIONS,
    Record,
    Resource,
    adapted,
    lacking,
    restored,
)
from community.text.vocabularies import licences
from tests.practices.factories import COMPLETE


def test_an_empty_record_lacks_what_the_domain_asks_for_and_a_complete_one_nothing():
    assert set(lacking(Record(lang=""))) == {
        "title",
        "summary",
        "country",
        "themes",
        "context",
        "challenge",
        "solution",
        "lang",
        "licence",
    }
    assert lacking(COMPLETE) == {}


def test_an_adaptation_says_what_changed_and_how_it_went():
    assert set(lacking(COMPLETE, is_adaptation=True)) == {"changes", "outcome"}


def test_days_stand_in_their_order():
    turned = Record(**{**COMPLETE.__dict__, "starts": date(2025, 5, 1), "ends": date(2024, 5, 1)})
    assert set(lacking(turned)) == {"ends"}


def test_a_record_survives_being_stored():
    full = DraftForm(
        title="A", summary="B", starts="2025-01-02", themes=("greening",), fields=("0713 Electricity", "0714"), levels=("3",),
        needs=("internet",), targets="4.4", tags="solar, Boats", partners="One\nTwo", resources="Plans https://a.example/x CC-BY-4.0",
        context="c",
    ).record()  # fmt: skip
    assert restored(full.stored()) == full
    assert full.resources == (Resource("Plans", "https://a.example/x", "CC-BY-4.0"),)
    assert full.tags == ("solar", "boats")


def test_what_is_stored_by_a_newer_release_is_read_without_its_news():
    assert restored({**COMPLETE.stored(), "mood": "good"}) == COMPLETE


def test_an_adaptation_begins_with_what_travels_and_without_people_and_results():
    begun = adapted(
        Record(**{**COMPLETE.__dict__, "partners": ("Shell",), "sections": {"context": "x", "solution": "y", "results": "z"}}), "KE"
    )
    assert (begun.country, begun.place, begun.partners, begun.institution_name) == ("KE", "", (), "")
    assert begun.sections == {"solution": "y"}


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (SECTIONS, labels.section_names), (SECTIONS, labels.section_hints), (SCALES, labels.scales), (COSTS, labels.costs), (NEEDS, labels.needs),
        (EVIDENCE, labels.evidence), (OUTCOMES, labels.outcomes),
    ],
)  # fmt: skip
def test_every_code_has_words(codes, words):
    assert set(words()) == set(codes)
    assert all(words().values())


@pytest.mark.parametrize("licence", [known.code for known in licences()])
def test_only_licences_without_nd_allow_adaptations(licence):
    assert allows_adaptation(licence) == ("-ND-" not in licence)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "x //evil.example",
        "plans",
        "x https://",
        "x https://a.example NOT-A-LICENCE",
        "x https://a@b.example",
    ],
)
def test_resources_that_lead_nowhere_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is for people
        entries.resources(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"country": "XX"}, {"themes": ("sports",)}, {"fields": ("9998",)}, {"levels": ("12",)}, {"needs": ("money",)}, {"targets": "99.9"},
        {"starts": "yesterday"}, {"starts": "0001-01-01"}, {"licence": "MINE"}, {"lang": "xx-nope"}, {"cost_level": "cheap"}, {"title": "x" * 161},
        {"summary": "x" * 601}, {"context": "x" * 20_001}, {"version": -1}, {"state": "published"}, {"author_id": 1}, {"tags": ",".join("abcdefghijkl")},
        {"partners": "\n".join(map(str, range(13)))}, {"institution": 2**70}, {"do": "publish"}, {"title": "a\x00b"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        DraftForm(**wrong)
