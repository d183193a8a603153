"""My drafts: the list, and what modules ask and send while somebody types."""

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from community.accounts.devices import device_of
from community.drafts.actions import KeptElsewhere, Typed, discard, keep_draft
from community.drafts.filling import pairs_kept, without_machinery
from community.drafts.forms import DraftForm
from community.drafts.models import Draft
from community.drafts.naming import is_place
from community.drafts.queries import DraftRow, KeptForm, drafts_of, kept_form
from community.errors import NotFound
from community.text.gettext import _
from community.web.forms import Form, form_of
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class DraftsPage:
    drafts: list[DraftRow]
    waiting: list[DraftRow]


async def show_drafts(request: Request) -> Response:
    found = await drafts_of(viewer_of(request))
    page = DraftsPage([draft for draft in found if not draft.held], [draft for draft in found if draft.held])
    return await render(request, "drafts/drafts.html", page, title=_("My drafts"))


async def show_kept(request: Request) -> Response:
    """What another device has kept of a form: {} or {mark, at, device, fields}."""
    place = request.query_params.get("form", "")
    if not is_place(place):
        raise NotFound
    found = await kept_form(viewer_of(request), place)
    return JSONResponse(_told(found) if found else {})


async def keep(request: Request) -> Response:
    """Answers {mark}, "" for a form that is blank; 409 with what stands there now, where that is another than was read."""
    sent = await form_of(request, DraftForm)
    try:
        draft = await keep_draft(
            viewer_of(request), Typed(sent.draft, sent.pairs(), device=_device(request), mark=sent.mark or ""), sent.kept or ""
        )
    except KeptElsewhere as newer:
        return JSONResponse(_told(_as_form(newer.draft)) if newer.draft else {}, 409)
    return JSONResponse({"mark": draft.mark if draft else ""})


def typed_into(request: Request, place: str, form: FormData, html: str) -> Typed:
    """A form that a browser sent as it is."""
    pairs = without_machinery((name, text) for name, text in form.multi_items() if isinstance(text, str))
    return Typed(place, pairs, html, _device(request))


def _device(request: Request) -> str:
    return device_of(request.headers.get("user-agent", ""))


def _as_form(draft: Draft) -> KeptForm:
    return KeptForm(draft.mark, draft.updated_at, draft.device, pairs_kept(vars(draft)))


def _told(form: KeptForm) -> dict[str, object]:
    return {"mark": form.mark, "at": form.at.isoformat(), "device": form.device, "fields": form.pairs}


async def throw_away(request: Request) -> Response:
    await form_of(request, Form)
    await discard(viewer_of(request), request.path_params["id"])
    return redirect("/drafts", _("The draft is gone."))
