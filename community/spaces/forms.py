"""The forms of spaces."""

from typing import Annotated, Literal

from pydantic import Field

from community.accounts.forms import Address, InterfaceLanguage, NewPhrase, PersonName
from community.spaces.actions import Face
from community.spaces.workshops import MOST_HOURS, MOST_USES
from community.web.fields import LanguageTag, Line, Text
from community.web.forms import Form


class FaceForm(Form):
    name: Annotated[str, Line(120)]
    about: Annotated[str, Text(4000, least=0)] = ""
    language: LanguageTag = "en"
    access: Literal["invite", "request", "open"] = "invite"

    def face(self) -> Face:
        return Face(self.name, self.about, self.language, self.access)


class AskForm(Form):
    line: Annotated[str, Line(300, least=0)] = ""


class HandleForm(Form):
    handle: Annotated[str, Line(40)]


class WorkshopForm(Form):
    """A code to make. `institution` or `space` is the slug of the place."""

    title: Annotated[str, Line(80)]
    uses: Annotated[int, Field(ge=1, le=MOST_USES)] = 30
    hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 4
    institution: Annotated[str, Line(80, least=0)] = ""
    space: Annotated[str, Line(80, least=0)] = ""


class CodeForm(Form):
    code: Annotated[str, Line(40)]


class CodeJoinForm(CodeForm):
    """An account by a workshop's code."""

    name: PersonName
    email: Address
    pass_phrase: NewPhrase
    language: InterfaceLanguage = "en"
