"""Languages of people and of what they write: BCP 47 tags, their names, their direction, CEFR levels."""

from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError

from community.text.gettext import language
from community.text.vocabularies.tables import csv_rows

# Written right to left; Babel knows the direction only of locales it has data for.
RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"))
RIGHT_TO_LEFT_SCRIPTS = frozenset(("Adlm", "Arab", "Aran", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"))


@cache
def languages() -> list[tuple[str, str]]:
    """(tag, its own name for itself) of the languages to choose from: the six of the interface first.

    The others are those that are official somewhere, and some that many people teach in. Any other well-formed
    tag may be stored too.
    """
    return [(row["tag"], row["label_own"]) for row in csv_rows("languages")]


@cache
def language_tags() -> frozenset[str]:
    return frozenset(tag for tag, _own in languages())


@cache
def _named(tag: str, lang: str) -> str:
    try:
        name = Locale.parse(tag, sep="-").get_display_name(lang.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        name = Locale("en").languages.get(tag.partition("-")[0])
    return name[:1].upper() + name[1:] if name else tag


def language_name(tag: str, lang: str | None = None) -> str:
    """What the language is called in `lang` (by default that of the page); an unknown tag is its own name."""
    return _named(tag, lang or language())


def direction(tag: str) -> str:
    """The direction a language is written in: "rtl" or "ltr"."""
    subtags = tag.split("-")
    scripts = [subtag for subtag in subtags[1:] if len(subtag) == 4 and subtag.isalpha()]
    if scripts:
        return "rtl" if scripts[0].title() in RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if subtags[0].lower() in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Cefr:
    """A level of the Common European Framework; ranks 1 (A1) to 6 (C2) can be compared."""

    code: str
    rank: int


@cache
def cefr() -> list[Cefr]:
    return [Cefr(row["code"], int(row["rank"])) for row in csv_rows("cefr_levels")]
