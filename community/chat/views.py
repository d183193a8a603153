"""Rooms: the list, and a room that is read and written in with or without a line of script."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.chat.actions import mark_read, send_message
from community.chat.beside import rooms_sections
from community.chat.forms import ReadForm, SendForm
from community.chat.message_queries import OneMessage, one_message
from community.chat.models import Room
from community.chat.places import END, Place, place_of_day
from community.chat.policies import may_open_some
from community.chat.queries import RoomPage, RoomRow, room_page, rooms_for
from community.chat.showing import RoomView, room_view
from community.chat.sockets import people_in
from community.chat.unheard import heard_by
from community.errors import Invalid, NotFound, Refused, TooMany
from community.files.queries import own_files_among
from community.files.uploads import add_uploads, without_uploads
from community.members.sections import Section
from community.text.gettext import _
from community.web.forms import Form, checked, form_of, raw_form, typed
from community.web.headers import ALWAYS
from community.web.reader import zone
from community.web.rendering import redirect, render, render_fragment, wants_fragment
from community.web.routing import viewer_of


@dataclass(frozen=True)
class RoomShown:
    room: RoomRow
    here: int


@dataclass(frozen=True)
class RoomsView:
    """`sections` are what stands beside the rooms, such as conversations."""

    rooms: list[RoomShown]
    may_open: bool
    sections: list[Section]


async def list_rooms(request: Request) -> Response:
    viewer = viewer_of(request)
    rooms = await rooms_for(viewer)
    shown = [RoomShown(room, people_in(room.id)[0]) for room in rooms]
    view = RoomsView(shown, may_open_some(viewer), await rooms_sections.of(viewer, 0))
    if wants_fragment(request):
        return await render_fragment(request, "chat/_rooms.html", view)
    return await render(request, "chat/rooms.html", view, title=_("Rooms"), nav="rooms")


async def show_room(request: Request) -> Response:
    """The newest messages, or those at another place; to a module the messages alone."""
    viewer = viewer_of(request)
    room = await heard_by(viewer, await room_page(viewer, request.path_params["id"], await _place(request, viewer)))
    view = room_view(room, refreshes="refresh" in request.query_params, answers=await _answered(request, viewer, room))
    if wants_fragment(request):
        response = await render_fragment(request, "chat/_log.html", view)
    else:
        response = await _render(request, view)
    if viewer.signed_in and room.is_newest and room.seq > room.read_to and not _is_ahead_of_reader(request):
        response.background = BackgroundTask(mark_read, viewer, room.id, room.seq)
    return response


async def _place(request: Request, viewer: Viewer) -> Place:
    """`?before=`, `?after=` and `?around=` name a seq, `?on=` a day of the reader's calendar."""
    asked = request.query_params
    if day := asked.get("on"):
        await Room.visible_to(viewer).one(id=request.path_params["id"])
        return await place_of_day(request.path_params["id"], _day(day), zone.get())
    kinds: tuple[Literal["before", "after", "around"], ...] = ("before", "after", "around")
    return next((Place(kind, _number(asked[kind])) for kind in kinds if asked.get(kind)), END)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotFound
    return int(text)


def _day(text: str) -> date:
    """A day that stands in both databases in every time zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not 1970 < day.year < 9999:
        raise NotFound
    return day


async def _answered(request: Request, viewer: Viewer, room: RoomPage) -> OneMessage | None:
    """The message that the form is to answer: `?reply=`, or none where that is not of this room."""
    if not request.query_params.get("reply"):
        return None
    one = await one_message(viewer, _number(request.query_params["reply"]))
    return one if one.room_id == room.id else None


def _is_ahead_of_reader(request: Request) -> bool:
    """Whether the browser fetches the page in case somebody opens it: then nobody has read it. HEAD reads nothing either."""
    asked = f"{request.headers.get('sec-purpose', '')} {request.headers.get('purpose', '')}"
    return request.method == "HEAD" or "prefetch" in asked or "prerender" in asked


async def _render(request: Request, view: RoomView, *, status: int = 200) -> Response:
    response = await render(request, "chat/room.html", view, title=view.room.name, nav="rooms", status=status)
    response.headers["permissions-policy"] = ALWAYS["permissions-policy"].replace("microphone=()", "microphone=(self)")
    return response


async def send(request: Request) -> Response:
    """The form of the room. What cannot be sent comes back with the reason and is not lost; a module is told by status alone."""
    viewer, room_id = viewer_of(request), request.path_params["id"]
    form = await raw_form(request)
    files: list[int] = []
    try:
        sent = checked(without_uploads(form), SendForm)
        files += sent.files
        await add_uploads(viewer, form, needed_client_id(sent), files)
        await send_message(viewer, room_id, sent.text, needed_client_id(sent), sent.lang or "", tuple(files), sent.reply_to)
    except (Invalid, TooMany, Refused) as error:
        if wants_fragment(request) or (isinstance(error, Refused) and error.reason != "muted"):
            raise
        return await _sent_back(request, room_id, typed(form) | {"files": files}, error)
    finally:
        await form.close()  # what was sent up lies in a temporary file
    return Response(status_code=204) if wants_fragment(request) else redirect(f"/rooms/{room_id}#end")


async def _sent_back(request: Request, room_id: int, form: dict[str, Any], error: Invalid | TooMany | Refused) -> Response:
    if isinstance(error, Invalid):
        return await _again(request, room_id, form, error, 422)
    if isinstance(error, Refused):
        return await _again(request, room_id, form, Invalid("text", error.text), 403)
    why = _("In this room there is a pause between two messages. Send it again in %(n)s seconds.") % {"n": error.retry_after}
    return await _again(request, room_id, form, Invalid("text", why), 429)


def needed_client_id(sent: Form) -> UUID:
    if sent.client_id is None:
        raise Invalid("", _("Load the page again and send the form from there."))
    return sent.client_id


async def _again(request: Request, room_id: int, sent: dict[str, Any], why: Invalid, status: int) -> Response:
    viewer = viewer_of(request)
    room = await heard_by(viewer, await room_page(viewer, room_id))
    carried = await own_files_among(viewer, sent.get("files", []))
    return await _render(request, replace(room_view(room, sent=sent, why=why), carried=carried), status=status)


async def read(request: Request) -> Response:
    """For pages that hear of new messages: how far one has read."""
    sent = await form_of(request, ReadForm)
    await mark_read(viewer_of(request), request.path_params["id"], max(0, min(sent.seq, 2**53)))
    return Response(status_code=204)
