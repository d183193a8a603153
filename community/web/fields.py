"""The kinds of fields that forms are made of: each with its limit, checked against the vocabularies."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema

from community.text import vocabularies
from community.text.cleaning import clean_line, clean_text
from community.text.gettext import _


@dataclass(frozen=True)
class Line:
    """One line of text without control characters, `most` characters at most: `name: Annotated[str, Line(120)]`."""

    most: int
    least: int = field(default=1, kw_only=True)

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        length = StringConstraints(min_length=self.least, max_length=self.most)
        return handler.generate_schema(Annotated[str, length, AfterValidator(clean_line)])


@dataclass(frozen=True)
class Text:
    """A longer text of `most` characters at most, as many in every script: no more than four times as many bytes."""

    most: int
    least: int = field(default=1, kw_only=True)

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        length = StringConstraints(min_length=self.least)
        return handler.generate_schema(Annotated[str, length, AfterValidator(self._fits)])

    def _fits(self, value: str) -> str:
        text = value.replace("\r\n", "\n")  # what a browser counts as one and sends as two
        if len(text) > self.most or len(text := clean_text(text)) > self.most:
            raise ValueError(_("This is too long: %(most)s characters at most.") % {"most": self.most})
        return text


def _one_of(codes: Collection[str]) -> AfterValidator:
    def known(value: str) -> str:
        if value not in codes:
            raise ValueError(_("Choose one of the values offered."))
        return value

    return AfterValidator(known)


def _codes(terms: Iterable[Any]) -> frozenset[str]:
    return frozenset(term.code for term in terms)


CountryCode = Annotated[str, StringConstraints(to_upper=True, max_length=2), _one_of(_codes(vocabularies.countries()))]
FieldCode = Annotated[str, StringConstraints(max_length=4), _one_of(_codes(vocabularies.isced_fields()))]
LevelCode = Annotated[str, StringConstraints(max_length=1), _one_of(_codes(vocabularies.levels()))]
ThemeCode = Annotated[str, StringConstraints(max_length=24), _one_of(_codes(vocabularies.themes()))]
LicenceCode = Annotated[str, StringConstraints(max_length=32), _one_of(_codes(vocabularies.licences()))]
LanguageTag = Annotated[str, StringConstraints(max_length=12), _one_of(vocabularies.language_tags())]
RegionCode = Annotated[str, StringConstraints(max_length=32), _one_of(_codes(vocabularies.regions()))]
CategoryCode = Annotated[str, StringConstraints(max_length=32), _one_of(_codes(vocabularies.categories()))]
CefrLevel = Annotated[str, StringConstraints(to_upper=True, max_length=2), _one_of(_codes(vocabularies.cefr()))]
