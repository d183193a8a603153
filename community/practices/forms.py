"""Untrusted input -> a Record, a verdict, an endorsement."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from community.practices import entries
from community.practices.record import SECTIONS, Record
from community.text.gettext import _
from community.text.markdown import LIMITS
from community.web.fields import CountryCode, LanguageTag, LevelCode, LicenceCode, Line, Text, ThemeCode
from community.web.forms import Form

Several = StringConstraints(max_length=8000)


def _of_our_time(day: date | None) -> date | None:
    if day and not 1950 <= day.year <= 2100:
        raise ValueError(_("Write a date as year-month-day, such as 2026-03-09."))
    return day


Day = Annotated[date, AfterValidator(_of_our_time)]
FieldLine = Annotated[str, StringConstraints(max_length=200), AfterValidator(entries.field_code)]
Lines = Annotated[str, Several, AfterValidator(lambda text: "\n".join(entries.lines(text)))]
Words = Annotated[str, Several, AfterValidator(lambda text: ", ".join(entries.words(text)))]
Targets = Annotated[str, StringConstraints(max_length=200), AfterValidator(lambda text: ", ".join(entries.targets(text)))]
Resources = Annotated[
    str, StringConstraints(max_length=12_000), AfterValidator(lambda text: entries.resource_lines(entries.resources(text)))
]


class DraftForm(Form):
    """The whole record. Everything may be empty; `version` is the one that was read, 0 for a practice not stored yet."""

    do: Literal["save", "submit", "preview", "over"] = "save"
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    title: Annotated[str, Line(160)] = ""
    summary: Annotated[str, Line(600)] = ""
    lang: LanguageTag | Literal[""] = ""
    country: CountryCode | Literal[""] = ""
    place: Annotated[str, Line(80)] = ""
    institution: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    institution_name: Annotated[str, Line(160)] = ""
    partners: Lines = ""
    tags: Words = ""
    starts: Day | None = None
    ends: Day | None = None
    scale: Literal["", "pilot", "institution", "region", "country", "several_countries"] = ""
    target_groups: Annotated[str, Line(300)] = ""
    cost_level: Literal["", "none", "under_500", "under_5000", "under_50000", "more"] = ""
    evidence: Literal["", "evaluation", "monitoring_data", "testimony", "none_yet"] = ""
    outcome: Literal["", "worked", "partly", "failed"] = ""
    licence: LicenceCode | Literal[""] = ""
    themes: Annotated[tuple[ThemeCode, ...], Field(max_length=4)] = ()
    fields: Annotated[tuple[FieldLine, ...], Field(max_length=6)] = ()
    levels: Annotated[tuple[LevelCode, ...], Field(max_length=10)] = ()
    needs: Annotated[
        tuple[Literal["electricity", "internet", "computers", "workshop", "specialist_staff", "transport", "materials"], ...],
        Field(max_length=7),
    ] = ()
    targets: Targets = ""
    resources: Resources = ""
    context: Annotated[str, Text(LIMITS["practice"])] = ""
    challenge: Annotated[str, Text(LIMITS["practice"])] = ""
    solution: Annotated[str, Text(LIMITS["practice"])] = ""
    stakeholders: Annotated[str, Text(LIMITS["practice"])] = ""
    financing: Annotated[str, Text(LIMITS["practice"])] = ""
    results: Annotated[str, Text(LIMITS["practice"])] = ""
    lessons: Annotated[str, Text(LIMITS["practice"])] = ""
    transfer: Annotated[str, Text(LIMITS["practice"])] = ""
    changes: Annotated[str, Text(LIMITS["practice"])] = ""

    def record(self) -> Record:
        same = self.model_dump(include=_SAME)
        return Record(
            **same,
            institution_id=self.institution,
            partners=entries.lines(self.partners),
            tags=entries.words(self.tags),
            fields=_sorted(code for code in self.fields if code),
            themes=_sorted(self.themes),
            levels=_sorted(self.levels),
            needs=_sorted(self.needs),
            targets=_sorted(entries.targets(self.targets)),
            resources=entries.resources(self.resources),
            sections={name: text for name in SECTIONS if (text := getattr(self, name).strip())},
        )


_SAME = {
    "title", "summary", "lang", "country", "place", "institution_name", "starts", "ends", "scale", "target_groups", "cost_level",
    "evidence", "outcome", "licence",
}  # fmt: skip


def _sorted(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))


class DecisionForm(Form):
    do: Literal["publish", "return", "reject"]
    reasons: Annotated[str, Text(8000)] = ""


class AdaptForm(Form):
    country: CountryCode


class EndorseForm(Form):
    line: Annotated[str, Line(200)] = ""


class DiscussForm(Form):
    text: Annotated[str, Text(LIMITS["post"])]


class VerbForm(Form):
    """A button that sets a state."""
