"""The pages by which a room is moderated."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from community.chat.forms import ModeratorForm, MuteForm, PaceForm
from community.chat.keeping import set_retention
from community.chat.moderating import KEPT, PAUSES, Moderated, end_moderator, moderated, name_moderator, set_pace
from community.chat.muting import mute_member
from community.errors import Invalid
from community.text.gettext import _
from community.web.formats import period
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class ManageView:
    """`pauses` and `kept` are what may be chosen, as (value, label)."""

    of: Moderated
    pauses: list[tuple[str, str]]
    kept: list[tuple[str, str]]
    values: dict[str, Any]
    errors: dict[str, str]


async def show_manage(request: Request) -> Response:
    return await _render(request, {}, {})


async def _render(request: Request, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    of = await moderated(viewer_of(request), request.path_params["id"])
    pauses = [(str(pause), period(seconds=pause) if pause else _("No pause")) for pause in PAUSES]
    kept = [(str(days or 0), period(days) if days else _("For good")) for days in KEPT]
    view = ManageView(of, pauses, kept, values, errors)
    return await render(request, "chat/manage.html", view, title=_("Moderate this room"), nav="rooms", status=status)


async def manage(request: Request) -> Response:
    """The pace of the room and what it keeps."""
    viewer, room_id = viewer_of(request), request.path_params["id"]
    sent = await form_of(request, PaceForm)
    if (sent.keep_days or None) not in KEPT:
        raise Invalid("keep_days", _("Choose one of the times offered."))
    await set_pace(viewer, room_id, sent.pause)
    await set_retention(viewer, room_id, sent.keep_days or None)
    return _back(room_id)


async def set_moderator(request: Request) -> Response:
    """Name somebody by handle, or end a role by the member's id."""
    viewer, room_id = viewer_of(request), request.path_params["id"]
    form = await raw_form(request)
    try:
        sent = checked(form, ModeratorForm)
        if sent.member:
            await end_moderator(viewer, room_id, sent.member)
        else:
            await name_moderator(viewer, room_id, sent.handle)
    except Invalid as error:
        return await _render(request, typed(form), dict(error.errors), 422)
    return redirect(f"/rooms/{room_id}", _("Noted.")) if sent.member == viewer.member else _back(room_id)


async def mute(request: Request) -> Response:
    sent = await form_of(request, MuteForm)
    room_id = request.path_params["id"]
    await mute_member(viewer_of(request), room_id, sent.member, sent.hours)
    return _back(room_id)


def _back(room_id: int) -> Response:
    return redirect(f"/rooms/{room_id}/manage", _("Noted."))
