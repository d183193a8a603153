"""The list of discussions, and the form that begins one."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.discussions.actions import NewThread, start_thread
from community.discussions.draft_views import StandsElsewhere, keep_by_button
from community.discussions.forms import FollowForm, ThreadForm, sent_once
from community.discussions.keeping import level_of, mark_all_read, set_following
from community.discussions.models import KINDS, HeldPost
from community.discussions.places import category_for, place_of
from community.discussions.queries import kind_name
from community.discussions.thread_list import SHOWN, Filters, Theme, ThreadRow, pinned_in, themes_for, threads_for
from community.discussions.writing import prepared
from community.discussions.writing_state import Writing, languages_to_write_in
from community.drafts.actions import forget_draft
from community.drafts.models import Draft
from community.errors import Invalid, NotFound
from community.text.gettext import _
from community.text.vocabularies import language_tags
from community.web.forms import checked, form_of, raw_form, typed
from community.web.paging import Cursor
from community.web.rendering import answer, redirect, render, render_fragment, wants_fragment
from community.web.routing import viewer_of


@dataclass(frozen=True)
class ListPage:
    """`here` is the theme that was chosen, if any. `older` and `newer` are addresses, or "" where there is nothing more."""

    themes: list[Theme]
    here: Theme | None
    filters: Filters
    pinned: list[ThreadRow]
    threads: list[ThreadRow]
    languages: tuple[tuple[str, str], ...]
    unread: int
    level: str
    older: str
    newer: str
    tabs: list[tuple[str, str, bool, int | None]]


async def show_list(request: Request) -> Response:
    viewer, filters = viewer_of(request), _filters(request)
    themes = await themes_for(viewer)
    here = next((theme for theme in themes if theme.code == filters.place), None)
    if filters.place and here is None:
        raise NotFound
    cursor = Cursor.of(request)
    found = await threads_for(viewer, filters, cursor)
    page = ListPage(
        themes=themes, here=here, filters=filters, pinned=await pinned_in(viewer, filters) if here and cursor.key is None else [],
        threads=found.items, languages=languages_to_write_in(viewer, filters.lang), unread=sum(theme.unread for theme in themes),
        level=await level_of(viewer, here.target) if here else "",
        older=_address(filters, after=found.next), newer=_address(filters, before=found.previous),
        tabs=_tabs(viewer, filters, here.unread if here else sum(theme.unread for theme in themes)),
    )  # fmt: skip
    if wants_fragment(request):
        return await render_fragment(request, "discussions/_rows.html", page)
    return await render(request, "discussions/list.html", page, title=here.name if here else _("Discussions"), nav="discussions")


def _filters(request: Request) -> Filters:
    """What the address asks for; what no filter knows is left out, since links grow old."""
    asked = request.query_params
    show, kind, lang = asked.get("show", "all"), asked.get("kind", ""), asked.get("lang", "")
    return Filters(
        place=asked.get("theme", "")[:40].replace("\0", ""), show=show if show in SHOWN else "all",
        lang=lang if lang in language_tags() else "", kind=kind if kind in KINDS else "",
    )  # fmt: skip


def _address(filters: Filters, **cursor: str | None) -> str:
    """The list with these filters; "" for a cursor that is not there."""
    if cursor and not any(cursor.values()):
        return ""
    pairs = {
        "theme": filters.place,
        "show": filters.show if filters.show != "all" else "",
        "lang": filters.lang,
        "kind": filters.kind,
    }
    query = urlencode({name: value for name, value in (pairs | cursor).items() if value})
    return "/discussions" + (f"?{query}" if query else "")


def _tabs(viewer: Viewer, filters: Filters, unread: int) -> list[tuple[str, str, bool, int | None]]:
    names = {"all": _("All"), "unread": _("Unread"), "following": _("Following"), "unanswered": _("Unanswered")}
    shown = SHOWN if viewer.signed_in else ("all", "unanswered")
    return [
        (names[show], _address(Filters(filters.place, show, filters.lang, filters.kind)), show == filters.show,
         unread if show == "unread" else None)
        for show in shown
    ]  # fmt: skip


@dataclass(frozen=True)
class NewPage:
    """`places` are (place, name) to begin a thread in; `kinds` (kind, name)."""

    writing: Writing
    place: str
    title: str
    kind: str
    tags: str
    places: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    returned_because: str = ""


async def show_new(request: Request) -> Response:
    viewer = viewer_of(request)
    draft = await Draft.get_or_none(member_id=viewer.member, place="new") or Draft(member_id=viewer.member, place="new")
    sent = {
        "body": draft.source, "title": draft.title, "kind": draft.kind, "tags": draft.tags, "lang": draft.lang,
        "place": draft.category or place_of(request.query_params.get("theme", "")), "kept": draft.mark,
    }  # fmt: skip
    page = await _new_page(viewer, sent, preview=Markup(draft.html) if draft.html else None, because=draft.returned_because)  # noqa: S704 - ours
    return await render(request, "discussions/new.html", page, title=_("Start a discussion"), nav="discussions")


async def _new_page(
    viewer: Viewer, sent: dict[str, Any], error: Invalid | None = None, preview: Markup | None = None, because: str = ""
) -> NewPage:
    themes = await themes_for(viewer)
    writing = Writing(
        body=str(sent.get("body", "")), lang=str(sent.get("lang", "")) or viewer.language,
        languages=languages_to_write_in(viewer, str(sent.get("lang", ""))[:12]), errors=error.errors if error else {},
        preview=preview, client_id=str(sent.get("client_id", "")), hint=_("Draft kept") if sent.get("body") and not error else "",
        kept=error.kept if isinstance(error, StandsElsewhere) else str(sent.get("kept", "")),
    )  # fmt: skip
    return NewPage(
        writing, str(sent.get("place", "")), str(sent.get("title", "")), str(sent.get("kind") or "discussion"),
        str(sent.get("tags", "")), [(place_of(theme.code), theme.name) for theme in themes], _kinds(viewer), because,
    )  # fmt: skip


def _kinds(viewer: Viewer) -> list[tuple[str, str]]:
    announces = viewer.is_steward or viewer.moderates
    return [(kind, kind_name(kind)) for kind in (KINDS if announces else KINDS[:2])]


async def start(request: Request) -> Response:
    viewer, form = viewer_of(request), await raw_form(request)
    try:
        sent = checked(form, ThreadForm)
        if sent.preview:
            return await _preview(request, viewer, sent, form)
        new = NewThread(sent.place, sent.title, sent.body, sent.kind, sent.lang, sent.tag_list)
        made = await start_thread(viewer, new, sent_once(sent))
        await forget_draft(viewer, sent.kept)
    except Invalid as error:
        if wants_fragment(request):
            raise
        page = await _new_page(viewer, typed(form), error)
        return await render(request, "discussions/new.html", page, status=422, title=_("Start a discussion"), nav="discussions")
    if isinstance(made, HeldPost):
        sentence = _("Your first post waits for a moderator, who reads it soon. Until then only you see it.")
        return redirect("/drafts#waiting", sentence)
    return redirect(f"/threads/{made.id}", _("Your discussion is there."))


async def _preview(request: Request, viewer: Viewer, sent: ThreadForm, form: FormData) -> Response:
    category = await category_for(viewer, sent.place)
    html = Markup((await prepared(viewer, sent.body, None, category.audience)).html)  # noqa: S704 - sanitised
    if not wants_fragment(request):
        await keep_by_button(request, "new", form, html)
    return await answer(request, to="/discussions/new#body-preview", fragment=("discussions/_ready.html", html))


async def read_all(request: Request) -> Response:
    await form_of(request, FollowForm)
    await mark_all_read(viewer_of(request))
    return redirect("/discussions", _("Everything counts as read."))


async def follow_place(request: Request) -> Response:
    """Follow or mute a theme, or the discussions of a space."""
    sent = await form_of(request, FollowForm)
    viewer, target = viewer_of(request), sent.target or ""
    await set_following(viewer, target, sent.level or "")
    here = next((theme.url for theme in await themes_for(viewer) if target == theme.target), "/discussions")
    return redirect(here, _("Noted."))
