"""What the forms of rooms hold."""

from community.text.markdown import LIMITS
from community.web.fields import LanguageTag, Line, Text
from community.web.forms import Form


class SendForm(Form):
    text: Text(LIMITS["chat"])  # type: ignore[valid-type]
    lang: LanguageTag | None = None


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
