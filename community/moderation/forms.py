"""Forms of the moderation."""

from typing import Annotated, Literal

from community.web.fields import Line
from community.web.forms import Form

Rule = Literal["advertising", "fraud", "tone", "harm", "privacy", "copyright", "off_topic", "other"]


class ReportForm(Form):
    rule: Rule
    note: Annotated[str, Line(500, least=0)] = ""


class RulingForm(Form):
    """`because` is read by the author."""

    verb: Literal["hide", "restore"]
    rule: Rule | None = None
    because: Annotated[str, Line(500, least=0)] = ""


class HeldForm(Form):
    verb: Literal["approve", "return"]
    because: Annotated[str, Line(500, least=0)] = ""


class FlagForm(Form):
    verb: Literal["hide", "leave"]
    rule: Rule | None = None
    because: Annotated[str, Line(500, least=0)] = ""


class ApplicantForm(Form):
    """`because` is the reason, or the question: mailed to the applicant."""

    verb: Literal["accept", "decline", "ask"]
    because: Annotated[str, Line(500, least=0)] = ""


class DomainForm(Form):
    verb: Literal["accept", "decline"]
    because: Annotated[str, Line(500, least=0)] = ""


class ClaimForm(Form):
    """What waits, by its key in the list."""

    subject: Annotated[str, Line(40)]
