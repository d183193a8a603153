"""Countries (ISO 3166-1) and the regions that institutions are registered in."""

from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError

from community.text.folding import fold
from community.text.gettext import language
from community.text.vocabularies.tables import Term, csv_rows, labels_of, terms


@dataclass(frozen=True, slots=True)
class Country(Term):
    """`code` is ISO 3166-1 alpha-2; `m49` the subregion of the United Nations, which is never an institution's region."""

    iso3: str = ""
    m49: str = ""


@cache
def _countries() -> dict[str, Country]:
    found = {row["iso2"]: _country(row) for row in csv_rows("countries_m49")}
    # ISO 3166-1 has 249 codes; the M49 file has no row for this one.
    found["TW"] = Country("TW", {tag: _cldr_name("TW", tag) for tag in ("en", "fr", "es", "ar", "ru", "zh")}, "TWN", "158")
    return found


def _country(row: dict[str, str]) -> Country:
    return Country(row["iso2"], labels_of(row, "cldr_"), row["iso3"], row["m49"])


def countries(lang: str | None = None) -> list[Country]:
    """All 249 countries, sorted by their name in `lang` (by default the language of the page)."""
    return list(_sorted(lang or language()))


@cache
def _sorted(tag: str) -> tuple[Country, ...]:
    return tuple(sorted(_countries().values(), key=lambda country: fold(_name(country.code, tag))))


def is_country(iso2: str) -> bool:
    return iso2 in _countries()


def country_name(iso2: str, lang: str | None = None) -> str:
    """The name of a country; an unknown code is its own name, so that old data never breaks a page."""
    return _name(iso2, lang or language()) if iso2 in _countries() else iso2


@cache
def _name(iso2: str, tag: str) -> str:
    country = _countries()[iso2]
    if tag.split("-", maxsplit=1)[0] in country.labels:
        return country.label(tag)
    return _cldr_name(iso2, tag)


@cache
def _cldr_name(iso2: str, tag: str) -> str:
    try:
        name = Locale.parse(tag, sep="-").territories.get(iso2)
    except (ValueError, UnknownLocaleError):
        name = None
    return name or Locale("en").territories.get(iso2) or iso2


def regions() -> list[Term]:
    """The five regions that a member of the network registers in (editable data of the institution)."""
    return list(terms("unevoc_regions").values())


def region(code: str) -> Term:
    """Raises KeyError for a code that is not a region."""
    return terms("unevoc_regions")[code]
