"""What people write for a country, a language or a field: a code, a name, or what the list beside the field completed."""

from functools import lru_cache

from community.text import fold
from community.text.gettext import _, available_languages, language
from community.text.vocabularies import countries, country_name, is_field, isced_field, language_name, languages


def country_code(text: str) -> str:
    """ISO 3166-1 of "KE", "Kenya", or its name in the page's language. Raises ValueError with a sentence."""
    code = _country_names(language()).get(fold(text.strip()))
    if code is None:
        raise ValueError(_("“%(name)s” is not on the list of countries.") % {"name": text[:40]})
    return code


def language_tag(text: str) -> str:
    """BCP 47 of "fr", "Français", or its name in the page's language."""
    tag = _language_names(language()).get(fold(text.strip()))
    if tag is None:
        raise ValueError(_("“%(name)s” is not on the list of languages.") % {"name": text[:40]})
    return tag


def field_code(text: str) -> str:
    """The ISCED-F code that "0713" and "0713 Electricity and energy" begin with."""
    code = text.strip().split(" ", 1)[0]
    if not (2 <= len(code) <= 4 and is_field(code)):
        raise ValueError(_("Begin with the number of the field, such as 0713."))
    return code


def field_entry(code: str) -> str:
    """How a field is written in a form and read back: "0713 Electricity and energy"."""
    return isced_field(code).coded() if is_field(code) else code


@lru_cache(maxsize=7)
def _country_names(tag: str) -> dict[str, str]:
    known = {fold(country.code): country.code for country in countries("en")}
    for spoken in dict.fromkeys((tag, *available_languages(), "en")):
        known |= {fold(country_name(country.code, spoken)): country.code for country in countries("en")}
    return known


@lru_cache(maxsize=7)
def _language_names(tag: str) -> dict[str, str]:
    known = {fold(code): code for code, _own in languages()}
    for code, own in languages():
        known[fold(own)] = known[fold(language_name(code, tag))] = code
    return known
