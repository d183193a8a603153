"""What the forms of harvests hold."""

from typing import Annotated, Literal

from pydantic import Field

from community.text.markdown import LIMITS
from community.web.fields import Line, Text
from community.web.forms import Form

Picks = Annotated[list[Annotated[int, Field(ge=1, lt=10**15)]], Field(max_length=40, default_factory=list)]


class HarvestForm(Form):
    """`place` and `body` are a thread's; a practice draft begins with `body` as its context, if there is any."""

    message: Picks
    make: Literal["thread", "practice"]
    title: Annotated[str, Line(160)]
    place: Annotated[str, Field(max_length=40)] = ""
    body: Annotated[str, Text(LIMITS["post"], least=0)] = ""


class AnswerForm(Form):
    answer: Literal["yes", "no"]
