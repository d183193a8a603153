"""What one has begun to write, and what waits for a moderator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer, visible_sql
from community.discussions.approving import withdraw
from community.discussions.forms import DraftForm
from community.discussions.keeping import DraftText, save_draft
from community.discussions.models import Draft
from community.errors import NotFound
from community.storage import rows, unit_of_work
from community.text.gettext import _
from community.text.plain import excerpt
from community.web.forms import Form, form_of
from community.web.rendering import redirect, render, render_fragment, wants_fragment
from community.web.routing import viewer_of


@dataclass(frozen=True)
class DraftRow:
    """`held` is the id of the post that waits, 0 for a draft; `url` is where to go on writing."""

    id: int
    held: int
    title: str
    lang: str
    words: str
    html: Markup
    returned_because: str
    url: str
    updated_at: datetime


@dataclass(frozen=True)
class DraftsPage:
    drafts: list[DraftRow]
    waiting: list[DraftRow]


async def show_drafts(request: Request) -> Response:
    found = await _drafts_of(viewer_of(request))
    page = DraftsPage([draft for draft in found if not draft.held], [draft for draft in found if draft.held])
    return await render(request, "discussions/drafts.html", page, title=_("My drafts"))


async def _drafts_of(viewer: Viewer) -> list[DraftRow]:
    own = await rows("SELECT * FROM drafts WHERE member_id = :me ORDER BY updated_at DESC LIMIT 100", me=viewer.member)
    ids = {number for row in own if (number := _thread_of(row["place"]))}
    seen, keys = visible_sql(viewer)
    titles = {
        row["id"]: row["title"] for row in await rows(f"SELECT id, title FROM threads WHERE id IN :ids AND {seen}", ids=ids, **keys)
    }
    return [_row(row, titles) for row in own]


def _thread_of(place: str) -> int:
    kind, _colon, rest = place.partition(":")
    number = rest.split(":")[0]
    return int(number) if kind == "thread" and number.isdigit() else 0


def _row(row: dict[str, Any], titles: dict[int, str]) -> DraftRow:
    """A draft for a thread that the member may no longer see keeps its text, and names nothing of the thread."""
    thread = _thread_of(row["place"])
    return DraftRow(
        id=row["id"], held=row["held"] or 0, title=row["title"] or titles.get(thread, ""), lang=row["lang"] or "en",
        words=excerpt(row["source"], 300), html=Markup(row["html"]), returned_because=row["returned_because"],  # noqa: S704 - ours
        url=f"/threads/{thread}?page=last#reply" if thread in titles else "/discussions/new" if row["place"] == "new" else "",
        updated_at=row["updated_at"],
    )  # fmt: skip


@dataclass(frozen=True)
class Kept:
    at: datetime | None


async def keep(request: Request) -> Response:
    """What a module sends while somebody types."""
    sent = await form_of(request, DraftForm)
    text = DraftText(sent.draft, sent.body, sent.title, sent.place, sent.kind, sent.lang or "", sent.tags)
    draft = await save_draft(viewer_of(request), text)
    if wants_fragment(request):
        return await render_fragment(request, "discussions/_kept.html", Kept(draft.updated_at if draft else None))
    return redirect("/drafts", _("Draft kept"))


async def discard(request: Request) -> Response:
    await form_of(request, Form)
    async with unit_of_work():
        if not await Draft.filter(id=request.path_params["id"], member_id=viewer_of(request).member, held=None).delete():
            raise NotFound
    return redirect("/drafts", _("The draft is gone."))


async def take_back(request: Request) -> Response:
    await form_of(request, Form)
    await withdraw(viewer_of(request), request.path_params["id"])
    return redirect("/drafts", _("Taken back. You find the text among your drafts."))
