"""The forms of institutions, and of joining by them."""

from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from community.accounts.forms import Address, InterfaceLanguage, NewPhrase, PersonName, Token
from community.institutions.actions import Portrait
from community.institutions.inviting import MOST_DAYS, MOST_USES
from community.institutions.listed_people import MOST_BYTES
from community.text.cleaning import clean_line
from community.text.gettext import _
from community.web.fields import CategoryCode, CountryCode, FieldCode, LanguageTag, LevelCode, Line, RegionCode, Text
from community.web.forms import Form

MARKS = tuple(f"m-{number:02}" for number in range(1, 25))


def checked_website(text: str) -> str:
    """An http(s) address, or "". Raises ValueError with a sentence."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        plausible = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        plausible = False
    if not plausible or any(char.isspace() for char in text):
        raise ValueError(_("Write the whole address, beginning with https://"))
    return text


def _known_mark(name: str) -> str:
    if name not in MARKS:
        raise ValueError(_("Choose one of the values offered."))
    return name


Website = Annotated[str, StringConstraints(max_length=300), AfterValidator(clean_line), AfterValidator(checked_website)]
Mark = Annotated[str, StringConstraints(max_length=8), AfterValidator(_known_mark)]


class PortraitForm(Form):
    """What a coordinator writes about the institution."""

    name: Annotated[str, Line(160)]
    country: CountryCode
    city: Annotated[str, Line(80, least=0)] = ""
    category: CategoryCode
    region: RegionCode
    about: Annotated[str, Text(8000, least=0)] = ""
    language: LanguageTag = "en"
    website: Website = ""
    mark: Mark = "m-01"
    fields: Annotated[list[FieldCode], Field(max_length=12, default_factory=list)]
    levels: Annotated[list[LevelCode], Field(max_length=10, default_factory=list)]
    languages: Annotated[list[LanguageTag], Field(max_length=12, default_factory=list)]

    def portrait(self) -> Portrait:
        traits = [("field", code) for code in self.fields] + [("level", code) for code in self.levels]
        traits += [("language", tag) for tag in self.languages]
        plain = self.model_dump(exclude={"client_id", "kept", "fields", "levels", "languages", "language"})
        return Portrait(**plain, name_language=self.language, about_language=self.language, traits=tuple(traits))


class InviteForm(Form):
    uses: Annotated[int, Field(ge=1, le=MOST_USES)] = 1
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 14
    note: Annotated[str, Line(80, least=0)] = ""


class DomainForm(Form):
    domain: Annotated[str, Line(253)]
    subdomains: bool = False


class PeopleForm(Form):
    """A list that was pasted; one that was sent up is a file beside it."""

    people: Annotated[str, StringConstraints(max_length=MOST_BYTES)] = ""
    language: InterfaceLanguage = "en"


class ClaimForm(Form):
    role: Annotated[str, Line(80, least=0)] = ""
    since: date | None = None


class MemberForm(Form):
    """Somebody chosen from a list."""

    member_id: Annotated[int, Field(ge=1, lt=2**62)]


class SuccessorForm(Form):
    member_id: Annotated[int, Field(ge=1, lt=2**62)] | None = None


class JoinForm(Form):
    """One form: with an invitation it admits, without one it is an application and needs a line."""

    invite: Token = ""
    name: PersonName
    email: Address
    pass_phrase: NewPhrase
    language: InterfaceLanguage = "en"
    line: Annotated[str, Line(300, least=0)] = ""


class AcceptForm(Form):
    invite: Token
