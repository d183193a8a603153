"""Untrusted input -> drafts, messages and answers. A draft may be incomplete; what it says must make sense."""

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal

from babel.numbers import get_currency_precision
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from community.exchange.drafting import Draft
from community.exchange.entries import country_code, field_code, language_tag
from community.exchange.sides import Language
from community.exchange.terms import COST_ITEMS
from community.text.gettext import _
from community.web.fields import LanguageTag, LevelCode, Line, RegionCode, Text
from community.web.forms import Form

Id = Annotated[int, Field(ge=1, le=2**53)]
"""A row's id; larger numbers fit no column."""
Short = StringConstraints(max_length=80)
Country = Annotated[str, Short, AfterValidator(country_code)]
Tongue = Annotated[str, Short, AfterValidator(language_tag)]
FieldOfStudy = Annotated[str, StringConstraints(max_length=160), AfterValidator(field_code)]
Days = Annotated[int, Field(ge=1, le=730)]
Coverage = Literal["covered", "partly", "not_covered", "not_stated"]
Per = Literal["day", "week", "month", "stay"]
Amount = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=3)]
Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
ROWS = (1, 2, 3)


class CostsForm(Form):
    """What is covered, item by item; amounts in one currency."""

    currency: Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{3}$")] = "EUR"
    cost_travel: Coverage = "not_stated"
    cost_accommodation: Coverage = "not_stated"
    cost_meals: Coverage = "not_stated"
    cost_insurance: Coverage = "not_stated"
    cost_visa: Coverage = "not_stated"
    cost_allowance: Coverage = "not_stated"
    amount_travel: Amount | None = None
    amount_accommodation: Amount | None = None
    amount_meals: Amount | None = None
    amount_insurance: Amount | None = None
    amount_visa: Amount | None = None
    amount_allowance: Amount | None = None
    per_travel: Per = "stay"
    per_accommodation: Per = "stay"
    per_meals: Per = "stay"
    per_insurance: Per = "stay"
    per_visa: Per = "stay"
    per_allowance: Per = "stay"

    def costs(self) -> dict[str, dict[str, Any]]:
        """{item: {coverage, amount in minor units, currency, per}} of what is stated."""
        stated = {item: getattr(self, f"cost_{item}") for item in COST_ITEMS}
        return {item: {"coverage": given} | self._amount(item) for item, given in stated.items() if given != "not_stated"}

    def _amount(self, item: str) -> dict[str, Any]:
        amount: Decimal | None = getattr(self, f"amount_{item}")
        if amount is None:
            return {}
        minor = (amount * 10 ** get_currency_precision(self.currency)).quantize(Decimal(1), ROUND_HALF_UP)
        return {"amount": int(minor), "currency": self.currency, "per": getattr(self, f"per_{item}")}


class TonguesForm(Form):
    """Up to three languages, each with a level and whether nothing goes without it."""

    language_1: Tongue | None = None
    language_2: Tongue | None = None
    language_3: Tongue | None = None
    level_1: Level | None = None
    level_2: Level | None = None
    level_3: Level | None = None
    required_1: bool = False
    required_2: bool = False
    required_3: bool = False

    def spoken(self) -> tuple[Language, ...]:
        rows = [(getattr(self, f"language_{row}"), getattr(self, f"level_{row}"), getattr(self, f"required_{row}")) for row in ROWS]
        return tuple({tag: Language(tag, level, required) for tag, level, required in rows if tag}.values())


class ListingForm(CostsForm, TonguesForm):
    """A whole listing. `institution` only when it is begun, `version` only when it is changed."""

    do: Literal["save", "publish"] = "save"
    institution: Id | None = None
    version: Annotated[int, Field(ge=0, le=2**31)] | None = None
    title: Annotated[str, Line(120)] = ""
    summary: Annotated[str, Line(300)] = ""
    about: Annotated[str, Text(20_000)] = ""
    language: LanguageTag = "en"
    direction: Literal["", "offer", "request"] = ""
    activity: Literal[
        "", "student_studies", "student_traineeship", "apprenticeship", "job_shadowing", "teaching_assignment",
        "staff_training", "invited_expert", "group_mobility", "skills_competition", "virtual_exchange",
    ] = ""  # fmt: skip
    mode: Literal["physical", "virtual", "blended"] = "physical"
    participant: Literal["", "learner", "teacher", "in_company_trainer", "leader", "staff"] = ""
    places: Annotated[int, Field(ge=1, le=999)] = 1
    fields: Annotated[tuple[FieldOfStudy, ...], Field(max_length=6)] = ()
    levels: Annotated[tuple[LevelCode, ...], Field(max_length=10)] = ()
    starts: date | None = None
    ends: date | None = None
    min_days: Days | None = None
    max_days: Days | None = None
    weekly_hours: Annotated[int, Field(ge=1, le=60)] | None = None
    min_age: Annotated[int, Field(ge=10, le=99)] | None = None
    country: Country | None = None
    city: Annotated[str, Line(80)] = ""
    wanted_countries: Annotated[tuple[Country, ...], Field(max_length=20)] = ()
    excluded_countries: Annotated[tuple[Country, ...], Field(max_length=20)] = ()
    wanted_regions: Annotated[tuple[RegionCode, ...], Field(max_length=5)] = ()
    accommodation: Literal["", "provided", "help", "none"] = ""
    accessibility: Annotated[str, Line(500)] = ""
    safeguarding: Annotated[str, Line(200)] = ""
    outcomes: Annotated[str, Text(1000)] = ""
    recognition: Literal["credits", "certificate", "europass_mobility", "open_badge", "none"] = "none"
    reciprocity: Literal["none", "preferred", "one_for_one"] = "none"
    programme: Annotated[str, Line(80)] = ""
    deadline: date | None = None
    open_until: date | None = None

    @model_validator(mode="after")
    def _dates_are_of_our_time(self) -> "ListingForm":
        for day in (self.starts, self.ends, self.deadline, self.open_until):
            if day and not 2000 <= day.year <= 2100:
                raise ValueError(_("Write a date as year-month-day, such as 2026-03-09."))
        return self

    def draft(self) -> Draft:
        said = self.model_dump(include=set(_SAME))
        until = self.open_until
        columns = said | {
            "wanted_regions": list(self.wanted_regions),
            "country": self.country or "",
            "levels": sorted({int(level) for level in self.levels}),
            "wanted_countries": list(dict.fromkeys(self.wanted_countries)),
            "excluded_countries": list(dict.fromkeys(self.excluded_countries)),
            "costs": self.costs(),
            "expires_at": datetime.combine(until, time.max, UTC) if until else None,
        }
        return Draft(columns, tuple(dict.fromkeys(self.fields)), self.spoken())


_SAME = (
    "title", "summary", "about", "language", "direction", "activity", "mode", "participant", "places", "starts", "ends",
    "min_days", "max_days", "weekly_hours", "min_age", "city", "accommodation", "accessibility",
    "safeguarding", "outcomes", "recognition", "reciprocity", "programme", "deadline",
)  # fmt: skip


class InquiryForm(Form):
    """A first message, in the name of `institution`, about our own `listing` if there is one."""

    text: Annotated[str, Text(20_000)]
    language: LanguageTag = "en"
    institution: Id
    listing: Id | None = None


class MessageForm(Form):
    text: Annotated[str, Text(20_000)]
    language: LanguageTag = "en"


class DeclineForm(Form):
    reason: Literal["dates", "field", "level", "language", "places", "cost", "no_partner_approval", "other"]


class VerbForm(Form):
    """A button that sets a state."""


class RingForm(Form):
    answer: Literal["yes", "no"]
