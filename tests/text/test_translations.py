"""The interface in every language that has a catalogue: complete, with the placeholders of the English, in the language's own forms."""

import gettext
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from community.text import translating
from community.text.gettext import available_languages, spoken, translator, using_language
from community.text.lists import listed
from community.text.translating import faults, translated, up_to_date
from community.web.formats import number


@pytest.mark.parametrize("tag", translated())
def test_a_language_lacks_nothing(tag: str) -> None:
    """Measured by the committed guildhall.pot. To mend: `python -m community.text.translating`, then fill what it lists."""
    lacking = faults(tag)
    assert not lacking, f"{len(lacking)} texts in {tag}:\n" + "\n".join(lacking)


def test_french_and_arabic_are_spoken() -> None:
    assert {"fr", "ar", "en"} <= set(available_languages())
    assert translator("fr").gettext("Discussions") == "Discussions"
    assert translator("ar").gettext("Discussions") == "النقاشات"
    assert translator("fr-CA").gettext("Sign in") == "Se connecter"


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "لا ردود"), (1, "رد واحد"), (2, "ردان"), (3, "3 ردود"), (10, "10 ردود"), (11, "11 ردا"), (99, "99 ردا"), (100, "100 رد"),
     (102, "102 رد"), (103, "103 ردود"), (111, "111 ردا")],
)  # fmt: skip
def test_arabic_has_six_forms(n: int, said: str) -> None:
    assert translator("ar").ngettext("%(num)d reply", "%(num)d replies", n) % {"num": n} == said


def test_a_name_keeps_its_own_direction_in_an_arabic_sentence() -> None:
    said = translator("ar").gettext("%(name)s mentioned you") % {"name": "Ana (2)"}
    assert said == "\u2068Ana (2)\u2069 ذكرك"
    assert "\u2068" not in translator("fr").gettext("%(name)s mentioned you")


def test_french_counts_nothing_as_one() -> None:
    french = translator("fr")
    assert [french.ngettext("%(num)d reply", "%(num)d replies", n) for n in (0, 1, 2)] == [
        "%(num)d réponse", "%(num)d réponse", "%(num)d réponses",
    ]  # fmt: skip


def test_numbers_are_written_as_the_language_writes_them() -> None:
    with using_language("fr"):
        assert number(12345.5) == "12\u202f345,5"
    with using_language("ar"):
        assert number(12345) == "12,345"


def test_what_is_listed_has_the_commas_of_the_language() -> None:
    with using_language("ar"):
        assert listed(("Amman", None, "", "الأردن")) == "Amman، الأردن"
    assert listed(("Amman", "Jordan")) == "Amman, Jordan"


def test_a_language_without_a_catalogue_is_answered_in_english() -> None:
    assert [spoken(tag) for tag in ("ar", "fr-SN", "sw", "")] == ["ar", "fr", "en", "en"]


def _faults_of(monkeypatch: pytest.MonkeyPatch, *said: object, fuzzy: bool = False) -> list[str]:
    """What is found wrong where French says `said` for one text and one plural."""
    wanted, french = Catalog(locale="en"), Catalog(locale="fr")
    for ident, string in zip(("Hello %(name)s", ("%(n)d day of %(all)s", "%(n)d days of %(all)s")), said, strict=True):
        wanted.add(ident)
        french.add(ident, string, flags=["fuzzy"] if fuzzy else [])
    monkeypatch.setattr(translating, "_read", lambda _file, tag=None: french if tag else wanted)
    return [fault.split(":")[0] for fault in faults("fr")]


def test_what_a_translator_may_forget_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    good = ("Bonjour %(name)s", ("%(n)d jour sur %(all)s", "%(n)d jours sur %(all)s"))
    assert _faults_of(monkeypatch, *good) == []
    assert _faults_of(monkeypatch, *good, fuzzy=True) == ["marked as fuzzy", "marked as fuzzy"]
    assert _faults_of(monkeypatch, "", good[1]) == ["not translated"]
    assert _faults_of(monkeypatch, good[0], ("%(n)d jour sur %(all)s", "")) == ["not translated"]
    assert _faults_of(monkeypatch, "Bonjour %(nom)s", good[1]) == ["has other placeholders in 'Bonjour %(nom)s'"]
    assert _faults_of(monkeypatch, good[0], ("%(n)d jour", "%(n)d jours sur %(all)s")) == ["has other placeholders in '%(n)d jour'"]


def test_bringing_a_catalogue_up_to_date_keeps_what_was_translated() -> None:
    before = {message.id: message.string for message in up_to_date("ar") if message.id}
    assert before["Sign in"] == "دخول"
    assert isinstance(before["%(num)d reply", "%(num)d replies"], tuple)


@pytest.mark.parametrize("tag", translated())
def test_the_catalogue_can_be_compiled_by_any_tool(tag: str) -> None:
    compiled = BytesIO()
    with translating.path(tag).open("rb") as lines:
        write_mo(compiled, read_po(lines))
    compiled.seek(0)
    assert gettext.GNUTranslations(compiled).gettext("Practices") != "Practices" or tag == "en"
