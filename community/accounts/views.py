"""Signing in and out, confirming an address, a forgotten pass phrase."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import joining, mailed_tokens, recovering, sessions, signing_in
from community.accounts.addresses import counted_as
from community.accounts.cookies import drop, letting_in
from community.accounts.demo_sign_ins import PASS_PHRASE, SIGN_INS
from community.accounts.entering import Door, Entry
from community.accounts.forms import AddressForm, ConfirmForm, FilledForm, ResetForm, SignInForm
from community.accounts.local_paths import local_path
from community.accounts.pacing import asked_for
from community.errors import Invalid, NotFound, Refused
from community.settings import settings
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed
from community.web.limits import count, network_of
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class SignInPage:
    form: FilledForm
    next: str
    origin: str
    demo_names: tuple[str, ...] = ()
    demo_pass_phrase: str = ""


@dataclass(frozen=True)
class TokenPage:
    """A page that a mailed link opens. `alive` is false for one that is spent or old."""

    token: str
    alive: bool
    form: FilledForm = field(default_factory=FilledForm)


async def show_sign_in(request: Request) -> Response:
    to = local_path(request.query_params.get("next"))
    if viewer_of(request).signed_in:
        return redirect(to)
    return await sign_in_page(request, FilledForm(), to)


async def sign_in(request: Request) -> Response:
    sent = await raw_form(request)
    to = local_path(str(sent.get("next", "")))
    try:
        form = checked(sent, SignInForm)
        await _count_attempt(request, form.email)
        entry = await signing_in.sign_in(door_of(request, keep=form.keep), form.email, form.pass_phrase)
    except Invalid as error:
        return await sign_in_page(request, FilledForm.again(typed(sent), error.errors), to, 422)
    except Refused as error:
        return await sign_in_page(request, FilledForm.again(typed(sent), {"": error.text}), to, 422)
    return letting_in(entry, to)


def door_of(request: Request, *, keep: bool = False) -> Door:
    return Door(viewer_of(request), request.headers.get("user-agent", ""), keep)


async def _count_attempt(request: Request, email: str) -> None:
    """Few from one network for one account; more for one account from everywhere, so that a stranger cannot lock it for long."""
    account = counted_as(email)
    await count(f"{network_of(request)} {account}", "10/15minutes", "signin")
    await count(f"account:{account}", "100/hour", "signin")


async def sign_in_page(request: Request, form: FilledForm, to: str, status: int = 200) -> Response:
    names, phrase = (SIGN_INS, PASS_PHRASE) if settings().demo else ((), "")
    return await render(
        request,
        "accounts/signin.html",
        SignInPage(form, to, settings().public_origin, names, phrase),
        title=_("Sign in"),
        status=status,
    )


async def sign_out(request: Request) -> Response:
    await sessions.sign_out(viewer_of(request))
    return drop(redirect("/", _("You are signed out.")))


async def show_confirm(request: Request) -> Response:
    """Shows a button and spends nothing: mail scanners open every link."""
    token = request.query_params.get("token", "")
    alive = await mailed_tokens.living(token, "confirm") is not None
    return await _token_page(request, "confirm", TokenPage(token, alive), _("Confirm your address"))


async def confirm(request: Request) -> Response:
    sent = await raw_form(request)
    token = str(sent.get("token", ""))
    try:
        form = checked(sent, ConfirmForm)
        await count(f"token:{sessions.hash_of(form.token)}", "10/15minutes", "confirm")
        entry = await joining.confirm(door_of(request), form.token, form.pass_phrase)
    except Invalid as error:
        page = TokenPage(token, alive=True, form=FilledForm(errors=error.errors))
        return await _token_page(request, "confirm", page, _("Confirm your address"), 422)
    except NotFound:
        return await _token_page(request, "confirm", TokenPage("", alive=False), _("Confirm your address"), 422)
    return _entered(entry)


def _entered(entry: Entry | None) -> Response:
    if entry is None:
        return redirect("/signin", _("Your address is confirmed. A steward reads your application next, and you get a mail."))
    return letting_in(entry, "/", _("Welcome. You are signed in."))


async def confirm_again(request: Request) -> Response:
    form = await form_of(request, AddressForm)
    async with asked_for(form.email, "mail"):
        await signing_in.confirmation_again(form.email)
    return redirect("/signin", _("If this address still has to be confirmed, a new link is on its way."))


async def show_forgotten(request: Request) -> Response:
    form = FilledForm({"email": request.query_params.get("email", "")[:254]})
    return await render(request, "accounts/forgotten.html", form, title=_("Forgotten pass phrase"))


async def forgotten(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        email = checked(sent, AddressForm).email
    except Invalid as error:
        form = FilledForm.again(typed(sent), error.errors)
        return await render(request, "accounts/forgotten.html", form, title=_("Forgotten pass phrase"), status=422)
    async with asked_for(email, "mail"):
        await recovering.ask_reset(email)
    return redirect("/signin", _("If there is an account with this address, a mail with a link is on its way."))


async def show_reset(request: Request) -> Response:
    token = request.query_params.get("token", "")
    alive = await mailed_tokens.living(token, "reset") is not None
    return await _token_page(request, "reset", TokenPage(token, alive), _("A new pass phrase"))


async def reset(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        form = checked(sent, ResetForm)
        entry = await recovering.reset(door_of(request), form.token, form.pass_phrase)
    except Invalid as error:
        page = TokenPage(str(sent.get("token", "")), alive=True, form=FilledForm(errors=error.errors))
        return await _token_page(request, "reset", page, _("A new pass phrase"), 422)
    except NotFound:
        return await _token_page(request, "reset", TokenPage("", alive=False), _("A new pass phrase"), 422)
    return _entered(entry)


async def _token_page(request: Request, name: str, page: TokenPage, title: str, status: int = 200) -> Response:
    response = await render(request, f"accounts/{name}.html", page, title=title, status=status)
    response.headers["referrer-policy"] = "no-referrer"  # the address of this page opens an account
    response.headers["cache-control"] = "no-store"
    return response
