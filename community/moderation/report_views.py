"""Report a post or a message."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.chat.message_queries import message_url, one_message
from community.chat.reporting import reported_at
from community.conversations.queries import as_asked
from community.discussions.actions import locate
from community.discussions.forms import sent_once
from community.discussions.queries import place_url
from community.discussions.rules import rule_names
from community.drafts.actions import forget_draft
from community.errors import Invalid, NotFound
from community.moderation.flagging import flag_message, flag_reply
from community.moderation.forms import ReportForm
from community.moderation.models import Report
from community.text.gettext import _
from community.web.forms import checked, raw_form, typed
from community.web.rendering import answer, render, wants_fragment
from community.web.routing import viewer_of

reported_at("/messages/{id}/flag")


@dataclass(frozen=True)
class Reported:
    """What is about to be reported. `above` is (words, address) of the list that `place` stands in; `back` is where it stands."""

    address: str
    heading: str
    above: tuple[str, str]
    place: str
    back: str
    lang: str
    html: Markup
    nav: str


@dataclass(frozen=True)
class ReportPage:
    it: Reported
    rules: list[tuple[str, str]]
    rule: str = ""
    note: str = ""
    client_id: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


Finding = Callable[[Viewer, int], Awaitable[Reported]]
Flagging = Callable[[Viewer, int, str, str, UUID], Awaitable[Report]]


async def show_post(request: Request) -> Response:
    return await _page(request, await _post(viewer_of(request), request.path_params["id"]))


async def show_message(request: Request) -> Response:
    return await _page(request, await _message(viewer_of(request), request.path_params["id"]))


async def report_post(request: Request) -> Response:
    return await _reported(request, _post, flag_reply)


async def report_message(request: Request) -> Response:
    return await _reported(request, _message, flag_message)


async def _post(viewer: Viewer, reply_id: int) -> Reported:
    thread, reply = await locate(viewer, reply_id)
    if reply.state != "posted":
        raise NotFound
    return Reported(
        f"/replies/{reply.id}/flag", _("Report a post"), (_("Discussions"), "/discussions"), thread.title,
        place_url(thread.id, reply.number), reply.lang, Markup(reply.html), "discussions",  # noqa: S704 - stored as safe HTML
    )  # fmt: skip


async def _message(viewer: Viewer, message_id: int) -> Reported:
    viewer, request = await as_asked(viewer, message_id)
    found = await one_message(viewer, message_id)
    return Reported(
        f"/messages/{found.id}/flag", _("Report a message"), (_("Rooms"), "/rooms"), found.room,
        request or await message_url(viewer, found.id), found.lang, found.html, "rooms",
    )  # fmt: skip


async def _page(request: Request, it: Reported, *, status: int = 200, **more: Any) -> Response:
    page = ReportPage(it, rule_names(), **more)
    return await render(request, "moderation/report.html", page, title=it.heading, nav=it.nav, status=status)


async def _reported(request: Request, find: Finding, flag: Flagging) -> Response:
    viewer, form = viewer_of(request), await raw_form(request)
    it = await find(viewer, request.path_params["id"])
    try:
        sent = checked(form, ReportForm)
        await flag(viewer, request.path_params["id"], sent.rule, sent.note, sent_once(sent))
        await forget_draft(viewer, sent.kept)
    except Invalid as error:
        if wants_fragment(request):
            raise
        was = typed(form)
        more = {name: str(was.get(name, "")) for name in ("rule", "note", "client_id")}
        return await _page(request, it, status=422, errors=error.errors, **more)
    sentence = _("Thank you. A moderator looks at it; you are told what came of it.")
    return await answer(request, to=it.back, flash=sentence, fragment=("moderation/_done.html", sentence))
