"""The pages of conversations: beginning one, answering a request, who is in it. What is said stands in its room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.forms import NoFields
from community.audience import Viewer
from community.chat.reporting import report_address
from community.conversations import actions, queries
from community.conversations.actions import NewGroup
from community.conversations.forms import AddForm, BeginForm, NameForm, members_called
from community.conversations.policies import can_ask_strangers
from community.conversations.queries import ConversationView
from community.conversations.queries import Request as Asked
from community.drafts.actions import forget_draft
from community.errors import Conflict, DomainError, Invalid, NotFound, Refused, TooMany
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class BeginPage:
    """`may_ask` says whether the viewer may write to strangers, `waiting` where a first message stands that is not answered yet."""

    may_ask: bool
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    waiting: str = ""


@dataclass(frozen=True)
class RequestPage:
    asked: Asked
    report: str


@dataclass(frozen=True)
class PeoplePage:
    view: ConversationView
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


async def show_new(request: Request) -> Response:
    """With ?to= a handle: the conversation with that member, where there is one."""
    viewer, to = viewer_of(request), request.query_params.get("to", "").replace("\0", "")[:40]
    if to and (there := await _there_already(viewer, to)):
        return redirect(there)
    return await _begin_page(request, {"people": f"@{to}" if to else ""}, {})


async def _there_already(viewer: Viewer, handle: str) -> str:
    try:
        member, *_more = await members_called(handle)
    except Invalid:
        return ""
    if room := await queries.with_whom(viewer, member):
        return f"/rooms/{room}#end"
    asked = [one for one in await queries.requests_for(viewer) if one.by.id == member and not one.is_group]
    return asked[0].url if asked else ""


async def _begin_page(
    request: Request, values: Mapping[str, Any], errors: Mapping[str, str], status: int = 200, waiting: str = ""
) -> Response:
    page = BeginPage(can_ask_strangers(viewer_of(request)), values, errors, waiting)
    return await render(request, "conversations/new.html", page, title=_("New conversation"), nav="rooms", status=status)


async def begin(request: Request) -> Response:
    """One handle is a conversation of two, several are a group. What cannot be sent comes back with the reason."""
    viewer, form = viewer_of(request), await raw_form(request)
    try:
        room = await _begun(viewer, checked(form, BeginForm))
    except Invalid as error:
        return await _begin_page(request, typed(form), error.errors, 422)
    except NotFound:
        raise
    except DomainError as error:
        if isinstance(error, Refused) and error.reason == "waiting":
            there = await _there_already(viewer, str(form["people"]))
            return await _begin_page(request, typed(form), {} if there else {"": error.text}, 403, there)
        if isinstance(error, Conflict):
            return await _begin_page(request, typed(form) | {"client_id": ""}, {"": error.text}, 409)
        return await _begin_page(request, typed(form), {"": error.text}, 429 if isinstance(error, TooMany) else 403)
    return redirect(f"/rooms/{room}#end")


async def _begun(viewer: Viewer, sent: BeginForm) -> int:
    people, client_id = await members_called(sent.people), sent.client_id or uuid4()
    if await queries.has_said_otherwise(viewer, client_id, sent.text):  # whoever goes back finds the form as it was, id and all
        raise Conflict(_("Your first words were sent already. These were not: to say them too, send them again."))
    if len(people) == 1:
        room = (await actions.write_to(viewer, people[0], sent.text, client_id)).room_id
    else:
        room = (await actions.begin_group(viewer, NewGroup(people, sent.text, sent.name), client_id)).room_id or 0
    await forget_draft(viewer, sent.kept)
    return room


async def show_request(request: Request) -> Response:
    viewer = viewer_of(request)
    asked = await queries.request_to(viewer, request.path_params["id"])
    if asked is None:
        return await _over(request)
    page = RequestPage(asked, report_address(asked.message_id) if asked.message_id else "")
    return await render(request, "conversations/request.html", page, title=_("A request"), nav="rooms")


async def _over(request: Request) -> Response:
    """A question that was open and is no more is not as if it had never been. Raises NotFound for any other."""
    if not await queries.is_over(viewer_of(request), request.path_params["id"]):
        raise NotFound
    return redirect("/rooms", _("This question is no longer open."))


async def accept(request: Request) -> Response:
    await form_of(request, NoFields)
    try:
        conversation = await actions.accept(viewer_of(request), request.path_params["id"])
    except NotFound:
        return await _over(request)
    return redirect(f"/rooms/{conversation.room_id}#end")


async def decline(request: Request) -> Response:
    await form_of(request, NoFields)
    try:
        await actions.decline(viewer_of(request), request.path_params["id"])
    except NotFound:
        return await _over(request)
    return redirect("/rooms", _("Declined. They are not told."))


async def block(request: Request) -> Response:
    await form_of(request, NoFields)
    await actions.block_asker(viewer_of(request), request.path_params["id"])
    return redirect("/rooms", _("You hear nothing more from them, and they are not told."))


async def show_people(request: Request) -> Response:
    return await _people_page(request, PeoplePage(await queries.conversation_view(viewer_of(request), request.path_params["id"])))


async def _people_page(request: Request, page: PeoplePage, status: int = 200) -> Response:
    return await render(request, "conversations/people.html", page, title=page.view.name, nav="rooms", status=status)


async def add(request: Request) -> Response:
    viewer, id_, form = viewer_of(request), request.path_params["id"], await raw_form(request)
    view = await queries.conversation_view(viewer, id_)
    try:
        await actions.add(viewer, id_, await members_called(checked(form, AddForm).people))
    except Invalid as error:
        return await _people_page(request, PeoplePage(view, typed(form), error.errors), 422)
    return redirect(view.conversation.url, _("They are asked."))


async def rename(request: Request) -> Response:
    sent = await form_of(request, NameForm)
    await actions.rename(viewer_of(request), request.path_params["id"], sent.name)
    return redirect(f"/conversations/{request.path_params['id']}", _("Saved."))


async def leave(request: Request) -> Response:
    await form_of(request, NoFields)
    await actions.leave(viewer_of(request), request.path_params["id"])
    return redirect("/rooms", _("You have left the conversation."))


async def remove(request: Request) -> Response:
    await form_of(request, NoFields)
    await actions.remove(viewer_of(request), request.path_params["id"], request.path_params["member"])
    return redirect(f"/conversations/{request.path_params['id']}", _("Done."))
