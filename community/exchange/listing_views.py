"""A listing's page, its form, and the buttons that change its state."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.discussions.forms import sent_once
from community.drafts.actions import forget_draft
from community.errors import Conflict, Invalid, NotFound, ensure
from community.exchange.actions import begin_listing, change_listing, draft_of, edit_listing
from community.exchange.forms import ListingForm, VerbForm
from community.exchange.listing_page import listing_page
from community.exchange.models import Listing
from community.exchange.policies import can_edit
from community.exchange.typing_in import form_page, values_of
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed, typed_anew
from community.web.rendering import redirect, render
from community.web.routing import Endpoint, viewer_of

REFERENCE = re.compile(r"[A-Z]{2}-\d{4}-[2-9A-Z]{4}", re.ASCII)


async def show_listing(request: Request) -> Response:
    viewer = viewer_of(request)
    listing = await listing_of(request, viewer)
    page = await listing_page(viewer, listing)
    return await render(request, "exchange/listing.html", page, title=listing.title or _("Untitled listing"), nav="exchange")


async def show_new(request: Request) -> Response:
    asked = request.query_params
    values = {name: asked[name][:40] for name in ("direction", "activity", "institution") if name in asked}
    viewer = viewer_of(request)
    return await _form(request, viewer, "/exchange/new", {"language": viewer.language} | values)


async def post_new(request: Request) -> Response:
    """Keep the draft; then, if asked, publish it. What it lacks is said beside the fields, and the draft is kept all the same."""
    viewer, sent = viewer_of(request), await raw_form(request)
    try:
        form = checked(sent, ListingForm)
        listing = await begin_listing(viewer, _house(viewer, form), form.draft(), sent_once(form))
        await forget_draft(viewer, form.kept)
    except Invalid as error:
        return await _form(request, viewer, "/exchange/new", typed(sent), error.errors)
    return await _then(request, viewer, listing, form, typed(sent))


async def show_edit(request: Request) -> Response:
    viewer = viewer_of(request)
    listing = await listing_of(request, viewer)
    ensure(can_edit(viewer, listing))
    return await _form_of(request, viewer, listing, values_of(await draft_of(listing)))


async def post_edit(request: Request) -> Response:
    viewer, sent = viewer_of(request), await raw_form(request)
    listing = await listing_of(request, viewer)
    ensure(can_edit(viewer, listing))
    try:
        form = checked(sent, ListingForm)
        listing = await edit_listing(viewer, listing.id, form.draft(), form.version or 0)
        await forget_draft(viewer, form.kept)
    except Invalid as error:
        return await _form_of(request, viewer, listing, typed(sent), error.errors)
    except Conflict as error:
        return await _form_of(request, viewer, listing, typed_anew(sent), {"": error.text}, status=409)
    return await _then(request, viewer, listing, form, typed_anew(sent))


def post_verb(verb: str) -> Endpoint:
    """The view of one button of a listing's state."""

    async def change(request: Request) -> Response:
        viewer = viewer_of(request)
        await form_of(request, VerbForm)
        listing = await listing_of(request, viewer)
        try:
            await change_listing(viewer, listing.id, verb)
        except Invalid as error:
            return await _form_of(request, viewer, listing, values_of(await draft_of(listing)), error.errors)
        return redirect(listing.url if verb != "remove" else "/exchange", _said(verb))

    change.__name__ = f"{verb}_listing"
    return change


def _said(verb: str) -> str:
    return {
        "publish": _("Your listing is open. Matches appear within a minute."),
        "pause": _("The listing is paused. Nobody finds it until you open it again."),
        "reopen": _("The listing is open again."),
        "fill": _("The listing is marked as filled."),
        "withdraw": _("The listing is withdrawn. Only your institution still sees it."),
        "remove": _("The listing is removed. Only stewards see it."),
        "restore": _("The listing is back, paused. Its institution can open it again."),
    }[verb]


async def _then(request: Request, viewer: Viewer, listing: Listing, form: ListingForm, sent: Mapping[str, Any]) -> Response:
    """After the draft is kept: publish where that was asked, else back to the listing."""
    if form.do == "publish" and listing.status == "draft":
        try:
            await change_listing(viewer, listing.id, "publish")
        except Invalid as error:
            return await _form_of(request, viewer, listing, sent, error.errors)
        return redirect(listing.url, _said("publish"))
    return redirect(listing.url, _("Saved. Only your institution sees this draft.") if listing.status == "draft" else _("Saved."))


def _house(viewer: Viewer, form: ListingForm) -> int:
    """The institution that lists: the only one, or the chosen one."""
    if form.institution is None and len(viewer.coordinates) == 1:
        return next(iter(viewer.coordinates))
    if form.institution not in viewer.coordinates:
        raise NotFound
    return form.institution


async def listing_of(request: Request, viewer: Viewer) -> Listing:
    """The listing of an address, NotFound for what is no reference at all."""
    ref = request.path_params["ref"]
    if not REFERENCE.fullmatch(ref):
        raise NotFound
    return await Listing.visible_to(viewer).one(ref=ref)


async def _form_of(
    request: Request, viewer: Viewer, listing: Listing, values: Mapping[str, Any], errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response:  # fmt: skip
    return await _form(
        request, viewer, f"{listing.url}/edit", values, errors, status, version=listing.version, ref=listing.ref,
        is_open=listing.status != "draft", title=listing.title,
    )  # fmt: skip


async def _form(
    request: Request, viewer: Viewer, action: str, values: Mapping[str, Any], errors: Mapping[str, str] | None = None,
    status: int = 422, **more: Any,
) -> Response:  # fmt: skip
    page = await form_page(viewer, action, values, errors, **more)
    title = _("Change a listing") if more else _("Add a listing")
    return await render(request, "exchange/form.html", page, title=title, nav="exchange", status=status if errors else 200)
