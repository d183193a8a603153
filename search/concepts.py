"""Different words for one thing in vocational education, within a language and across the six. The table is concepts.csv."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from search.analysis import all_stems, tokens
from search.folding import runs, script
from search.stopwords import STOPWORDS
from search.terms import Form

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
SAME_LANGUAGE = 0.8
OTHER_LANGUAGE = 0.5


class Expression(NamedTuple):
    """One way to say a concept: its stems, common words left out. Capital letters alone are taken as they stand, never stemmed."""

    concept: str
    language: str
    stems: tuple[str, ...]
    capitals: bool = False
    unspaced: str = ""


def other_forms(words: Sequence[str], reader: str) -> dict[int, tuple[Form, ...]]:
    """For each place in a query that is part of an expression, the concept's other expressions."""
    found: dict[int, dict[tuple[str, ...], Form]] = defaultdict(dict)
    for start, word in enumerate(words):
        for said in _unspaced_in(word):
            found[start] |= _others(said)
        for said in _beginning_with(word, reader):
            length = len(said.stems)
            if _says(words[start : start + length], said.stems, reader):
                for at in range(start, start + length):
                    found[at] |= _others(said)
    return {at: tuple(forms.values()) for at, forms in found.items()}


def _unspaced_in(run: str) -> list[Expression]:
    """Expressions of a script without spaces may stand anywhere in a run."""
    return [] if script(run) != "other" else [said for said in _without_spaces() if said.unspaced in run]


def _beginning_with(word: str, reader: str) -> list[Expression]:
    return [said for stem in all_stems(word, reader) for said in _by_first_stem().get(stem, ())]


def _says(words: Sequence[str], stems: tuple[str, ...], reader: str) -> bool:
    return len(words) == len(stems) and all(stem in all_stems(word, reader) for word, stem in zip(words, stems, strict=True))


def _others(said: Expression) -> dict[tuple[str, ...], Form]:
    return {
        other.stems: Form(other.stems, SAME_LANGUAGE if other.language == said.language else OTHER_LANGUAGE, exact=other.capitals)
        for other in _by_concept()[said.concept]
        if other.stems != said.stems
    }


@cache
def _by_concept() -> dict[str, list[Expression]]:
    rows = csv.DictReader((files("search") / "concepts.csv").read_text("utf-8").splitlines())
    return {
        row["concept"]: [
            _expression(row["concept"], language, text.strip()) for language in LANGUAGES for text in row[language].split(";")
        ]
        for row in rows
    }


def _expression(concept: str, language: str, text: str) -> Expression:
    capitals = text.isalpha() and text.isupper()
    told = (token for token in tokens(text, language) if token.word not in STOPWORDS)
    (first, *further) = runs(text)
    unspaced = first.folded if first.unspaced and not further else ""
    return Expression(concept, language, tuple(token.word if capitals else token.stem for token in told), capitals, unspaced)


@cache
def _without_spaces() -> list[Expression]:
    return [said for expressions in _by_concept().values() for said in expressions if said.unspaced]


@cache
def _by_first_stem() -> dict[str, list[Expression]]:
    by_stem: dict[str, list[Expression]] = defaultdict(list)
    for expressions in _by_concept().values():
        for said in expressions:
            by_stem[said.stems[0]].append(said)
    return dict(by_stem)
