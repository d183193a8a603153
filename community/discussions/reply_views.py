"""One post: where it stands, edit, history, delete, accept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from community.audience import Viewer
from community.discussions.actions import delete_reply, edit_reply, locate, remove_card
from community.discussions.comparing import Change, compare
from community.discussions.forms import AcceptForm, EditForm
from community.discussions.managing import accept_answer
from community.discussions.models import Reply, Revision, Thread
from community.discussions.policies import can_delete, can_edit
from community.discussions.previewing import preview_of
from community.discussions.queries import place_url
from community.discussions.quoting import put_together, quotes_of
from community.discussions.thread_views import ready_post
from community.drafts.actions import forget_draft
from community.errors import Invalid, NotFound, ensure
from community.previews.queries import Card, cards_of
from community.text.gettext import _
from community.web.forms import Form, checked, form_of, raw_form, typed
from community.web.rendering import answer, redirect, render, wants_fragment
from community.web.routing import viewer_of


async def find(request: Request) -> Response:
    """To the place where a post stands now."""
    thread, reply = await locate(viewer_of(request), request.path_params["id"])
    return RedirectResponse(place_url(thread.id, reply.number), 302)


@dataclass(frozen=True)
class EditPage:
    reply_id: int
    title: str
    lang: str
    back: str
    body: str
    version: int
    card: Card | None = None
    preview: Markup | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


async def show_edit(request: Request) -> Response:
    viewer = viewer_of(request)
    thread, reply = await locate(viewer, request.path_params["id"])
    ensure(can_edit(viewer, thread, reply))
    quotes = (await quotes_of([reply.id])).get(reply.id, {})
    return await _edit_page(request, thread, reply, put_together(reply.source, quotes), reply.version)


async def _edit_page(
    request: Request, thread: Thread, reply: Reply, body: str, version: int, *, status: int = 200, **more: Any
) -> Response:
    card = (await cards_of({f"reply:{reply.id}": reply.html})).get(f"reply:{reply.id}")
    page = EditPage(reply.id, thread.title, reply.lang, place_url(thread.id, reply.number), body, version, card, **more)
    return await render(request, "discussions/edit.html", page, title=_("Edit your post"), nav="discussions", status=status)


async def drop_card(request: Request) -> Response:
    viewer = viewer_of(request)
    await form_of(request, Form)
    thread, reply = await remove_card(viewer, request.path_params["id"])
    return redirect(place_url(thread.id, reply.number), _("The card is gone."))


async def edit(request: Request) -> Response:
    viewer, form = viewer_of(request), await raw_form(request)
    thread, reply = await locate(viewer, request.path_params["id"])
    ensure(can_edit(viewer, thread, reply))
    try:
        sent = checked(form, EditForm)
        if sent.preview:
            html = await preview_of(viewer, sent.body, thread)
            if wants_fragment(request):
                return await answer(request, to="", fragment=("discussions/_ready.html", html))
            return await _edit_page(request, thread, reply, sent.body, sent.version, preview=html)
        made = await edit_reply(viewer, reply.id, sent.body, sent.version)
        await forget_draft(viewer, sent.kept)
    except Invalid as error:
        if wants_fragment(request):
            raise
        body = str(typed(form).get("body", ""))
        return await _edit_page(request, thread, reply, body, reply.version, status=422, errors=error.errors)
    to = place_url(made.thread_id, made.number)
    if not wants_fragment(request):
        return redirect(to, _("Saved. What it said before can be read under “Edited”."))
    return await answer(request, to=to, fragment=("discussions/_ready.html", await ready_post(viewer, made)))


@dataclass(frozen=True)
class Version:
    """One state of a post, and what changed to reach it (for the first: its whole text)."""

    number: int
    at: datetime
    changes: list[Change]


@dataclass(frozen=True)
class HistoryPage:
    title: str
    lang: str
    number: int
    back: str
    versions: list[Version]


async def show_history(request: Request) -> Response:
    viewer = viewer_of(request)
    thread, reply = await locate(viewer, request.path_params["id"])
    if reply.state != "posted":
        raise NotFound
    page = HistoryPage(thread.title, reply.lang, reply.number, place_url(thread.id, reply.number), await _versions(reply))
    return await render(request, "discussions/history.html", page, title=_("What changed"), nav="discussions")


async def _versions(reply: Reply) -> list[Version]:
    quotes = (await quotes_of([reply.id])).get(reply.id, {})
    earlier = await Revision.filter(reply_id=reply.id).order_by("number")
    texts = [(old.written_at, put_together(old.source, quotes)) for old in earlier]
    texts.append((reply.edited_at or reply.created_at, put_together(reply.source, quotes)))
    changes = [compare(before[1], after[1]) for before, after in zip([(None, ""), *texts], texts, strict=False)]
    first = [Change("same", change.text) for change in changes[0]]
    return [Version(i + 1, texts[i][0], first if i == 0 else changes[i]) for i in range(len(texts))][::-1]


@dataclass(frozen=True)
class DeletePage:
    reply_id: int
    number: int
    title: str
    lang: str
    html: Markup
    back: str


async def show_delete(request: Request) -> Response:
    viewer = viewer_of(request)
    thread, reply = await locate(viewer, request.path_params["id"])
    ensure(can_delete(viewer, thread, reply))
    html = Markup(reply.html)  # noqa: S704 - stored as safe HTML
    page = DeletePage(reply.id, reply.number, thread.title, reply.lang, html, place_url(thread.id, reply.number))
    return await render(request, "discussions/delete.html", page, title=_("Delete your post"), nav="discussions")


async def delete(request: Request) -> Response:
    viewer = viewer_of(request)
    await form_of(request, Form)
    gone = await delete_reply(viewer, request.path_params["id"])
    return await _changed(request, viewer, gone, _("Deleted, with everything it said before and where others quoted it."))


async def accept(request: Request) -> Response:
    viewer = viewer_of(request)
    sent = await form_of(request, AcceptForm)
    await accept_answer(viewer, request.path_params["id"], accepted=sent.accepted == "1")
    _thread, reply = await locate(viewer, request.path_params["id"])
    return await _changed(request, viewer, reply, _("Marked as the answer.") if sent.accepted == "1" else _("The mark is gone."))


async def _changed(request: Request, viewer: Viewer, reply: Reply, sentence: str) -> Response:
    if not wants_fragment(request):
        return redirect(place_url(reply.thread_id, reply.number), sentence)
    return await answer(request, to="", fragment=("discussions/_ready.html", await ready_post(viewer, reply)))
