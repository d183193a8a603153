"""Untrusted input -> a plan for an event, or what somebody chose. Every field has its limit."""

from datetime import date, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, create_model

from community.accounts.forms import TimeZone
from community.errors import Invalid
from community.events.planning import Plan, PlannedSession
from community.events.timing import Span, days, last_day, moments, span_of
from community.text.addresses import allowed_href
from community.text.gettext import _
from community.web.fields import LanguageTag, Line, Text
from community.web.forms import Form

ROWS = range(1, 9)
"""A programme has eight lines in the form; those who need more link to a document."""
MOST_GROUPS = 4
MOST_LINES = 20
SAME = ("title", "summary", "host", "mode", "place", "language", "time_zone", "capacity", "registrants_said", "countries_said",
        "registrants_note")  # fmt: skip


def _date_said(text: str) -> str:
    try:
        span_of(text, ZoneInfo("UTC"))
    except ValueError:
        raise ValueError(_("Write a date as year-month-day, such as 2026-03-09.")) from None
    if not 1950 <= int(text[:4]) <= 2100:
        raise ValueError(_("Write a date as year-month-day, such as 2026-03-09."))
    return text


def _hour(text: str) -> str:
    try:
        return time.fromisoformat(text).isoformat("minutes")
    except ValueError:
        raise ValueError(_("Write a time as hours and minutes, such as 14:30.")) from None


Id = Annotated[int, Field(ge=1, le=2**53)]
"""A row's id; larger numbers fit no column."""
When = Annotated[str, StringConstraints(max_length=10), AfterValidator(_date_said)]
Day = Annotated[str, StringConstraints(max_length=10, min_length=10), AfterValidator(_date_said)]
Hour = Annotated[str, StringConstraints(max_length=8, pattern=r"^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"), AfterValidator(_hour)]
Many = Annotated[int, Field(ge=1, le=1_000_000)]

LINE: dict[str, Any] = {
    "title": (Annotated[str, Line(200)], ""), "code": (Annotated[str, Line(12)], ""),
    "speakers": (Annotated[str, Line(300)], ""), "pick_one": (Annotated[str, Line(80)], ""),
    "day": (Day | None, None), "from": (Hour | None, None), "until": (Hour | None, None),
}  # fmt: skip
ProgrammeForm = create_model(
    "ProgrammeForm", __base__=Form, **{f"{name}_{row}": field for row in ROWS for name, field in LINE.items()}
)


class RoomForm(Form):
    session: Id | None = None
    name: Annotated[str, Line(120, least=0)] = ""
    whom: Literal["registered", "all"] = "registered"


class EventForm(ProgrammeForm):
    """`day` may say only a month or a year; `partners` and `documents` are one a line, a document with its address at the end."""

    title: Annotated[str, Line(160)]
    summary: Annotated[str, Text(2000)] = ""
    institution: Id | None = None
    host: Annotated[str, Line(200)] = ""
    mode: Literal["", "online", "on_site", "both"] = ""
    place: Annotated[str, Line(160)] = ""
    day: When
    last_day: Day | None = None
    starts: Hour | None = None
    until: Hour | None = None
    time_zone: TimeZone = "UTC"
    language: LanguageTag = "en"
    audience: Annotated[str, StringConstraints(pattern=r"^(public|members|space:[0-9]{1,15})$", max_length=24)] = "public"
    capacity: Many | None = None
    registrants_said: Many | None = None
    countries_said: Annotated[int, Field(ge=1, le=250)] | None = None
    registrants_note: Annotated[str, Line(120)] = ""
    partners: Annotated[str, Text(2000)] = ""
    documents: Annotated[str, Text(6000)] = ""
    version: Annotated[int, Field(ge=1, le=2**31)] | None = None

    def plan(self) -> Plan:
        """Raises Invalid where two fields do not fit each other."""
        columns = {name: getattr(self, name) for name in SAME}
        columns |= {"partners": _lines("partners", self.partners), "documents": _documents(self.documents)}
        zone = ZoneInfo(self.time_zone)
        span = _span(self.day, self.last_day, self.starts, self.until, zone, "")
        sessions = tuple(self._session(row, span, zone) for row in ROWS if getattr(self, f"title_{row}"))
        plan = Plan(columns, span, self.audience, self.institution, sessions)
        plan.check()
        return plan

    def _session(self, row: int, event: Span, zone: ZoneInfo) -> PlannedSession:
        """A session with a time and no day is on the event's day."""
        title, code, speakers, pick_one, day, starts, ends = (getattr(self, f"{name}_{row}") for name in LINE)
        if not day and starts and event.precision in {"day", "time"}:
            day = event.starts_at.astimezone(zone).date().isoformat()
        span = _span(day, None, starts, ends, zone, f"_{row}") if day else None
        return PlannedSession(row, title, code, speakers, pick_one, span)


def _span(day: str, last: str | None, starts: str | None, ends: str | None, zone: ZoneInfo, row: str) -> Span:
    """`row` ends the names of the fields of a line of the programme, "" for the event's own."""
    said = span_of(day, zone)
    if said.precision != "day":
        if last or starts:
            raise Invalid(f"day{row}", _("With a time or a last day, the first day has to be known, too."))
        return said
    first, final = date.fromisoformat(day), date.fromisoformat(last) if last else last_day(said, zone)
    if starts and not ends:
        raise Invalid(f"until{row}", _("Say when it ends, too."))
    if ends and not starts:
        raise Invalid(f"from{row}" if row else "starts", _("Say when it begins, too."))
    if not (starts and ends):
        return days(first, final, zone)
    return moments(first, time.fromisoformat(starts), final, time.fromisoformat(ends), zone)


def _lines(name: str, text: str) -> list[str]:
    found = [line for part in text.splitlines() if (line := " ".join(part.split()))]
    if len(found) > MOST_LINES or any(len(line) > 300 for line in found):
        raise Invalid(name, _("Write at most 20 lines, each shorter than 300 letters."))
    return found


def _documents(text: str) -> list[dict[str, str]]:
    """Such as "Slides https://school.example/slides" and "Slides". Only addresses of the web, and paths of this site."""
    found = []
    for line in _lines("documents", text):
        name, _space, last = line.rpartition(" ")
        is_link = last.startswith(("https://", "http://", "/"))
        if is_link and not allowed_href(last):
            raise Invalid("documents", _("“%(address)s” is no address that a link may lead to.") % {"address": last[:60]})
        found.append({"name": (name or last) if is_link else line, "url": last if is_link else ""})
    return found


class RegisterForm(Form):
    """What was chosen in each group of sessions that exclude each other."""

    pick_1: Id | None = None
    pick_2: Id | None = None
    pick_3: Id | None = None
    pick_4: Id | None = None

    def chosen(self) -> dict[int, int]:
        return {n: picked for n in range(1, MOST_GROUPS + 1) if (picked := getattr(self, f"pick_{n}"))}


class CancelForm(Form):
    because: Annotated[str, Line(300, least=0)] = ""
