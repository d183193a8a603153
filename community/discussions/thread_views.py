"""A thread: read it, answer, react, follow."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.discussions.actions import post_reply, set_reaction
from community.discussions.draft_views import StandsElsewhere, keep_by_button
from community.discussions.forms import FollowForm, ReactionForm, ReadForm, ReplyForm, sent_once
from community.discussions.guest_pages import keep_page, kept_page, version_for_guests
from community.discussions.keeping import mark_read, set_following
from community.discussions.live import EPOCH
from community.discussions.models import HeldPost, Reply, Thread
from community.discussions.post_markup import acts_markup, post_markup, posts_markup, waiting_markup
from community.discussions.previewing import preview_of, quotation
from community.discussions.queries import POSTS_A_PAGE, place_url
from community.discussions.thread_page import Post, ThreadPage, thread_page
from community.discussions.writing_state import Writing, languages_to_write_in
from community.drafts.actions import forget_draft
from community.errors import Invalid, NotFound
from community.text.gettext import _, ngettext
from community.web.formats import when
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import answer, macro, redirect, render, wants_fragment
from community.web.routing import viewer_of


@dataclass(frozen=True)
class ThreadView:
    """What the template is given: the thread, and the reply form as it stands."""

    thread: ThreadPage
    posts: list[Markup]
    waiting: Markup
    writing: Writing
    epoch: str = EPOCH


async def show_thread(request: Request) -> Response:
    viewer, thread_id = viewer_of(request), request.path_params["id"]
    version = 0 if viewer.signed_in else await version_for_guests(thread_id)
    if not viewer.signed_in and (kept := kept_page(request, version)):
        return kept
    thread = await thread_page(viewer, thread_id, _page_number(request))
    view = _view(viewer, thread, await _writing(viewer, thread, request.query_params.get("quote", "")))
    response = await _render(request, view, etag=thread.etag or None)
    if not viewer.signed_in:
        keep_page(request, version, response)
    elif not _is_ahead_of_reader(request) and thread.posts and thread.posts[-1].number > thread.read_to:
        response.background = BackgroundTask(mark_read, viewer, thread.id, thread.posts[-1].number)
    return response


def _view(viewer: Viewer, thread: ThreadPage, writing: Writing) -> ThreadView:
    line = Markup()
    if thread.new_from and thread.unread:
        sentence = ngettext("New since %(at)s · %(num)d post", "New since %(at)s · %(num)d posts", thread.unread)
        line = escape(sentence) % {"at": when(thread.read_at), "num": thread.unread}
    waiting = Markup().join(waiting_markup(one) for one in thread.waiting)
    return ThreadView(thread, posts_markup(thread, signed_in=viewer.signed_in, unread_line=line), waiting, writing)


async def _render(request: Request, view: ThreadView, *, status: int = 200, etag: str | None = None) -> Response:
    return await render(
        request, "discussions/thread.html", view, title=view.thread.title, nav="discussions", status=status, etag=etag
    )


def _page_number(request: Request) -> int:
    """?page=3, from 1; ?page=last. What is no number is no page."""
    text = request.query_params.get("page", "1")
    if text == "last":
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 6 or int(text) < 1:
        raise NotFound
    return int(text)


def _is_ahead_of_reader(request: Request) -> bool:
    """Whether the browser fetches the page in case somebody opens it: then nobody has read it. HEAD reads nothing either."""
    asked = f"{request.headers.get('sec-purpose', '')} {request.headers.get('purpose', '')}"
    return request.method == "HEAD" or "prefetch" in asked or "prerender" in asked


async def _writing(viewer: Viewer, thread: ThreadPage, quote: str) -> Writing:
    draft = thread.draft
    body = draft.source if draft else ""
    if quote and viewer.signed_in:
        body = (f"{body.rstrip()}\n\n" if body else "") + await quotation(thread.id, quote)
    hint = (
        _("This text came back from a moderator: %(why)s") % {"why": draft.returned_because}
        if draft and draft.returned_because
        else ""
    )
    return Writing(
        body=body, lang=(draft.lang if draft else "") or viewer.language, languages=languages_to_write_in(viewer, thread.lang),
        preview=draft.html if draft and draft.html and not quote else None,
        hint=hint, kept=draft.mark if draft else "",
    )  # fmt: skip


async def reply(request: Request) -> Response:
    viewer, thread_id = viewer_of(request), request.path_params["id"]
    form = await raw_form(request)
    try:
        sent = checked(form, ReplyForm)
        if sent.preview:
            return await _preview(request, viewer, thread_id, form)
        by_page = not wants_fragment(request)
        made = await post_reply(viewer, thread_id, sent.body, sent_once(sent), sent.lang or "", by_page=by_page)
    except Invalid as error:
        if wants_fragment(request):
            raise
        return await _again(request, viewer, thread_id, typed(form), error)
    await forget_draft(viewer, sent.kept)
    return await _made(request, viewer, thread_id, made)


async def _preview(request: Request, viewer: Viewer, thread_id: int, form: FormData) -> Response:
    """Keeps the draft and shows it on the page, without a line of script; to a module the preview alone."""
    thread = await Thread.visible_to(viewer).one(id=thread_id)
    html = await preview_of(viewer, checked(form, ReplyForm).body, thread)
    if not wants_fragment(request):
        await keep_by_button(request, f"thread:{thread_id}", form, html)
    return await answer(request, to=f"/threads/{thread_id}?page=last#body-preview", fragment=("discussions/_ready.html", html))


async def _again(request: Request, viewer: Viewer, thread_id: int, sent: dict[str, Any], error: Invalid) -> Response:
    """The last page of the thread with what was typed and what is wrong with it: nothing is lost."""
    thread = await thread_page(viewer, thread_id, 0)
    writing = Writing(
        body=str(sent.get("body", "")), lang=str(sent.get("lang", "")) or viewer.language,
        languages=languages_to_write_in(viewer, thread.lang), errors=error.errors, client_id=str(sent.get("client_id", "")),
        kept=error.kept if isinstance(error, StandsElsewhere) else str(sent.get("kept", "")),
    )  # fmt: skip
    return await _render(request, _view(viewer, thread, writing), status=422)


async def _made(request: Request, viewer: Viewer, thread_id: int, made: Reply | HeldPost) -> Response:
    if isinstance(made, HeldPost):
        sentence = _("Your first post waits for a moderator, who reads it soon. Until then only you see it.")
        if not wants_fragment(request):
            return redirect(f"/threads/{thread_id}?page=last#waiting", sentence)
        waiting = next(one for one in (await thread_page(viewer, thread_id, 0)).waiting if one.id == made.id)
        return await answer(request, to="", fragment=("discussions/_ready.html", waiting_markup(waiting)))
    where = place_url(made.thread_id, made.number)
    if not wants_fragment(request):
        return redirect(where, _("Posted. It is post %(number)d.") % {"number": made.number})
    return await answer(request, to=where, fragment=("discussions/_ready.html", await _grown(viewer, made)))


async def _grown(viewer: Viewer, made: Reply) -> Markup:
    """The post, and what the thread's page counts with it."""
    thread, post = await _shown(viewer, made)
    replies = macro("discussions/_thread_parts.html", "replies", thread.replies)
    return post_markup(thread, post) + replies + macro("discussions/_thread_parts.html", "writers", thread.replies, thread.writers)


