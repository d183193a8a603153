"""From a practice to the thread in which it is discussed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from community.discussions.models import HeldPost
from community.drafts.actions import forget_draft
from community.errors import Invalid
from community.practices.discussing import discuss
from community.practices.forms import DiscussForm
from community.practices.queries import PracticePage, practice_page
from community.text.gettext import _
from community.web.forms import checked, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class DiscussPage:
    practice: PracticePage
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


async def show_discuss(request: Request) -> Response:
    practice = await practice_page(viewer_of(request), request.path_params["id"])
    if practice.discussion:
        return redirect(practice.discussion.href)
    return await _page(request, DiscussPage(practice))


async def begin_discussion(request: Request) -> Response:
    viewer, form, practice_id = viewer_of(request), await raw_form(request), request.path_params["id"]
    practice = await practice_page(viewer, practice_id)
    try:
        sent = checked(form, DiscussForm)
        made = await discuss(viewer, practice_id, sent.text, sent.client_id or uuid4())
        await forget_draft(viewer, sent.kept)
    except Invalid as error:
        errors = {"text": next(iter(error.errors.values()))}
        return await _page(request, DiscussPage(practice, typed(form), errors), status=422)
    if isinstance(made, HeldPost):
        return redirect("/drafts", _("Your first post waits for a moderator, who reads it soon. Until then only you see it."))
    return redirect(f"/threads/{made.id}")


async def _page(request: Request, page: DiscussPage, status: int = 200) -> Response:
    return await render(request, "practices/discuss.html", page, status=status, title=_("Discuss this practice"), nav="practices")
