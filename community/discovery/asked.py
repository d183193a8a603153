"""What a reader asks of the search page, out of an address anybody may have written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from community.text.folding import fold
from community.text.gettext import language
from community.text.vocabularies import countries, is_country, themes
from search.documents import Query

MAX_WORDS = 200
PAGE_SIZE = 20
MAX_PAGE = 50
MAX_VALUES = 12
# The tabs of the page, each with the kinds it shows.
TABS: Mapping[str, tuple[str, ...]] = {
    "discussions": ("thread", "reply"),
    "practices": ("practice",),
    "exchange": ("listing",),
    "events": ("event",),
    "rooms": ("message",),
    "people": ("member",),
    "institutions": ("institution", "space"),
}
_TAG = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")
_OPERATOR = re.compile(r'(?:^|(?<=\s))(in|from):(?:"([^"]+)"|(\S+))')


@dataclass(frozen=True, slots=True)
class Asked:
    """`text` is what was typed; `words` is it without `in:` and `from:`, which became `tab` and `countries`. With `room` only what
    was said there is asked for.
    """

    text: str = ""
    words: str = ""
    tab: str = ""
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    exactly: bool = False
    page: int = 1
    room: int = 0

    @property
    def blank(self) -> bool:
        return not (self.words or self.countries or self.languages or self.themes)

    @property
    def filters(self) -> int:
        return len(self.countries) + len(self.languages) + len(self.themes)

    def query(self, *, typing: bool = False, limit: int = PAGE_SIZE) -> Query:
        return Query(
            text=self.words, kinds=TABS.get(self.tab, ()), countries=self.countries, languages=self.languages, themes=self.themes,
            roots=(f"room:{self.room}",) if self.room else (), exactly=self.exactly,
            typing=typing, facets=not typing, language=language(), limit=limit,
            offset=(self.page - 1) * limit,
        )  # fmt: skip

    def href(self, **changed: object) -> str:
        """The address of this question with something else in it; another question begins at its first page."""
        other = replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]
        single = {
            "q": other.text,
            "in": other.tab,
            "exact": "1" if other.exactly else "",
            "page": _page(other.page),
            "room": str(other.room or ""),
        }
        pairs = [(name, each) for name, each in single.items() if each]
        for name, several in (("country", other.countries), ("language", other.languages), ("theme", other.themes)):
            pairs += [(name, each) for each in several]
        return "/search" + (f"?{urlencode(pairs)}" if pairs else "")


def asked_by(parameters: QueryParams) -> Asked:
    """Never refuses: what is no country, tab or number is left out, as links grow old."""
    text = " ".join(parameters.get("q", "").replace("\0", " ").split())[:MAX_WORDS]
    words, tab, country = _operators(text)
    room = _room(parameters.get("room", ""))
    codes = {term.code for term in themes()}
    return Asked(
        text=text,
        words=words,
        tab="rooms" if room else tab or _one_of(parameters.get("in", ""), TABS),
        room=room,
        countries=_several([*country, *(code for code in parameters.getlist("country") if is_country(code))]),
        languages=_several([tag for tag in parameters.getlist("language") if _TAG.fullmatch(tag) and len(tag) < 36]),
        themes=_several([code for code in parameters.getlist("theme") if code in codes]),
        exactly=parameters.get("exact") == "1",
        page=_number(parameters.get("page", "")),
    )


def _operators(text: str) -> tuple[str, str, list[str]]:
    """`in:practices` and `from:brazil` taken out of the words; what they do not name stays a word."""
    tab, country = "", []
    for match in _OPERATOR.finditer(text):
        meant = fold(match[2] or match[3])
        code = _country_called(meant) if match[1] == "from" else ""
        if match[1] == "in" and meant in TABS:
            tab = meant
        elif code:
            country.append(code)
        else:
            continue
        text = text.replace(match[0], " ", 1)
    return " ".join(text.split()), tab, country


def _country_called(name: str) -> str:
    """Its code, or its name in English or in the language of the page."""
    for country in countries():
        if name in {country.code.lower(), fold(country.label("en")), fold(country.label(language()))}:
            return country.code
    return ""


def _one_of(given: str, known: Mapping[str, object]) -> str:
    return given if given in known else ""


def _several(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:MAX_VALUES]


def _number(text: str) -> int:
    return min(MAX_PAGE, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _room(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _page(number: int) -> str:
    return str(number) if number > 1 else ""
