"""Writing a practice: the form, saved as one types or with a button, handed in, taken back."""

from uuid import uuid4

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from community.audience import Viewer
from community.errors import Conflict, Invalid
from community.practices.drafting import draft_page, new_page, own_page
from community.practices.forms import DraftForm, VerbForm
from community.practices.models import Edition
from community.practices.queries import maker_of
from community.practices.reading import Reading, reading
from community.practices.record import Record
from community.practices.storing import prepared
from community.practices.writing import begin, save, submit, withdraw
from community.text.gettext import _
from community.web.formats import clock_time
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render, wants_fragment
from community.web.routing import viewer_of

NAV = "practices"


async def show_own(request: Request) -> Response:
    return await render(request, "practices/own.html", await own_page(viewer_of(request)), title=_("Your practices"), nav=NAV)


async def show_new(request: Request) -> Response:
    return await render(request, "practices/draft.html", await new_page(viewer_of(request)), title=_("Share a practice"), nav=NAV)


async def begin_draft(request: Request) -> Response:
    """The first save. The form's client id finds the same draft again, however often it is sent."""
    viewer, form = viewer_of(request), await raw_form(request)
    try:
        sent = checked(form, DraftForm)
        edition = await begin(viewer, sent.record(), sent.client_id or uuid4())
    except (Invalid, Conflict) as error:
        if wants_fragment(request):
            raise
        errors = dict(error.errors) if isinstance(error, Invalid) else {"": error.text}
        page = await new_page(viewer, typed(form), errors)
        return await render(request, "practices/draft.html", page, status=422, title=_("Share a practice"), nav=NAV)
    # The viewer of this request was made before the practice was, and does not hold its key yet.
    author = await request.app.state.identify(request)
    return await _go_on(request, author, edition, sent, form)


async def show_draft(request: Request) -> Response:
    page = await draft_page(viewer_of(request), request.path_params["id"])
    return await render(request, "practices/draft.html", page, title=page.values["title"] or _("Your draft"), nav=NAV)


async def keep(request: Request) -> Response:
    """Save, and hand in or show a preview if that was the button."""
    viewer, form = viewer_of(request), await raw_form(request)
    practice_id: int = request.path_params["id"]
    try:
        sent = checked(form, DraftForm)
        edition = await save(viewer, practice_id, sent.version, sent.record(), over=sent.do == "over")
        return await _go_on(request, viewer, edition, sent, form)
    except Invalid as error:
        return await _again(request, viewer, practice_id, form, error, _version_read(form))
    except Conflict as error:
        if wants_fragment(request):
            raise
        page = await draft_page(viewer, practice_id, typed(form), conflict=error.text, version=_version_read(form))
        return await render(request, "practices/draft.html", page, status=409, title=_("Your draft"), nav=NAV)


def _version_read(form: FormData) -> int:
    """What the form was made from: nothing was saved, so another window must still be noticed."""
    sent = str(form.get("version", ""))
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


async def _again(
    request: Request, viewer: Viewer, practice_id: int, form: FormData, error: Invalid, version: int | None = None
) -> Response:
    """The form with what was typed and what is wrong with it."""
    if wants_fragment(request):
        raise error
    page = await draft_page(viewer, practice_id, typed(form), error.errors, version=version)
    return await render(request, "practices/draft.html", page, status=422, title=_("Your draft"), nav=NAV)


async def _go_on(request: Request, author: Viewer, edition: Edition, sent: DraftForm, form: FormData) -> Response:
    """After a draft was saved: hand it in, preview it, or say that it is kept."""
    here = f"/practices/{edition.practice_id}/draft"
    if sent.do == "submit":
        try:
            await submit(author, edition.practice_id)
        except Invalid as error:
            return await _again(request, author, edition.practice_id, form, error)
        return redirect(here, _("Handed in. A steward reads it, then publishes it or writes to you what is missing."))
    if sent.do == "preview":
        page = await draft_page(author, edition.practice_id, read=await _preview(author, sent.record()))
        return await render(request, "practices/draft.html", page, title=_("Your draft"), nav=NAV)
    said = _("Saved at %(time)s") % {"time": clock_time(edition.saved_at)}
    if wants_fragment(request):
        return JSONResponse({"version": edition.version, "address": here, "said": said})
    return redirect(here, said)


async def _preview(viewer: Viewer, record: Record) -> Reading:
    prose = await prepared(viewer, record.sections, {})
    return reading(record, {name: one.html for name, one in prose.items()}, await maker_of(viewer, record))


async def take_back(request: Request) -> Response:
    await form_of(request, VerbForm)
    edition = await withdraw(viewer_of(request), request.path_params["id"])
    return redirect(f"/practices/{edition.practice_id}/draft", _("Taken back. You can go on writing."))
