"""Forms of the moderation."""

from typing import Literal

from community.web.fields import Line
from community.web.forms import Form

Rule = Literal["advertising", "fraud", "tone", "harm", "privacy", "copyright", "off_topic", "other"]


class ReportForm(Form):
    rule: Rule
    note: Line(500, least=0) = ""  # type: ignore[valid-type]


class RulingForm(Form):
    """`because` is read by the author."""

    verb: Literal["hide", "restore"]
    rule: Rule | None = None
    because: Line(500, least=0) = ""  # type: ignore[valid-type]


class HeldForm(Form):
    verb: Literal["approve", "return"]
    because: Line(500, least=0) = ""  # type: ignore[valid-type]


class FlagForm(Form):
    verb: Literal["hide", "leave"]
    rule: Rule | None = None
    because: Line(500, least=0) = ""  # type: ignore[valid-type]


class ApplicantForm(Form):
    """`because` is the reason, or the question: mailed to the applicant."""

    verb: Literal["accept", "decline", "ask"]
    because: Line(500, least=0) = ""  # type: ignore[valid-type]


class DomainForm(Form):
    verb: Literal["accept", "decline"]
    because: Line(500, least=0) = ""  # type: ignore[valid-type]


class ClaimForm(Form):
    """What waits, by its key in the list."""

    subject: Line(40)  # type: ignore[valid-type]
