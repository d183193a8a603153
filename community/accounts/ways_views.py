"""My account: the authenticator app, recovery codes, and the proof that comes before a change."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import proving, second_step
from community.accounts.account_views import account_page
from community.accounts.cookies import carry
from community.accounts.forms import CodeForm, FilledForm, NoFields, OffForm, ProofForm
from community.accounts.one_time_codes import address_for_app, in_groups, picture_of
from community.accounts.second_step import NewCodes
from community.errors import Conflict, Invalid, NotFound, Refused
from community.settings import settings
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form
from community.web.rendering import redirect, render, wants_fragment
from community.web.routing import Endpoint, viewer_of

HERE = "/account#ways"


@dataclass(frozen=True)
class AppPage:
    """What is to be put into the app: as a picture (an SVG element), as an address, and as a key to type."""

    picture: str
    address: str
    key: str
    form: FilledForm = field(default_factory=FilledForm)


@dataclass(frozen=True)
class CodesPage:
    codes: list[str]


def leads_back(view: Callable[[Request], Awaitable[Response]]) -> Endpoint:
    """Where something stands in the way, say so on the page of one's account. A module of ours gets the problem itself."""

    @wraps(view)
    async def guided(request: Request) -> Response:
        try:
            return await view(request)
        except (Refused, Conflict) as error:
            if wants_fragment(request):
                raise
            return redirect(HERE, error.text, "warn")

    return guided


async def prove(request: Request) -> Response:
    try:
        await proving.prove(viewer_of(request), (await form_of(request, ProofForm)).pass_phrase)
    except Invalid as error:
        return await account_page(request, proof=FilledForm(errors=error.errors), status=422)
    return redirect(HERE)


@leads_back
async def prepare_app(request: Request) -> Response:
    await form_of(request, NoFields)
    await second_step.prepare(viewer_of(request))
    return redirect("/account/authenticator")


async def show_app(request: Request) -> Response:
    return await _app_page(request, FilledForm())


@leads_back
async def turn_on_app(request: Request) -> Response:
    try:
        form = checked(await raw_form(request), CodeForm)
        new = await second_step.turn_on(viewer_of(request), form.code, request.headers.get("user-agent", ""))
    except Invalid as error:
        return await _app_page(request, FilledForm(errors=error.errors), 422)
    except NotFound:
        return redirect(HERE, _("There is nothing to confirm any more. Below you see what is on."), "warn")
    return await _codes_page(request, new, _("The authenticator app is on"))


async def turn_off_app(request: Request) -> Response:
    try:
        form = await form_of(request, OffForm)
        opened = await second_step.turn_off(viewer_of(request), form.proof, request.headers.get("user-agent", ""))
    except Invalid as error:
        return await account_page(request, off=FilledForm(errors=error.errors), status=422)
    except NotFound:
        return redirect(HERE)
    return carry(redirect(HERE, _("The authenticator app is off. All other devices are signed out.")), opened)


@leads_back
async def renew_codes(request: Request) -> Response:
    await form_of(request, NoFields)
    try:
        new = await second_step.renew_codes(viewer_of(request), request.headers.get("user-agent", ""))
    except NotFound:
        return redirect(HERE)
    return await _codes_page(request, new, _("New recovery codes"))


async def _app_page(request: Request, form: FilledForm, status: int = 200) -> Response:
    secret = await second_step.prepared_secret(viewer_of(request))
    if secret is None:
        return redirect(HERE)
    host = urlsplit(settings().public_origin).hostname or ""
    address = address_for_app(secret, viewer_of(request).handle, host)
    page = AppPage(picture_of(address), address, in_groups(secret), form)
    return _unkept(
        await render(request, "accounts/authenticator.html", page, title=_("Set up an authenticator app"), status=status)
    )


async def _codes_page(request: Request, new: NewCodes, title: str) -> Response:
    """Shown as the answer itself: the codes stand nowhere else, so no other page could show them."""
    page = CodesPage([in_groups(code, "-") for code in new.codes])
    return carry(_unkept(await render(request, "accounts/recovery_codes.html", page, title=title)), new.opened)


def _unkept(response: Response) -> Response:
    response.headers["cache-control"] = "no-store"
    return response
