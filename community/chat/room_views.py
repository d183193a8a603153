"""Opening a room, and closing it."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from community.chat.forms import RoomForm
from community.chat.keeping import NewRoom, close_room, open_room
from community.chat.views import needed_client_id
from community.drafts.actions import forget_draft
from community.errors import Invalid
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


class ClosedForm(Form):
    closed: bool


async def new_room(request: Request) -> Response:
    return await _render(request, {"space": request.query_params.get("space", "")}, {})


async def _render(request: Request, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    viewer = viewer_of(request)
    ids = [int(key.removeprefix("space:")) for key in viewer.moderates if key.startswith("space:")]
    spaces = [(str(row["id"]), row["name"]) for row in await rows("SELECT id, name FROM spaces WHERE id IN :ids", ids=ids)]
    view = NewRoomView(
        ([("", _("The whole network"))] if viewer.is_steward else []) + spaces,
        [(tag, language_name(tag, language())) for tag in available_languages()], values, errors,
    )  # fmt: skip
    return await render(request, "chat/new.html", view, title=_("Open a room"), nav="rooms", status=status)


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
