"""The vocabularies are complete, labelled and answer in the reader's language."""

import csv

import pytest

from community.text import vocabularies
from community.text.gettext import INTERFACE_LANGUAGES, using_language
from community.text.vocabularies import categories, isced_field, isced_fields, levels, regions, themes
from community.text.vocabularies.tables import HERE
from community.web.formats import marked, tongue


@pytest.mark.parametrize(
    ("terms", "count"),
    [
        (vocabularies.countries, 249),
        (vocabularies.isced_fields, 120),
        (vocabularies.levels, 10),
        (vocabularies.licences, 11),
        (vocabularies.themes, 4),
        (vocabularies.regions, 5),
        (vocabularies.categories, 4),
        (vocabularies.criteria, 7),
        (vocabularies.cefr, 6),
        (vocabularies.sdg_targets, 169),
        (vocabularies.sdg_goals, 17),
    ],
)
def test_each_has_all_its_terms_with_codes_that_differ(terms, count):
    found = terms()
    assert len(found) == count
    assert len({term.code for term in found}) == count


def test_every_file_has_a_source():
    sources = (HERE / "SOURCES.md").read_text(encoding="utf-8")
    assert [file.name for file in HERE.glob("*.csv") if f"`{file.name}`" not in sources] == []


def test_themes_speak_all_six_languages():
    for theme in vocabularies.themes():
        assert len({theme.label(tag) for tag in INTERFACE_LANGUAGES}) == 6


def test_a_label_falls_back_to_the_base_language_and_then_to_english():
    field = vocabularies.isced_field("0714")
    assert field.label("fr-CA") == field.label("fr") == "Électronique et automatisation"
    assert field.label("zh") == "Electronics and automation"
    with using_language("fr"):
        assert field.label() == "Électronique et automatisation"


def test_fields_know_what_holds_them():
    assert vocabularies.broad("0714") == "07"
    assert vocabularies.narrow("0714") == "071"
    assert {field.depth for field in vocabularies.isced_fields("narrow")} == {"narrow"}
    assert len(vocabularies.isced_fields("detailed")) == 80
    with pytest.raises(KeyError):
        vocabularies.isced_field("9998")


def test_countries_are_sorted_as_their_readers_expect():
    names = [vocabularies.country_name(country.code, "fr") for country in vocabularies.countries("fr")]
    assert names.index("Égypte") < names.index("Espagne") < names.index("États-Unis") < names.index("Zambie")


def test_a_country_has_a_name_in_any_language_and_an_unknown_code_is_its_own():
    assert vocabularies.country_name("KE", "ar") == "كينيا"
    assert vocabularies.country_name("DE", "sw") == "Ujerumani"
    assert vocabularies.country_name("XX", "fr") == "XX"
    assert vocabularies.is_country("TW")
    assert not vocabularies.is_country("XX")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("ar", "rtl"),
        ("ar-EG", "rtl"),
        ("fa", "rtl"),
        ("ur-PK", "rtl"),
        ("ku-Arab", "rtl"),
        ("he", "rtl"),
        ("ku", "ltr"),
        ("en", "ltr"),
        ("az-Latn", "ltr"),
        ("", "ltr"),
    ],
)
def test_directions(tag, expected):
    assert vocabularies.direction(tag) == expected


def test_languages_are_named_and_unknown_tags_are_their_own_names():
    assert vocabularies.language_name("pt-BR", "fr") == "Portugais (Brésil)"
    assert vocabularies.language_name("sw", "sw") == "Kiswahili"
    assert vocabularies.language_name("qqq", "en") == "qqq"
    assert vocabularies.languages()[0] == ("ar", "العربية")


def test_the_files_hold_no_empty_codes():
    for file in HERE.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        assert rows, file
        assert all(row[0].strip() for row in rows), file


def test_a_label_that_a_language_lacks_is_marked_as_english():
    with using_language("ar"):
        lacking, known = isced_field("0714").coded(), isced_field("07").coded()
        assert (lacking, lacking.lang) == ("0714 Electronics and automation", "en")
        assert marked(lacking) == '<span lang="en" dir="ltr">0714 Electronics and automation</span>'
        assert (known.lang, marked(known), tongue(known)) == ("ar", known, "")
        assert tongue(lacking) == ' lang="en" dir="ltr"'
        assert marked("0714 typed by somebody") == "0714 typed by somebody"
    assert tongue(isced_field("0714").label()) == ""


@pytest.mark.parametrize("tag", ["fr", "ar"])
def test_what_forms_offer_is_said_in_french_and_arabic(tag):
    with using_language(tag):
        offered = [*themes(), *regions(), *categories(), *levels(), *isced_fields("broad")]
        assert {term.code: term.label().lang for term in offered if term.label().lang != tag} == {}
