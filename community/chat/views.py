"""Rooms: the list, and a room that is read and written in with or without a line of script."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from community import clock
from community.chat.actions import mark_read, send_message
from community.chat.beside import rooms_sections
from community.chat.forms import ReadForm, SendForm
from community.chat.live import place
from community.chat.policies import may_open_some
from community.chat.queries import Line, RoomPage, RoomRow, room_page, rooms_for
from community.chat.sockets import people_in
from community.chat.unheard import heard_by
from community.errors import Invalid, NotFound, TooMany
from community.files.queries import FileLine, own_files_among
from community.files.uploads import add_uploads, without_uploads
from community.members.sections import Section
from community.text.gettext import _
from community.web.formats import clock_time, day_line
from community.web.forms import Form, checked, form_of, raw_form, typed
from community.web.headers import ALWAYS
from community.web.reader import zone
from community.web.rendering import redirect, render, render_fragment, wants_fragment
from community.web.routing import viewer_of


@dataclass(frozen=True)
class LineShown:
    """A message as it stands in the log: `day` begins a new one, `is_new` draws the unread line before it."""

    line: Line
    mine: bool
    place: str
    clock: str
    date: str
    day: str
    is_new: bool


@dataclass(frozen=True)
class RoomView:
    """What the template is given. `text` is what was typed and could not be sent, `errors` why, `carried` the files that were
    sent up with it.
    """

    room: RoomPage
    shown: list[LineShown]
    here: int
    initials: list[str]
    zone: str
    new_since: str
    refreshes: bool
    text: str
    errors: dict[str, str]
    client_id: str
    carried: Sequence[FileLine] = ()


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
    """The newest messages, or with ?before= the older ones; to a module the messages alone."""
    viewer = viewer_of(request)
    room = await heard_by(viewer, await room_page(viewer, request.path_params["id"], _before(request)))
    view = _shown(room, refreshes="refresh" in request.query_params)
    if wants_fragment(request):
        response = await render_fragment(request, "chat/_log.html", view)
    else:
        response = await _render(request, view)
    if viewer.signed_in and room.is_newest and room.seq > room.read_to and not _is_ahead_of_reader(request):
        response.background = BackgroundTask(mark_read, viewer, room.id, room.seq)
    return response


def _before(request: Request) -> int | None:
    text = request.query_params.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 16):
        raise NotFound
    return int(text)


def _is_ahead_of_reader(request: Request) -> bool:
    """Whether the browser fetches the page in case somebody opens it: then nobody has read it. HEAD reads nothing either."""
    asked = f"{request.headers.get('sec-purpose', '')} {request.headers.get('purpose', '')}"
    return request.method == "HEAD" or "prefetch" in asked or "prerender" in asked


async def _render(request: Request, view: RoomView, *, status: int = 200) -> Response:
    response = await render(request, "chat/room.html", view, title=view.room.name, nav="rooms", status=status)
    response.headers["permissions-policy"] = ALWAYS["permissions-policy"].replace("microphone=()", "microphone=(self)")
    return response


def _shown(room: RoomPage, *, refreshes: bool = False, sent: dict[str, Any] | None = None, why: Invalid | None = None) -> RoomView:
    here, persons = people_in(room.id)
    sent = sent or {}
    return RoomView(
        room=room, shown=_lines(room), here=here, initials=[str(person["initials"]) for person in persons], zone=str(zone.get()),
        new_since=_("New since %(time)s") % {"time": clock_time(room.read_at)} if room.read_at else _("New"),
        refreshes=refreshes, text=str(sent.get("text", "")), errors=dict(why.errors) if why else {},
        client_id=str(sent.get("client_id", "")),
    )  # fmt: skip


def _lines(room: RoomPage) -> list[LineShown]:
    shown: list[LineShown] = []
    for line in room.lines:
        date = line.at.astimezone(zone.get()).date().isoformat()
        begins = not shown or shown[-1].date != date
        shown.append(
            LineShown(
                line, line.author_id == room.me, place(line.by) if line.by else "", clock_time(line.at), date,
                _day(line.at) if begins else "", line.seq == room.new_from,
            )
        )  # fmt: skip
    return shown


def _day(at: datetime) -> str:
    is_today = at.astimezone(zone.get()).date() == clock.now().astimezone(zone.get()).date()
    return _("Today, %(day)s") % {"day": day_line(at)} if is_today else day_line(at)


async def send(request: Request) -> Response:
    """The form of the room. What cannot be sent comes back with the reason and is not lost; a module is told by status alone."""
    viewer, room_id = viewer_of(request), request.path_params["id"]
    form = await raw_form(request)
    files: list[int] = []
    try:
        sent = checked(without_uploads(form), SendForm)
        files += sent.files
        await add_uploads(viewer, form, needed_client_id(sent), files)
        await send_message(viewer, room_id, sent.text, needed_client_id(sent), sent.lang or "", tuple(files))
    except (Invalid, TooMany) as error:
        if wants_fragment(request):
            raise
        return await _sent_back(request, room_id, typed(form) | {"files": files}, error)
    finally:
        await form.close()  # what was sent up lies in a temporary file
    return Response(status_code=204) if wants_fragment(request) else redirect(f"/rooms/{room_id}#end")


async def _sent_back(request: Request, room_id: int, form: dict[str, Any], error: Invalid | TooMany) -> Response:
    if isinstance(error, Invalid):
        return await _again(request, room_id, form, error, 422)
    room = await room_page(viewer_of(request), room_id)
    why = _("New members write at most every %(n)s seconds here. Send it again in a moment.")
    again = Invalid("text", why % {"n": room.slow_s or error.retry_after})
    return await _again(request, room_id, form, again, 429)


def needed_client_id(sent: Form) -> UUID:
    if sent.client_id is None:
        raise Invalid("", _("Load the page again and send the form from there."))
    return sent.client_id


async def _again(request: Request, room_id: int, sent: dict[str, Any], why: Invalid, status: int) -> Response:
    viewer = viewer_of(request)
    room = await heard_by(viewer, await room_page(viewer, room_id))
    carried = await own_files_among(viewer, sent.get("files", []))
    return await _render(request, replace(_shown(room, sent=sent, why=why), carried=carried), status=status)


async def read(request: Request) -> Response:
    """For pages that hear of new messages: how far one has read."""
    sent = await form_of(request, ReadForm)
    await mark_read(viewer_of(request), request.path_params["id"], max(0, min(sent.seq, 2**53)))
    return Response(status_code=204)
