"""What the page of one event shows, gathered for whoever reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from community import clock
from community.audience import Viewer
from community.events import labels, queries
from community.events.models import Event, EventRoom, EventSession
from community.events.policies import can_run, is_over, why_no_seat
from community.events.queries import Figures, House, Mine
from community.events.registering import groups_of
from community.events.rooms import is_apart, places_without, rooms_of
from community.events.timing import Span
from community.institutions.queries import Person, people
from community.text.gettext import _, ngettext
from community.text.vocabularies import language_name

DATED = frozenset({"time", "day"})


@dataclass(frozen=True)
class Line:
    """A line of the programme. `stub` and `machine` stand for its date; `chosen_by` is a number for the organiser, else None."""

    id: int
    code: str
    title: str
    speakers: str
    pick_one: str
    when: str
    stub: tuple[str, str]
    machine: str
    is_mine: bool
    chosen_by: int | None


@dataclass(frozen=True)
class Group:
    """Sessions that exclude each other: one of `options` (id, words) is chosen in the field `name`."""

    name: str
    legend: str
    options: list[tuple[int, str]]
    chosen: int | str


@dataclass(frozen=True)
class Registrant:
    person: Person
    state: str
    since: Any
    chosen: str


@dataclass(frozen=True)
class EventPage:
    """`room_places` are what has no room yet, for who runs the event; `apart` are the rooms of those who are registered.

    `block` are the facts of the title, `seats` says how many are left; `closed` why nobody can register, "" where one can.
    """

    event: Event
    block: list[tuple[str, str]]
    zone_line: str
    paragraphs: list[str]
    lines: list[Line]
    groups: list[Group]
    figures: Figures
    seats: str
    house: House | None
    mine: Mine | None
    closed: str
    may_run: bool
    is_dated: bool
    registrants: list[Registrant]
    rooms: list[EventRoom]
    room_places: list[tuple[str, str]]
    apart: frozenset[int]
    errors: Mapping[str, str] = field(default_factory=dict)


async def event_page(
    viewer: Viewer, event: Event, sent: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> EventPage:
    """Everything about an event that the viewer has been found to see. `sent` is what a form that came back had chosen."""
    sessions, runs = await queries.sessions_of(event), can_run(viewer, event)
    figures, mine = await queries.figures(event), await queries.mine(viewer, event)
    house, span = await queries.house(viewer, event.institution_id), span_of_event(event)
    chosen_by, rooms = await queries.chosen(event) if runs else {}, await rooms_of(viewer, event)
    return EventPage(
        event=event, block=_block(event, house, span), zone_line=labels.zone_line(span, event.time_zone),
        paragraphs=[part for part in event.summary.split("\n\n") if part.strip()],
        lines=[_line(one, event, mine, chosen_by if runs else None) for one in sessions],
        groups=_groups(sessions, mine, sent or {}),
        figures=figures, seats=_seats(event, figures), house=house, mine=mine,
        closed=why_no_seat(event, clock.now()),
        may_run=runs, is_dated=event.precision in DATED, registrants=await _registrants(event) if runs else [], errors=errors or {},
        rooms=rooms, apart=frozenset(one.room_id for one in rooms if is_apart(one.room)),
        room_places=await places_without(event, sessions) if runs else [],
    )  # fmt: skip


def span_of_event(event: Event) -> Span:
    return Span(event.precision, event.starts_at, event.ends_at)


def _block(event: Event, house: House | None, span: Span) -> list[tuple[str, str]]:
    """What is not known is left out; the language of a report is that of its words here, not that of the event."""
    return [
        (_("When"), labels.when(span, event.time_zone)),
        (_("How"), labels.modes().get(event.mode, "")),
        (_("Where"), event.place),
        (_("Host"), event.host or (house.name if house else "")),
        (_("Language"), "" if event.source_id else language_name(event.language)),
    ]


def _seats(event: Event, figures: Figures) -> str:
    """Where there is a limit, how many are left or how many wait."""
    if event.capacity is None or is_over(event, clock.now()):
        return ""
    left = max(0, event.capacity - figures.registered)
    if left:
        return ngettext("%(num)s seat left", "%(num)s seats left", left) % {"num": left}
    if not figures.waiting:
        return _("Full.")
    return ngettext("Full. %(num)d person waits.", "Full. %(num)d people wait.", figures.waiting) % {"num": figures.waiting}


def _line(session: EventSession, event: Event, mine: Mine | None, chosen_by: dict[int, int] | None) -> Line:
    span = Span(session.precision, session.starts_at, session.ends_at) if session.precision else None
    return Line(
        session.id, session.code, session.title, session.speakers, session.pick_one,
        labels.when(span, event.time_zone) if span else "", labels.stub(span, event.time_zone) if span else ("", ""),
        labels.machine(span, event.time_zone) if span else "", bool(mine and session.id in mine.chosen),
        chosen_by.get(session.id, 0) if chosen_by is not None and session.pick_one else None,
    )  # fmt: skip


def _groups(sessions: list[EventSession], mine: Mine | None, sent: Mapping[str, Any]) -> list[Group]:
    made = []
    for n, (legend, members) in enumerate(groups_of(sessions).items(), 1):
        options = [(one.id, ": ".join(filter(None, (one.code, one.title)))) for one in members]
        known = next((one.id for one in members if mine and one.id in mine.chosen), "")
        made.append(Group(f"pick_{n}", legend, options, sent.get(f"pick_{n}", known)))
    return made


async def _registrants(event: Event) -> list[Registrant]:
    comers = await queries.comers(event)
    known = await people(one.member_id for one in comers)
    return [
        Registrant(known[one.member_id], one.state, one.since, ", ".join(one.chosen)) for one in comers if one.member_id in known
    ]