async def ready_post(viewer: Viewer, made: Reply) -> Markup:
    """One post by itself, for a fragment."""
    return post_markup(*await _shown(viewer, made))


async def _shown(viewer: Viewer, made: Reply) -> tuple[ThreadPage, Post]:
    thread = await thread_page(viewer, made.thread_id, (made.number - 1) // POSTS_A_PAGE + 1)
    return thread, next(post for post in thread.posts if post.id == made.id)


async def react(request: Request) -> Response:
    viewer = viewer_of(request)
    sent = await form_of(request, ReactionForm)
    made = await set_reaction(viewer, sent.reply_id, sent.kind, sent.is_wanted)
    if not wants_fragment(request):
        return redirect(place_url(made.thread_id, made.number))
    return await answer(request, to="", fragment=("discussions/_ready.html", acts_markup(*await _shown(viewer, made))))


async def follow(request: Request) -> Response:
    viewer, thread_id = viewer_of(request), request.path_params["id"]
    sent = await form_of(request, FollowForm)
    await set_following(viewer, f"thread:{thread_id}", sent.level or "")
    form = macro("discussions/_thread_parts.html", "following", thread_id, sent.level or "")
    return await answer(request, to=f"/threads/{thread_id}", fragment=("discussions/_ready.html", form), flash=_("Noted."))


async def read(request: Request) -> Response:
    """How far somebody has read, told by the page itself as posts arrive in it."""
    sent = await form_of(request, ReadForm)
    await mark_read(viewer_of(request), request.path_params["id"], sent.number)
    return Response(status_code=204) if wants_fragment(request) else redirect(f"/threads/{request.path_params['id']}")
