"""Workshops: the host's page for the wall, and the way in by a code."""

from dataclasses import dataclass
from uuid import uuid4

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from community.accounts.account_views import interface_languages
from community.accounts.forms import FilledForm, NoFields
from community.accounts.joining import Newcomer
from community.accounts.pacing import asked_for
from community.audience import Viewer
from community.errors import Invalid, NotFound, Refused
from community.institutions.models import Institution
from community.settings import settings
from community.spaces import workshops
from community.spaces.forms import CodeForm, CodeJoinForm, WorkshopForm
from community.spaces.models import Space, Workshop
from community.spaces.workshop_codes import address_of, code_of, shown
from community.spaces.workshop_queries import Guest, WorkshopLine, guests_of, place_of, workshops_at
from community.text.gettext import _, language
from community.web.forms import checked, form_of, raw_form, typed
from community.web.limits import count, ensure_below, network_of
from community.web.rendering import redirect, render
from community.web.routing import viewer_of

MOST_MISSES = "120/10minutes"  # of a network: who tries codes, not a class that mistypes one


@dataclass(frozen=True)
class PlanPage:
    """The form of a new code, and the codes of the place that still work. `kind` is "institution" or "space"."""

    kind: str
    slug: str
    name: str
    form: FilledForm
    open: list[WorkshopLine]


@dataclass(frozen=True)
class WallPage:
    """The code, large. `house` is the address to type, without its scheme."""

    workshop: Workshop
    code: str
    house: str
    picture: Markup
    place: tuple[str, str]
    guests: list[Guest]
    is_open: bool


@dataclass(frozen=True)
class CodePage:
    """`place` is (name, address) of where the code leads, None while there is none to show. `code` is "" then."""

    code: str
    title: str
    place: tuple[str, str] | None
    form: FilledForm
    languages: list[tuple[str, str, str]]


async def show_plan(request: Request) -> Response:
    asked = request.query_params
    return await _plan_page(request, asked.get("institution", ""), asked.get("space", ""), FilledForm({"uses": 30, "hours": 4}))


async def _plan_page(request: Request, institution: str, space: str, form: FilledForm, status: int = 200) -> Response:
    viewer = viewer_of(request)
    place = await _place(viewer, institution, space)
    by = {"institution_id": place.id} if isinstance(place, Institution) else {"space_id": place.id}
    kind = "institution" if isinstance(place, Institution) else "space"
    page = PlanPage(kind, place.slug, place.name, form, await workshops_at(viewer, **by))
    return await render(request, "spaces/workshop_plan.html", page, title=_("Workshop codes"), nav="directory", status=status)


async def _place(viewer: Viewer, institution: str, space: str) -> Institution | Space:
    """Where a code shall lead. Raises NotFound unless exactly one is named that the viewer sees and may host in."""
    if bool(institution) == bool(space) or len(institution) > 80 or len(space) > 80:
        raise NotFound
    if institution:
        found: Institution | Space = await Institution.visible_to(viewer).one(slug=institution)
    else:
        found = await Space.visible_to(viewer).one(slug=space)
    workshops.ensure_may_host(viewer, found)
    return found


async def open_one(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        form = checked(sent, WorkshopForm)
    except Invalid as error:
        slugs = (str(sent.get("institution", "")), str(sent.get("space", "")))
        return await _plan_page(request, *slugs, FilledForm.again(typed(sent), error.errors), 422)
    place = await _place(viewer_of(request), form.institution, form.space)
    plan = workshops.Plan(form.title, form.uses, form.hours)
    made = await workshops.open_workshop(viewer_of(request), plan, place, form.client_id or uuid4())
    return redirect(f"/workshops/{made.id}", _("The code works from now on."))


async def show_wall(request: Request) -> Response:
    viewer = viewer_of(request)
    workshop = await workshops.hosted(viewer, request.path_params["id"])
    code = code_of(workshop.client_id)
    picture = segno.make(address_of(code), error="m", micro=False).svg_inline(
        scale=8, border=4, light="#fff", svgclass=None, lineclass=None
    )
    house = settings().public_origin.partition("://")[2] + "/join/code"
    is_open = await workshops.living_workshop(code) is not None
    page = WallPage(workshop, shown(code), house, Markup(picture), place_of(workshop), await guests_of(workshop.id), is_open)  # noqa: S704 - ours
    response = await render(request, "spaces/workshop.html", page, title=workshop.title, nav="directory")
    response.headers["cache-control"] = "no-store"
    return response


async def stop(request: Request) -> Response:
    await form_of(request, NoFields)
    await workshops.stop(viewer_of(request), request.path_params["id"])
    return redirect(f"/workshops/{request.path_params['id']}", _("The code admits nobody any more."))


async def approve_all(request: Request) -> Response:
    await form_of(request, NoFields)
    await workshops.approve(viewer_of(request), request.path_params["id"])
    return redirect(f"/workshops/{request.path_params['id']}#guests", _("What they write appears at once from now on."))


async def approve_one(request: Request) -> Response:
    await form_of(request, NoFields)
    await workshops.approve(viewer_of(request), request.path_params["id"], request.path_params["member"])
    return redirect(f"/workshops/{request.path_params['id']}#guests", _("What they write appears at once from now on."))


async def show_code(request: Request) -> Response:
    """Reads the code and spends nothing: previews open every link."""
    code = request.query_params.get("code", "")[:40]
    return await _code_page(request, FilledForm({"language": language(), "code": code}), code)


async def _code_page(request: Request, form: FilledForm, code: str, status: int = 200) -> Response:
    await _ensure_may_try(request)
    found = await workshops.living_workshop(code) if code else None
    if code and found is None:
        await count(network_of(request), MOST_MISSES, "code")
        if not form.errors:
            form, status = FilledForm(form.values, {"code": workshops.over().text}), 422
    title, place = (found.title, place_of(found)) if found else ("", None)
    page = CodePage(shown(code_of(found.client_id)) if found else "", title, place, form, interface_languages())
    response = await render(request, "spaces/code.html", page, title=_("Join with a code"), status=status)
    response.headers["referrer-policy"] = "no-referrer"  # the address of this page may admit somebody
    return response


async def _ensure_may_try(request: Request) -> None:
    """Whoever has missed so often is told nothing of the next code either, right or wrong."""
    await ensure_below(network_of(request), MOST_MISSES, "code")


async def join(request: Request) -> Response:
    await _ensure_may_try(request)
    sent = await raw_form(request)
    try:
        form = checked(sent, CodeJoinForm)
        async with asked_for(form.email, "join"):
            await workshops.join(form.code, Newcomer(form.name, form.email, form.pass_phrase, form.language))
    except (Invalid, Refused) as error:
        errors = error.errors if isinstance(error, Invalid) else {"code": error.text}
        return await _code_page(request, FilledForm.again(typed(sent), errors), str(sent.get("code", ""))[:40], 422)
    return redirect("/join/sent")


async def accept(request: Request) -> Response:
    """A member who is signed in comes in."""
    await _ensure_may_try(request)
    form = await form_of(request, CodeForm)
    try:
        workshop = await workshops.accept(viewer_of(request), form.code)
    except Refused as error:
        return await _code_page(request, FilledForm({"code": form.code}, {"code": error.text}), form.code, 422)
    return redirect(place_of(workshop)[1], _("You are in."))
