"""One message by itself: where it stands, and what may be done with it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.chat.actions import delete_message, edit_message, remove_card
from community.chat.forms import DeleteForm, EditForm, PinForm, ReactForm
from community.chat.hanging import NOTHING, Hanging, hanging_on
from community.chat.harvesting import harvest_address
from community.chat.locking import locate
from community.chat.message_queries import OneMessage, message_url, one_message
from community.chat.models import Message, Room, RoomPin
from community.chat.muting import HOURS, muted_until
from community.chat.pinning import may_pin, set_pin
from community.chat.policies import can_delete, can_edit, can_react, moderates
from community.chat.reacting import KINDS, kind_names, reactions_to, set_reaction
from community.chat.reading import Readers, readers
from community.chat.reporting import report_address
from community.drafts.actions import forget_draft
from community.errors import Invalid
from community.institutions.queries import people
from community.text.gettext import _
from community.web.formats import period
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render, wants_fragment
from community.web.routing import viewer_of


@dataclass(frozen=True)
class Choice:
    """One reaction, with who chose it: `names` are the first of them, `more` how many others there are."""

    kind: str
    icon: str
    name: str
    count: int
    is_mine: bool
    names: tuple[str, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.names)


@dataclass(frozen=True)
class MessageView:
    """What the template is given.

    `text` is what stands in the edit field; `report` where to report it and `harvest` where it can be picked, "" for nowhere.
    `mutes` are the hours, as (value, label), for which its author may be asked to only read; empty for who may not ask.
    """

    message: OneMessage
    hanging: Hanging
    may_edit: bool
    may_delete: bool
    may_react: bool
    may_pin: bool
    is_pinned: bool
    choices: list[Choice]
    readers: Readers | None
    mutes: list[tuple[str, str]]
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
    writes = await muted_until(viewer, room) is None
    return MessageView(
        message, hanging.get(row.id, NOTHING), writes and can_edit(viewer, room, row), can_delete(viewer, room, row),
        writes and can_react(viewer, room, row), writes and await may_pin(viewer, room, row),
        await RoomPin.exists(message_id=message_id),
        await _choices(viewer, row), await readers(viewer, room, row.seq, row.author_id), _mutes(viewer, room, row),
        report_address(message.id) if viewer.signed_in and not message.is_own else "",
        harvest_address(viewer, room),
        message.source if text is None else text, dict(why.errors) if why else {},
    )  # fmt: skip


async def _choices(viewer: Viewer, message: Message) -> list[Choice]:
    found = (await reactions_to([message.id], viewer.member)).get(message.id, ()) if message.reactions else ()
    chosen = {one.kind: one for one in found}
    persons = await people(member for one in found for member in one.by)
    return [
        Choice(
            kind, KINDS[kind], name, one.count if one else 0, bool(one and viewer.member in one.by),
            tuple(persons[member].name for member in one.by if member in persons) if one else (),
        )
        for kind, name in kind_names().items() for one in [chosen.get(kind)]
    ]  # fmt: skip


def _mutes(viewer: Viewer, room: Room, message: Message) -> list[tuple[str, str]]:
    if message.author_id == viewer.member or not (viewer.signed_in and moderates(viewer, room)):
        return []
    return [(str(hours), period(seconds=3600 * hours)) for hours in HOURS]


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


async def react(request: Request) -> Response:
    message, kind, wanted = (await form_of(request, ReactForm)).parts
    await set_reaction(viewer_of(request), message, kind, on=wanted)
    if wants_fragment(request):
        return Response(status_code=204)
    return redirect(f"/messages/{message}")


async def pin(request: Request) -> Response:
    sent = await form_of(request, PinForm)
    done = await set_pin(viewer_of(request), request.path_params["id"], on=sent.on)
    if wants_fragment(request):
        return Response(status_code=204)
    return redirect(f"/rooms/{done.room_id}", _("It stands at the top of the room.") if sent.on else _("Noted."))
