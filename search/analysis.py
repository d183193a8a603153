"""From text to what is indexed: words as they stand, and stems. Ours, because no engine's own analysis knows all six languages."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import snowballstemmer  # type: ignore[import-untyped]

from search.folding import Run, runs, script
from search.stopwords import STOPWORDS

_LATIN_STEMS = ("en", "fr", "es")
_STEMMERS = {
    "en": snowballstemmer.stemmer("english"),
    "fr": snowballstemmer.stemmer("french"),
    "es": snowballstemmer.stemmer("spanish"),
    "ru": snowballstemmer.stemmer("russian"),
}
# A snowball stemmer keeps its word in itself: two threads in one would mix their words.
_ONE_AT_A_TIME = Lock()
_ARABIC_PREFIX = re.compile("^(?:وال|بال|كال|فال|لل|ال)(?=.{2})")
_ARABIC_SUFFIX = re.compile("(?<=..)(?:ها|ان|ات|ون|ين|يه|ه|ي)$")
_HYPHEN = re.compile("[-\u2010\u2011]")
INITIALS = range(3, 9)
SHORTEST_FOREIGN = 7  # four letters and the language: "sol/es" would find "solo" for "solar"


class Token(NamedTuple):
    """One place in a text: what it counts as (`stem`), as it is written (`word`, folded), and where."""

    stem: str
    word: str
    start: int
    end: int


class Analysed(NamedTuple):
    """A text for the index, space-separated: stems in order; words as they stand, then other readings of them."""

    stems: str
    words: str


def analysed(text: str, language: str) -> Analysed:
    found = list(runs(text))
    stems: list[str] = []
    words: list[str] = []
    for run in found:
        pairs = [token.stem for token in signs(run)] if run.unspaced else None
        stems += pairs or [stem(run.folded, language)]
        words += pairs or [run.folded]
    beside = (*_single_signs(found), *_without_and(words), *_compounds(text, found), *_initials(text, found))
    return Analysed(" ".join(stems), " ".join((*words, *beside)))


def tokens(text: str, language: str) -> Iterator[Token]:
    return _placed(runs(text), language)


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """What a folded word counts as in a text of this language. The script decides first: Russian in an English text is Russian.

    French and Spanish stems carry their language: cut short, words of different languages look alike that are not.
    """
    kind = script(word)
    if kind == "latin":
        language = language.partition("-")[0].lower() or "en"
        return _snowball(word, language) if language in _LATIN_STEMS else word
    if kind == "cyrillic":
        return _snowball(word, "ru")
    return _light_arabic(word) if kind == "arabic" else word


@lru_cache(maxsize=50_000)
def stems_of(word: str, reader: str) -> tuple[str, ...]:
    """The stems to look for, the reader's language first, the word itself last; none so short that it could be any word."""
    own, *others = all_stems(word, reader)
    return tuple(dict.fromkeys((own, *(other for other in others if len(other) >= SHORTEST_FOREIGN), word)))


@lru_cache(maxsize=50_000)
def all_stems(word: str, reader: str) -> tuple[str, ...]:
    """Every stem a word has in some language, the reader's first."""
    languages = (reader, *_LATIN_STEMS) if script(word) == "latin" else (reader,)
    return tuple(dict.fromkeys(stem(word, language) for language in languages))


def signs(run: Run) -> list[Token]:
    """A run without spaces, cut into overlapping pairs; a single sign stays one."""
    if len(run.folded) == 1:
        return [Token(run.folded, run.folded, run.start, run.end)]
    true_places = len(run.folded) == run.end - run.start
    return [
        Token(a + b, a + b, run.start + at if true_places else run.start, run.start + at + 2 if true_places else run.end)
        for at, (a, b) in enumerate(pairwise(run.folded))
    ]


def _placed(found: Iterable[Run], language: str) -> Iterator[Token]:
    for run in found:
        if run.unspaced:
            yield from signs(run)
        else:
            yield Token(stem(run.folded, language), run.folded, run.start, run.end)


def _single_signs(found: list[Run]) -> Iterator[str]:
    return (sign for run in found if run.unspaced for sign in run.folded)


def _without_and(words: list[str]) -> Iterator[str]:
    """Arabic writes "and" onto the next word, but a first و may also be the word's own: both are kept."""
    return (word[1:] for word in words if word[0] == "و" and len(word) > 4)


def _compounds(text: str, found: list[Run]) -> Iterator[str]:
    """What is written "e-learning" is also asked for as "elearning"."""
    if not _HYPHEN.search(text):
        return
    for left, right in pairwise(found):
        if right.start - left.end == 1 and _HYPHEN.match(text, left.end) and not left.unspaced and not right.unspaced:
            yield (left.folded + right.folded)[:48]


def _initials(text: str, found: list[Run]) -> Iterator[str]:
    """Names are asked for by their initials: Asian Development Bank, Recognition of Prior Learning."""
    letters: list[str] = []
    for run in found:
        if run.folded in STOPWORDS:
            continue
        if text[run.start].isupper():
            letters.append(run.folded[0])
        else:
            if len(letters) in INITIALS:
                yield "".join(letters)
            letters = []
    if len(letters) in INITIALS:
        yield "".join(letters)


def _snowball(word: str, language: str) -> str:
    with _ONE_AT_A_TIME:
        cut = str(_STEMMERS[language].stemWord(word))
    return f"{cut}/{language}" if language in {"fr", "es"} else cut


def _light_arabic(word: str) -> str:
    """The article and its conjunctions, and the commonest endings (after Larkey's light10)."""
    bare = _ARABIC_PREFIX.sub("", word)
    return _ARABIC_SUFFIX.sub("", bare) if len(bare) > 3 else bare
