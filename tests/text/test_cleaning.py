"""What is typed is stored in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.text import fold, slugify
from community.text.cleaning import clean_line, clean_text, shows_nothing


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Élan", "ELAN"),
        ("Lindenstraße", "LINDENSTRASSE"),
        ("ﬁeld", "field"),
        ("أَحْمَد", "احمد"),
        ("Ёлка", "елка"),
        ("Ａ１", "a1"),
        ("a\u00a0 b", "A b"),
    ],
)
def test_folding_makes_spellings_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("कि", "कु"), ("が", "か"), ("ö", "u")])
def test_folding_keeps_words_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_visible(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ateliers & écoles: l’été", "ateliers-ecoles-l-ete"),
        ("!!", ""),
        ("职业 教育", "职业-教育"),
        ("a" * 80, "a" * 60),
        ("../../x", "x"),
        ("one two", "one-two"),
    ],
)
def test_slugs(text, slug):
    assert slugify(text) == slug


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  a  b ", "a b"),
        ("a\r\nb", "a b"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("e\u0301", "é"),
        ("a\u200bb", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\ud800x", "?x"),
    ],
)
def test_a_line_is_one_line_without_tricks(typed, stored):
    assert clean_line(typed) == stored


def test_a_text_keeps_its_lines():
    assert clean_text("\n  a\r\n\tb\u0007\r\n\n") == "  a\n\tb"


@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_nul_is_refused_with_a_sentence(clean):
    with pytest.raises(ValueError, match="cannot be stored"):
        clean("a\x00b")


@given(st.text(alphabet=st.characters(exclude_characters="\x00")))
def test_cleaning_twice_changes_nothing(text):
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b\u200d\ufeff", "\u00a0\u3000\u2028", "\u00ad\u2060\U000e0061", "\u3164\u2800", "\ufe0f"]
)
def test_what_cannot_be_seen_says_nothing(text):
    assert shows_nothing(text)


@pytest.mark.parametrize(
    "text", [".", "\u200bx", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f469\u200d\U0001f527", "\u2764\ufe0f"]
)
def test_what_needs_characters_that_cannot_be_seen_says_something_and_keeps_them(text):
    assert not shows_nothing(text)
    assert clean_text(text) == text
