"""The forms of spaces."""

from typing import Literal

from community.spaces.actions import Face
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
