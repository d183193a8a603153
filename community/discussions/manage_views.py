"""A thread as a whole: its title and tags, and what moderators do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.discussions.forms import ManageForm, ThreadFactsForm
from community.discussions.managing import ThreadFacts, edit_thread, move, set_closed, set_pinned
from community.discussions.models import KINDS, Thread
from community.discussions.places import place_of
from community.discussions.policies import can_edit_thread, can_moderate, moderates
from community.discussions.queries import kind_name
from community.discussions.thread_list import themes_for
from community.discussions.thread_page import thread_page
from community.discussions.writing_state import languages_to_write_in
from community.errors import Invalid, ensure
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render, wants_fragment
from community.web.routing import viewer_of


@dataclass(frozen=True)
class FactsPage:
    thread_id: int
    title: str
    kind: str
    lang: str
    tags: str
    kinds: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    errors: Mapping[str, str] = field(default_factory=dict)


async def show_edit(request: Request) -> Response:
    viewer = viewer_of(request)
    thread = await Thread.visible_to(viewer).one(id=request.path_params["id"])
    ensure(can_edit_thread(viewer, thread))
    sent = {"title": thread.title, "kind": thread.kind, "lang": thread.lang, "tags": ", ".join(thread.tags)}
    return await _facts_page(request, viewer, thread, sent)


async def _facts_page(
    request: Request, viewer: Viewer, thread: Thread, sent: dict[str, Any], error: Invalid | None = None
) -> Response:
    kinds = KINDS if can_moderate(viewer, thread) or thread.kind == "announcement" else KINDS[:2]
    page = FactsPage(
        thread.id, str(sent.get("title", "")), str(sent.get("kind", "")), str(sent.get("lang", "")), str(sent.get("tags", "")),
        tuple((kind, kind_name(kind)) for kind in kinds), languages_to_write_in(viewer, thread.lang), error.errors if error else {},
    )  # fmt: skip
    return await render(
        request, "discussions/facts.html", page, title=_("Title and tags"), nav="discussions", status=422 if error else 200
    )


async def edit(request: Request) -> Response:
    viewer, form = viewer_of(request), await raw_form(request)
    thread = await Thread.visible_to(viewer).one(id=request.path_params["id"])
    ensure(can_edit_thread(viewer, thread))
    try:
        sent = checked(form, ThreadFactsForm)
    except Invalid as error:
        if wants_fragment(request):
            raise
        return await _facts_page(request, viewer, thread, typed(form), error)
    await edit_thread(viewer, thread.id, ThreadFacts(sent.title, sent.kind, sent.lang, sent.tag_list))
    return redirect(f"/threads/{thread.id}", _("Saved."))


@dataclass(frozen=True)
class ManagePage:
    thread_id: int
    title: str
    lang: str
    is_closed: bool
    is_pinned: bool
    place: str
    places: list[tuple[str, str]]


async def show_manage(request: Request) -> Response:
    viewer = viewer_of(request)
    thread = await Thread.visible_to(viewer).one(id=request.path_params["id"])
    ensure(can_moderate(viewer, thread))
    here = await thread_page(viewer, thread.id, 1)
    page = ManagePage(thread.id, thread.title, thread.lang, thread.closed, thread.pinned, here.place, await _places(viewer))
    return await render(request, "discussions/manage.html", page, title=_("Moderate this discussion"), nav="discussions")


async def _places(viewer: Viewer) -> list[tuple[str, str]]:
    """Where the viewer may move a thread: the places they moderate."""
    return [
        (place_of(theme.code), theme.name)
        for theme in await themes_for(viewer)
        if moderates(viewer, theme.id, place_of(theme.code) if theme.is_space else "public")
    ]


async def manage(request: Request) -> Response:
    viewer, thread_id = viewer_of(request), request.path_params["id"]
    sent = await form_of(request, ManageForm)
    if sent.verb in {"close", "reopen"}:
        await set_closed(viewer, thread_id, closed=sent.verb == "close")
    elif sent.verb in {"pin", "unpin"}:
        await set_pinned(viewer, thread_id, pinned=sent.verb == "pin")
    elif sent.place:
        await move(viewer, thread_id, sent.place)
    else:
        raise Invalid("place", _("Choose where to move it."))
    return redirect(await _where_now(viewer, thread_id), _("Done."))


async def _where_now(viewer: Viewer, thread_id: int) -> str:
    """The thread, or the list where it was moved out of the mover's sight."""
    return f"/threads/{thread_id}" if await Thread.visible_to(viewer).filter(id=thread_id).exists() else "/discussions"
