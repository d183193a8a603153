"""What the forms of rooms hold."""

from typing import Annotated

from pydantic import Field, StringConstraints

from community.text.markdown import LIMITS
from community.web.fields import LanguageTag, Line, Text
from community.web.forms import Form

RowId = Annotated[int, Field(ge=1, lt=2**53)]


class SendForm(Form):
    """`files` are ids of the sender's own that are in no post yet. A message may be files alone."""

    text: Annotated[str, Text(LIMITS["chat"], least=0)] = ""
    lang: LanguageTag | None = None
    files: list[RowId] = Field(default_factory=list)
    reply_to: RowId | None = None


class ReactForm(Form):
    """`r` is "31:agree:1": the message, the kind, and whether it is wanted."""

    r: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}:[a-z]{1,10}:[01]$")]

    @property
    def parts(self) -> tuple[int, str, bool]:
        message, kind, wanted = self.r.split(":")
        return int(message), kind, wanted == "1"


class PinForm(Form):
    on: bool


class EditForm(Form):
    text: Annotated[str, Text(LIMITS["chat"])]


class DeleteForm(Form):
    """Nothing but the press of the button."""


class ReadForm(Form):
    seq: int


class RoomForm(Form):
    name: Annotated[str, Line(120)]
    about: Annotated[str, Text(LIMITS["chat"], least=0)] = ""
    lang: LanguageTag = "en"
    space: RowId | None = None


class ReadingForm(Form):
    shown: bool


class PaceForm(Form):
    pause: int
    keep_days: int


class ModeratorForm(Form):
    """`member` ends a role, `handle` gives one."""

    member: RowId | None = None
    handle: Annotated[str, Line(40, least=0)] = ""


class MuteForm(Form):
    member: RowId
    hours: int
