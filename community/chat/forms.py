"""What the forms of rooms hold."""

from typing import Annotated

from pydantic import Field

from community.text.markdown import LIMITS
from community.web.fields import LanguageTag, Line, Text
from community.web.forms import Form


class SendForm(Form):
    """`files` are ids of the sender's own that are in no post yet. A message may be files alone."""

    text: Text(LIMITS["chat"], least=0) = ""  # type: ignore[valid-type]
    lang: LanguageTag | None = None
    files: list[Annotated[int, Field(ge=1, lt=2**53)]] = Field(default_factory=list)


class EditForm(Form):
    text: Text(LIMITS["chat"])  # type: ignore[valid-type]


class DeleteForm(Form):
    """Nothing but the press of the button."""


class ReadForm(Form):
    seq: int


class RoomForm(Form):
    name: Line(120)  # type: ignore[valid-type]
    about: Text(LIMITS["chat"], least=0) = ""  # type: ignore[valid-type]
    lang: LanguageTag = "en"
    space: int | None = None
