"""What a reader asks for, word by word: every form in which a document may hold each word, and how many visible ones do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from search.analysis import signs, stems_of
from search.concepts import other_forms
from search.documents import Query
from search.folding import Run, runs
from search.stopwords import STOPWORDS
from search.terms import Asked, Form, Sight, Spelling, Term

MAX_TEXT = 400
MAX_TERMS = 40
COMPLETIONS = 10
NEAR_CHECKED = 60
NEAR_KEPT = 3
LESS_NEAR = 0.5
FOREIGN = 0.7
_QUOTED = re.compile('["“«„]([^"“”«»„]+)["”»]')


def understand(query: Query, sight: Sight, vocabulary: Spelling) -> Asked:
    text = query.text[:MAX_TEXT].replace("\0", " ")
    asked_for = _words(text)
    reading = _Reading(query, sight, vocabulary)
    instead = {} if query.exactly else _respellings(text, asked_for, reading)
    words = [instead[run][0] if run in instead else run.folded for run in asked_for]
    others = {} if query.exactly else other_forms(words, query.language)
    terms: list[Term] = []
    for at, run in enumerate(asked_for):
        typing = query.typing and run is asked_for[-1] and not text[run.end :].strip()
        terms += reading.terms(run, instead.get(run, [run.folded]), others.get(at, ()), typing=typing)
    phrases = tuple(tuple(run.folded for run in runs(quoted)) for quoted in _QUOTED.findall(text))
    respelled = {text[run.start : run.end]: near[0] for run, near in instead.items()}
    return Asked(tuple(terms[:MAX_TERMS]), tuple(filter(None, phrases)), respelled, _put_in(text, instead))


def _respellings(text: str, asked_for: list[Run], reading: "_Reading") -> dict[Run, list[str]]:
    """For each word that nothing visible answers, the visible words near it."""
    others = other_forms([run.folded for run in asked_for], reading.query.language)
    found = {run: reading.near(run.folded) for at, run in enumerate(asked_for) if reading.unanswered(run, others.get(at, ()))}
    return {run: near for run, near in found.items() if near}


def _words(text: str) -> list[Run]:
    """The runs that carry meaning; if none does, all of them. Each once: a word said twice is not asked for twice."""
    found = list({run.folded: run for run in reversed(list(runs(text)))}.values())[::-1]
    telling = [run for run in found if run.folded not in STOPWORDS and _tells(run)]
    return (telling or found)[:MAX_TERMS]


def _tells(run: Run) -> bool:
    return len(run.folded) > 1 or run.unspaced or run.folded.isdigit()


def _put_in(text: str, instead: Mapping[Run, list[str]]) -> str:
    for run in sorted(instead, key=lambda run: -run.start):
        text = text[: run.start] + instead[run][0] + text[run.end :]
    return text.strip()


@dataclass(frozen=True, slots=True)
class _Reading:
    """How typed words are taken."""

    query: Query
    sight: Sight
    vocabulary: Spelling

    def terms(self, run: Run, words: list[str], others: tuple[Form, ...], *, typing: bool) -> list[Term]:
        if run.unspaced:
            return [self._counted(token.word, (Form((token.stem,), exact=len(token.stem) == 1), *others)) for token in signs(run)]
        forms = [
            replace(form, weight=form.weight * (1.0 if at == 0 else LESS_NEAR))
            for at, word in enumerate(words)
            for form in self._as_it_stands(word)
        ]
        plain = self._counted(run.folded, (*forms, *others))
        if self.query.exactly or (plain.count and not typing):
            return [plain]
        return [self._counted(run.folded, (*plain.forms, *self._completions(run.folded)))]

    def unanswered(self, run: Run, others: tuple[Form, ...]) -> bool:
        """Judged by the word and its stem in the reader's language: cut short in another, it may be a different word."""
        own = (Form((stems_of(run.folded, self.query.language)[0],)), Form((run.folded,), exact=True))
        if run.unspaced or self._counted(run.folded, (*own, *others)).count:
            return False
        return not self._completions(run.folded)

    def near(self, word: str) -> list[str]:
        """The nearest visible words, all at one distance; among equals the one in more documents first."""
        found: list[tuple[int, int, str]] = []
        for other, distance in self.vocabulary.near(word)[:NEAR_CHECKED]:
            rank = 2 * distance + (other[0] != word[0])
            if found and rank > found[0][0]:
                break
            count = self.sight.count((Form((other,), exact=True),))
            if count:
                found.append((rank, -count, other))
        return [other for _, _, other in sorted(found)[:NEAR_KEPT]]

    def _as_it_stands(self, word: str) -> tuple[Form, ...]:
        stems = stems_of(word, self.query.language)
        return (*(Form((stem,), 1.0 if at == 0 else FOREIGN) for at, stem in enumerate(stems)), Form((word,), exact=True))

    def _completions(self, word: str) -> tuple[Form, ...]:
        """The visible words it may become, and what shares their stems: the same is found while the word is typed as after it."""
        found = self.sight.completions(word, COMPLETIONS)
        forms: dict[tuple[str, bool], Form] = {}
        for other, _ in found:
            weight = 0.9 * len(word) / len(other)
            for part, exact in ((other, True), (stems_of(other, self.query.language)[0], False)):
                if other != word:
                    forms.setdefault((part, exact), Form((part,), weight, exact=exact))
        return tuple(forms.values())

    def _counted(self, typed: str, forms: tuple[Form, ...]) -> Term:
        return Term(typed, forms, self.sight.count(forms))
