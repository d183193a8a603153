"""One message by itself: where it stands, and what may be done with it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.chat.actions import delete_message, edit_message, locate, remove_card
from community.chat.forms import DeleteForm, EditForm
from community.chat.hanging import NOTHING, Hanging, hanging_on
from community.chat.harvesting import harvest_address
from community.chat.policies import can_delete, can_edit
from community.chat.queries import OneMessage, message_url, one_message
from community.chat.reporting import report_address
from community.drafts.actions import forget_draft
from community.errors import Invalid
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class MessageView:
    """What the template is given.

    `text` is what stands in the edit field; `report` where to report it and `harvest` where it can be picked, "" for nowhere.
    """

    message: OneMessage
    hanging: Hanging
    may_edit: bool
    may_delete: bool
    report: str
    harvest: str
    text: str
    errors: dict[str, str]


async def go_to_message(request: Request) -> Response:
    return redirect(await message_url(viewer_of(request), request.path_params["id"]))


async def show_options(request: Request) -> Response:
    return await _render(request, await _view(viewer_of(request), request.path_params["id"]))


async def _view(viewer: Viewer, message_id: int, text: str | None = None, why: Invalid | None = None) -> MessageView:
    message = await one_message(viewer, message_id)
    room, row = await locate(viewer, message_id)
    hanging = await hanging_on([{"id": row.id, "attached": row.attached, "html": row.html}])
    return MessageView(
        message, hanging.get(row.id, NOTHING), can_edit(viewer, room, row), can_delete(viewer, room, row),
        report_address(message.id) if viewer.signed_in and not message.is_own else "",
        harvest_address(viewer, room),
        message.source if text is None else text, dict(why.errors) if why else {},
    )  # fmt: skip


async def _render(request: Request, view: MessageView, *, status: int = 200) -> Response:
    return await render(request, "chat/message.html", view, title=_("A message"), nav="rooms", status=status)


async def edit(request: Request) -> Response:
    viewer, message_id = viewer_of(request), request.path_params["id"]
    form = await raw_form(request)
    try:
        sent = checked(form, EditForm)
        await edit_message(viewer, message_id, sent.text)
        await forget_draft(viewer, sent.kept)
    except Invalid as error:
        return await _render(request, await _view(viewer, message_id, str(typed(form).get("text", "")), error), status=422)
    return redirect(await message_url(viewer, message_id), _("Changed."))


async def drop_card(request: Request) -> Response:
    await form_of(request, DeleteForm)
    await remove_card(viewer_of(request), request.path_params["id"])
    return redirect(await message_url(viewer_of(request), request.path_params["id"]), _("The card is gone."))


async def delete(request: Request) -> Response:
    await form_of(request, DeleteForm)
    sent = await delete_message(viewer_of(request), request.path_params["id"])
    return redirect(f"/rooms/{sent.room_id}#end", _("Deleted, for everybody and for good."))
