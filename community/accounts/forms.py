"""The forms of accounts, and what shows one of them again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, StringConstraints

from community.accounts.addresses import MAX_CHARACTERS, normal_address
from community.accounts.handles import checked_name
from community.accounts.pass_phrases import checked_pass_phrase
from community.text.cleaning import clean_line
from community.text.gettext import INTERFACE_LANGUAGES, _
from community.web.fields import Line
from community.web.forms import Form

SECRET_FIELDS = frozenset({"pass_phrase", "current", "new", "proof", "code", "credential"})


@cache
def known_zones() -> frozenset[str]:
    """Every time zone. Reading the list from the disk takes 50 ms, so it is read once."""
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in known_zones():
        raise ValueError(_("Choose one of the values offered."))
    return name


def _interface_language(tag: str) -> str:
    if tag not in INTERFACE_LANGUAGES:
        raise ValueError(_("Choose one of the values offered."))
    return tag


Address = Annotated[str, StringConstraints(max_length=MAX_CHARACTERS), AfterValidator(normal_address)]
Phrase = Annotated[str, StringConstraints(max_length=400)]
NewPhrase = Annotated[str, StringConstraints(max_length=400), AfterValidator(checked_pass_phrase)]
PersonName = Annotated[
    str, StringConstraints(min_length=1, max_length=80), AfterValidator(clean_line), AfterValidator(checked_name)
]
Token = Annotated[str, StringConstraints(max_length=200)]
TypedCode = Annotated[str, StringConstraints(max_length=60)]
CredentialText = Annotated[str, StringConstraints(max_length=20_000)]
InterfaceLanguage = Annotated[str, StringConstraints(max_length=12), AfterValidator(_interface_language)]
TimeZone = Annotated[str, StringConstraints(max_length=50), AfterValidator(_known_zone)]


class SignInForm(Form):
    email: Address
    pass_phrase: Phrase
    keep: bool = False
    next: Annotated[str, StringConstraints(max_length=2000)] = "/"


class AddressForm(Form):
    email: Address


class ConfirmForm(Form):
    token: Token
    pass_phrase: Phrase


class ResetForm(Form):
    token: Token
    pass_phrase: NewPhrase


class AnswerForm(Form):
    """What an applicant answers to a steward's question."""

    token: Token
    answer: Annotated[str, Line(500)]


class ChangeForm(Form):
    current: Phrase
    new: NewPhrase


class CodeForm(Form):
    code: TypedCode
    next: Annotated[str, StringConstraints(max_length=2000)] = "/"


class ProofForm(Form):
    pass_phrase: Phrase


class OffForm(Form):
    """The pass phrase, or a code of the app."""

    proof: Phrase


class LeaveForm(Form):
    """The account goes for good. The pass phrase is asked for unless it was just given, the code where a second step is on."""

    sure: bool = False
    empties: bool = False
    knows: bool = False
    pass_phrase: Phrase = ""
    code: TypedCode = ""


class PasskeyForm(Form):
    """What a device answered, as JSON."""

    credential: CredentialText
    keep: bool = False
    next: Annotated[str, StringConstraints(max_length=2000)] = "/"


class NewPasskeyForm(Form):
    name: Annotated[str, Line(60)]
    credential: CredentialText


class ChoicesForm(Form):
    language: InterfaceLanguage
    time_zone: TimeZone
    is_under_18: bool = False


class NoFields(Form):
    """A form that is only a button."""


@dataclass(frozen=True)
class FilledForm:
    """A form as it stands on a page: what was typed, and what is wrong with it. A pass phrase is never shown again."""

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def again(cls, typed: Mapping[str, Any], errors: Mapping[str, str]) -> "FilledForm":
        return cls({name: value for name, value in typed.items() if name not in SECRET_FIELDS}, errors)
