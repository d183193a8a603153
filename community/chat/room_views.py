"""Opening a room, closing it, and moving it."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from community.audience import MEMBERS, Viewer
from community.chat.forms import RoomForm
from community.chat.keeping import NewRoom, close_room, move_room, open_room
from community.chat.models import Room
from community.chat.policies import can_move_room, places_of
from community.chat.views import needed_client_id
from community.drafts.actions import forget_draft
from community.errors import Invalid, ensure
from community.storage import rows
from community.text.gettext import _, available_languages, language
from community.text.vocabularies import language_name
from community.web.forms import Form, checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class NewRoomView:
    """`spaces` are (id, name) of those the viewer moderates, first the whole site for stewards."""

    spaces: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    values: dict[str, Any]
    errors: dict[str, str]


@dataclass(frozen=True)
class MoveView:
    """`places` are (id, name) of where the viewer may move it, the one where it is left out."""

    room: Room
    places: list[tuple[str, str]]


class ClosedForm(Form):
    closed: bool


class MoveForm(Form):
    """`space` is 0 for the whole network."""

    space: Annotated[int, Field(ge=0, lt=2**53)]


async def new_room(request: Request) -> Response:
    return await _render(request, {"space": request.query_params.get("space", "")}, {})


async def _render(request: Request, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    view = NewRoomView(
        await _places(viewer_of(request)),
        [(tag, language_name(tag, language())) for tag in available_languages()], values, errors,
    )  # fmt: skip
    return await render(request, "chat/new.html", view, title=_("Open a room"), nav="rooms", status=status)


async def _places(viewer: Viewer, but: str = "") -> list[tuple[str, str]]:
    """(id, name) of every place where the viewer may open rooms, `but` one audience; the whole network has no id."""
    places = places_of(viewer) - {but}
    ids = [int(key.removeprefix("space:")) for key in places - {MEMBERS}]
    found = await rows("SELECT id, name FROM spaces WHERE id IN :ids ORDER BY name_folded", ids=ids)
    everybody = [("", _("The whole network"))] if MEMBERS in places else []
    return everybody + [(str(row["id"]), row["name"]) for row in found]


async def open_it(request: Request) -> Response:
    form = await raw_form(request)
    try:
        sent = checked(form, RoomForm)
        new = NewRoom(sent.name, sent.about, sent.lang, [sent.lang], sent.space)
        room = await open_room(viewer_of(request), new, needed_client_id(sent))
        await forget_draft(viewer_of(request), sent.kept)
    except Invalid as error:
        return await _render(request, typed(form), dict(error.errors), 422)
    return redirect(f"/rooms/{room.id}", _("The room is open."))


async def set_closed(request: Request) -> Response:
    sent = await form_of(request, ClosedForm)
    room = await close_room(viewer_of(request), request.path_params["id"], sent.closed)
    return redirect(f"/rooms/{room.id}", _("The room is closed.") if room.closed else _("The room is open again."))


async def show_move(request: Request) -> Response:
    viewer = viewer_of(request)
    room = await Room.visible_to(viewer).one(id=request.path_params["id"])
    ensure(can_move_room(viewer, room))
    view = MoveView(room, [(number or "0", name) for number, name in await _places(viewer, but=room.audience)])
    return await render(request, "chat/move.html", view, title=_("Move the room"), nav="rooms")


async def move(request: Request) -> Response:
    sent = await form_of(request, MoveForm)
    room = await move_room(viewer_of(request), request.path_params["id"], sent.space or None)
    return redirect(f"/rooms/{room.id}", _("The room is moved. Who may not read it there hears nothing more."))
