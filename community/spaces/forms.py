"""The forms of spaces."""

from typing import Annotated, Literal

from pydantic import Field

from community.accounts.forms import Address, InterfaceLanguage, NewPhrase, PersonName
from community.spaces.actions import Face
from community.spaces.workshops import MOST_HOURS, MOST_USES
from community.web.fields import LanguageTag, Line, Text
from community.web.forms import Form


class FaceForm(Form):
    name: Line(120)  # type: ignore[valid-type]
    about: Text(4000, least=0) = ""  # type: ignore[valid-type]
    language: LanguageTag = "en"
    access: Literal["invite", "request", "open"] = "invite"

    def face(self) -> Face:
        return Face(self.name, self.about, self.language, self.access)


class AskForm(Form):
    line: Line(300, least=0) = ""  # type: ignore[valid-type]


class HandleForm(Form):
    handle: Line(40)  # type: ignore[valid-type]


class WorkshopForm(Form):
    """A code to make. `institution` or `space` is the slug of the place."""

    title: Line(80)  # type: ignore[valid-type]
    uses: Annotated[int, Field(ge=1, le=MOST_USES)] = 30
    hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 4
    institution: Line(80, least=0) = ""  # type: ignore[valid-type]
    space: Line(80, least=0) = ""  # type: ignore[valid-type]


class CodeForm(Form):
    code: Line(40)  # type: ignore[valid-type]


class CodeJoinForm(CodeForm):
    """An account by a workshop's code."""

    name: PersonName
    email: Address
    pass_phrase: NewPhrase
    language: InterfaceLanguage = "en"
