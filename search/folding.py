"""Letters that a reader takes for the same, made the same; and where words begin and end."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MAX_WORD = 48
# Scripts written without spaces: Han, Kana, Hangul, Thai, Lao, Khmer, Myanmar. They are cut into pairs of signs.
_UNSPACED = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17dd\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f"
)
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[a-z]")
# Letters that no decomposition takes apart, as people type them without the right keyboard.
_SAME = "æ=ae œ=oe ø=o ł=l đ=d ð=d þ=th ı=i ħ=h ŋ=n ə=e ё=е ґ=г ـ= أ=ا إ=ا آ=ا ٱ=ا ى=ي ی=ي ئ=ي ؤ=و ة=ه ک=ك"
_LETTERS = str.maketrans(dict(pair.split("=") for pair in _SAME.split()))
# Accents and vowel signs of the scripts that can be read without them; in Indic scripts a mark is a letter and stays.
_COMBINING = dict.fromkeys(
    code
    for first, last in ((0x300, 0x36F), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED))
    for code in range(first, last + 1)
    if unicodedata.category(chr(code)) == "Mn"
)


def _marks() -> str:
    """A character class of the signs that belong to the letter before them, which Python takes for no letters."""
    codes = [code for code in range(0x300, 0xAC00) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    known = set(codes)
    firsts = [code for code in codes if code - 1 not in known]
    lasts = [code for code in codes if code + 1 not in known]
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in zip(firsts, lasts, strict=True))


_MARKS = _marks()
_RUN = re.compile(f"([{_UNSPACED}][{_UNSPACED}{_MARKS}]*)|((?:[^\\W_{_UNSPACED}][{_MARKS}]*)+)")
# Most texts need neither: these take a third of the time.
_ASCII = re.compile("[0-9A-Za-z]+")
_SIMPLE = re.compile("[^\\W_]+")


class Run(NamedTuple):
    """A stretch of letters in the original text. `unspaced` runs hold a whole phrase, others one word."""

    folded: str
    start: int
    end: int
    unspaced: bool


def matches(text: str) -> Iterator[re.Match[str]]:
    """The words of a text as they stand; `lastindex` is 1 where one is an unspaced run."""
    if text.isascii():
        return _ASCII.finditer(text)
    return (_RUN if max(text) >= "\u0300" else _SIMPLE).finditer(text)


def runs(text: str) -> Iterator[Run]:
    """The words of a text with their places in it, folded one by one so that places stay true."""
    for match in matches(text):
        start, end = match.span()
        unspaced = match.lastindex == 1
        folded = fold(match[0]) if unspaced else fold(match[0])[:MAX_WORD]
        if folded:
            yield Run(folded, start, end, unspaced)


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Case, accents, compatibility forms, ß, Arabic vowels and alef forms, ё: gone. й keeps its breve, which is no accent."""
    lowered = unicodedata.normalize("NFKC", word).casefold()
    if lowered.isascii():
        return lowered
    if not _CYRILLIC.search(lowered):
        lowered = unicodedata.normalize("NFD", lowered).translate(_COMBINING)
    return unicodedata.normalize("NFC", lowered.translate(_LETTERS))


def script(folded: str) -> str:
    """One of "latin", "cyrillic", "arabic", "other"."""
    if _LATIN.search(folded):
        return "latin"
    if _CYRILLIC.search(folded):
        return "cyrillic"
    return "arabic" if _ARABIC.search(folded) else "other"
