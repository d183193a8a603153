"""The pages that read events, and taking or giving up a seat."""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.forms import NoFields
from community.audience import Viewer
from community.errors import Invalid, NotFound
from community.events import browsing, labels, queries
from community.events.browsing import Browsed
from community.events.calendar_file import DATED, MEDIA_TYPE, calendar_file
from community.events.event_page import event_page
from community.events.forms import RegisterForm, RoomForm
from community.events.models import Event
from community.events.policies import can_plan
from community.events.queries import Card
from community.events.registering import give_up_seat, register
from community.events.rooms import NewEventRoom, open_event_room
from community.settings import settings
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.paging import Cursor
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class EventsPage:
    """`modes` are (words, address, whether it is on)."""

    show: str
    tabs: list[tuple[str, str, bool]]
    modes: list[tuple[str, str, bool]]
    cards: list[Card]
    older: str
    newer: str
    zone: str
    may_plan: bool

    def when(self, card: Card) -> str:
        return labels.when(card.span, card.time_zone)

    def stub(self, card: Card) -> tuple[str, str]:
        return labels.stub(card.span, card.time_zone)

    def machine(self, card: Card) -> str:
        return labels.machine(card.span, card.time_zone)

    def mode(self, card: Card) -> str:
        return labels.modes().get(card.mode, "")


async def show_events(request: Request) -> Response:
    viewer, sent = viewer_of(request), request.query_params
    asked = Browsed.of(sent.get("show", ""), sent.get("mode", ""))
    if asked.show == "mine" and not viewer.signed_in:
        asked = Browsed("coming", asked.mode)
    found = await browsing.browse(viewer, asked, Cursor.of(request))
    page = EventsPage(
        asked.show, _tabs(viewer, asked), _modes(asked), found.items,
        asked.address(after=found.next) if found.next else "", asked.address(before=found.previous) if found.previous else "",
        labels.your_time(), can_plan(viewer),
    )  # fmt: skip
    return await render(request, "events/list.html", page, title=_("Events"), nav="events")


def _tabs(viewer: Viewer, asked: Browsed) -> list[tuple[str, str, bool]]:
    words = {"coming": _("Coming up"), "past": _("Past")} | ({"mine": _("Yours")} if viewer.signed_in else {})
    return [(label, Browsed(name, asked.mode).address(), asked.show == name) for name, label in words.items()]


def _modes(asked: Browsed) -> list[tuple[str, str, bool]]:
    """What is on is taken away by its own link."""
    words = {"online": _("Online"), "on_site": _("On site")}
    return [
        (label, Browsed(asked.show, "" if asked.mode == name else name).address(), asked.mode == name)
        for name, label in words.items()
    ]


async def show_event(request: Request) -> Response:
    viewer = viewer_of(request)
    event = await event_of(request, viewer)
    return await render(request, "events/event.html", await event_page(viewer, event), title=event.title, nav="events")


async def send_calendar(request: Request) -> Response:
    """The event for the reader's own calendar, without the workshops that they have not chosen. 404 where no day is known."""
    viewer = viewer_of(request)
    event = await event_of(request, viewer)
    if event.precision not in DATED:
        raise NotFound
    mine, house = await queries.mine(viewer, event), await queries.house(viewer, event.institution_id)
    chosen = mine.chosen if mine else frozenset()
    sessions = [one for one in await queries.sessions_of(event) if not one.pick_one or one.id in chosen]
    host = event.host or (house.name if house else "")
    content = await asyncio.to_thread(calendar_file, event, sessions, host, settings().public_origin)
    return Response(content, media_type=MEDIA_TYPE, headers={"content-disposition": f'attachment; filename="{event.slug}.ics"'})


async def post_register(request: Request) -> Response:
    viewer, sent = viewer_of(request), await raw_form(request)
    event = await event_of(request, viewer)
    try:
        mine = await register(viewer, event.id, checked(sent, RegisterForm).chosen())
    except Invalid as error:
        page = await event_page(viewer, event, typed(sent), error.errors)
        return await render(request, "events/event.html", page, title=event.title, nav="events", status=422)
    if mine.state == "waiting":
        return redirect(f"{event.url}#register", _("You are on the waiting list. You are told when a seat comes free."))
    return redirect(f"{event.url}#register", _("You have a seat."))


async def post_leave(request: Request) -> Response:
    await form_of(request, NoFields)
    viewer = viewer_of(request)
    event = await event_of(request, viewer)
    await give_up_seat(viewer, event.id)
    return redirect(event.url, _("You are no longer registered."))


async def post_room(request: Request) -> Response:
    sent = await form_of(request, RoomForm)
    event = await event_of(request, viewer_of(request))
    new = NewEventRoom(sent.session, sent.name, sent.whom == "registered")
    room = await open_event_room(viewer_of(request), event.id, new, sent.client_id or uuid4())
    return redirect(f"/rooms/{room.id}", _("The room is open."))


async def event_of(request: Request, viewer: Viewer) -> Event:
    """The event of an address, NotFound for what the viewer may not see."""
    slug = request.path_params["slug"]
    if len(slug) > Event.LONGEST_SLUG:
        raise NotFound
    return await Event.visible_to(viewer).one(slug=slug)
