"""Picking messages in a room, saying what they are to become, and answering for one's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.chat.models import Room
from community.chat.views import needed_client_id
from community.discussions.actions import NewThread
from community.errors import Invalid, NotFound, ensure
from community.harvest.actions import MOST, NewDraft, answer, harvest
from community.harvest.asked import HarvestLine, HarvestPage, harvest_page, harvests_of
from community.harvest.forms import AnswerForm, HarvestForm
from community.harvest.models import Harvest
from community.harvest.policies import can_harvest
from community.harvest.queries import Quotable, Window, picked, places_for, window
from community.institutions.queries import Person
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of

NAV = "rooms"


@dataclass(frozen=True)
class PickPage:
    """Messages to pick from. `picks` are picked already, `elsewhere` those of them that stand on other pages."""

    room_id: int
    room: str
    room_lang: str
    window: Window
    picks: list[int]
    elsewhere: list[int]
    most: int
    error: str = ""

    @property
    def url(self) -> str:
        return f"/rooms/{self.room_id}"


@dataclass(frozen=True)
class WritePage:
    """What the picked messages are to become. `asked` are their authors, whose yes is waited for."""

    room_id: int
    room: str
    room_lang: str
    messages: list[Quotable]
    asked: list[Person]
    places: list[tuple[str, str]]
    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"/rooms/{self.room_id}"

    @property
    def back(self) -> str:
        picks = "".join(f"&message={one.id}" for one in self.messages)
        return f"{self.url}/harvest?from={self.messages[0].id}{picks}"


@dataclass(frozen=True)
class AnswerPage:
    harvest: HarvestPage


@dataclass(frozen=True)
class HarvestsPage:
    harvests: list[HarvestLine]


async def pick(request: Request) -> Response:
    """Boxes to tick around a place, or with ?step=write what the ticked ones are to become. It changes nothing."""
    viewer, room = viewer_of(request), await _room(request)
    picks = _numbers(request.query_params.getlist("message"))
    if request.query_params.get("step") == "write":
        messages = await picked(viewer, room.id, picks[: MOST + 1])
        if 0 < len(messages) <= MOST:
            return await _render_write(
                request, viewer, room, messages, {"body": _("From the room “%(room)s”.") % {"room": room.name}}
            )
        return await _render_pick(request, viewer, room, picks, _("Pick between 1 and %(most)d messages.") % {"most": MOST})
    return await _render_pick(request, viewer, room, picks)


async def _room(request: Request) -> Room:
    """A room that may not be harvested says why; one that is not seen does not exist."""
    room = await Room.visible_to(viewer_of(request)).one(id=request.path_params["id"])
    why = _("What is said here stays here. Ask those who said it to write it where others can read it.")
    ensure(can_harvest(viewer_of(request), room), "stays-here", why)
    return room


def _numbers(texts: list[str]) -> list[int]:
    if any(not (text.isascii() and text.isdigit() and len(text) < 16) for text in texts):
        raise NotFound
    return list(dict.fromkeys(int(text) for text in texts))[: 4 * MOST]


async def _render_pick(request: Request, viewer: Viewer, room: Room, picks: list[int], error: str = "") -> Response:
    around = _numbers([text for text in request.query_params.getlist("from")[:1] if text])
    shown = await window(viewer, room, around[0] if around else None)
    here = {one.id for one in shown.messages}
    page = PickPage(room.id, room.name, room.lang, shown, picks, [one for one in picks if one not in here], MOST, error)
    return await render(request, "harvest/pick.html", page, title=_("Pick messages"), nav=NAV, status=422 if error else 200)


async def _render_write(
    request: Request, viewer: Viewer, room: Room, messages: list[Quotable], values: Mapping[str, Any], why: Invalid | None = None
) -> Response:
    asked = {one.by.id: one.by for one in messages if one.by and one.by.id != viewer.member}
    page = WritePage(
        room.id, room.name, room.lang, messages, list(asked.values()), await places_for(viewer, room), values,
        dict(why.errors) if why else {},
    )  # fmt: skip
    return await render(
        request, "harvest/write.html", page, title=_("Make something of messages"), nav=NAV, status=422 if why else 200
    )  # fmt: skip


async def make(request: Request) -> Response:
    viewer, form = viewer_of(request), await raw_form(request)
    try:
        sent = checked(form, HarvestForm)
        made = await harvest(viewer, request.path_params["id"], sent.message, _wanted(viewer, sent), needed_client_id(sent))
    except Invalid as error:
        room, values = await _room(request), typed(form)
        ids = [int(text) for text in form.getlist("message") if isinstance(text, str) and text.isdecimal() and len(text) < 16]
        messages = await picked(viewer, room.id, ids[:MOST])
        if not messages:
            return await _render_pick(request, viewer, room, [], error.text)
        return await _render_write(request, viewer, room, messages, values, error)
    return redirect(
        _address(made), _("Made. Those whose words you quote are asked now; each quotation appears with its author’s yes.")
    )


def _wanted(viewer: Viewer, sent: HarvestForm) -> NewThread | NewDraft:
    if sent.make == "practice":
        return NewDraft(sent.title, sent.body, viewer.language)
    if not sent.place:
        raise Invalid("place", _("Please fill this in."))
    return NewThread(sent.place, sent.title, sent.body, lang=viewer.language)


def _address(made: Harvest) -> str:
    kind, _colon, number = made.root.partition(":")
    return f"/threads/{number}" if kind == "thread" else f"/practices/{number}/draft"


async def show_all(request: Request) -> Response:
    page = HarvestsPage(await harvests_of(viewer_of(request)))
    return await render(request, "harvest/harvests.html", page, title=_("Quoted from rooms"), nav=NAV)


async def show(request: Request) -> Response:
    page = AnswerPage(await harvest_page(viewer_of(request), request.path_params["id"]))
    return await render(request, "harvest/answer.html", page, title=_("May your words be quoted?"), nav=NAV)


async def say(request: Request) -> Response:
    sent = await form_of(request, AnswerForm)
    await answer(viewer_of(request), request.path_params["id"], yes=sent.answer == "yes")
    said = _("Thank you. Your words are quoted now. You can take that back here at any time.")
    none = _("Your words are not quoted. Nothing of them stays there.")
    return redirect(f"/harvests/{request.path_params['id']}", said if sent.answer == "yes" else none)
