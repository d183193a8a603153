"""My account: sessions, ways to sign in, pass phrase, language and time zone, blocked members."""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import blocking, recovering, sessions
from community.accounts.cookies import carry
from community.accounts.forms import ChangeForm, ChoicesForm, FilledForm, NoFields, known_zones
from community.accounts.queries import Blocked, OpenSession, Ways, my_blocks, my_sessions, my_ways
from community.accounts.settling import Choices, choose
from community.audience import Viewer
from community.errors import Invalid, NotFound
from community.text.gettext import INTERFACE_LANGUAGES, _
from community.text.vocabularies import languages
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of

SESSIONS = 20  # what a school's many devices leave behind would make a long page: all others end together


@dataclass(frozen=True)
class AccountPage:
    sessions: list[OpenSession]
    has_more_sessions: bool
    ways: Ways
    blocked: list[Blocked]
    choices: FilledForm
    languages: list[tuple[str, str, str]]
    time_zones: list[tuple[str, str]]
    change: FilledForm = field(default_factory=FilledForm)
    proof: FilledForm = field(default_factory=FilledForm)
    off: FilledForm = field(default_factory=FilledForm)
    key: FilledForm = field(default_factory=FilledForm)


async def show_account(request: Request) -> Response:
    return await account_page(request)


async def account_page(request: Request, *, choices: FilledForm | None = None, status: int = 200, **forms: FilledForm) -> Response:
    """The page, with the forms that have to be corrected."""
    viewer = viewer_of(request)
    listed = await my_sessions(viewer, SESSIONS + 1)
    page = AccountPage(
        listed[:SESSIONS], len(listed) > SESSIONS, await my_ways(viewer), await my_blocks(viewer), choices or _chosen(viewer),
        interface_languages(), time_zones(), **forms,
    )  # fmt: skip
    return await render(request, "accounts/account.html", page, title=_("My account"), status=status)


def _chosen(viewer: Viewer) -> FilledForm:
    return FilledForm({"language": viewer.language, "time_zone": viewer.time_zone, "is_under_18": viewer.is_under_18})


def interface_languages() -> list[tuple[str, str, str]]:
    """(tag, own name, tag) of the six languages that the house speaks."""
    own_names = dict(languages())
    return [(tag, own_names.get(tag, tag), tag) for tag in INTERFACE_LANGUAGES]


def time_zones() -> list[tuple[str, str]]:
    """(name, words) of all that one may choose."""
    return [(name, name.replace("_", " ")) for name in sorted(known_zones()) if "/" in name or name == "UTC"]


async def save_choices(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        form = checked(sent, ChoicesForm)
    except Invalid as error:
        return await account_page(request, choices=FilledForm.again(typed(sent), error.errors), status=422)
    await choose(viewer_of(request), Choices(form.language, form.time_zone, form.is_under_18))
    response = redirect("/account", _("Saved."))
    response.delete_cookie("language", path="/")  # what is chosen here counts, on every device
    return response


async def change_pass_phrase(request: Request) -> Response:
    try:
        form = await form_of(request, ChangeForm)
        opened = await recovering.change_pass_phrase(
            viewer_of(request), form.current, form.new, request.headers.get("user-agent", "")
        )
    except Invalid as error:
        return await account_page(request, change=FilledForm(errors=error.errors), status=422)
    return carry(redirect("/account", _("Your pass phrase is changed. All other devices are signed out.")), opened)


async def end_session(request: Request) -> Response:
    await form_of(request, NoFields)
    await sessions.end_one(viewer_of(request), request.path_params["id"])
    return redirect("/account", _("That device is signed out."))


async def end_other_sessions(request: Request) -> Response:
    await form_of(request, NoFields)
    await sessions.end_others(viewer_of(request))
    return redirect("/account", _("All other devices are signed out."))


async def unblock(request: Request) -> Response:
    await form_of(request, NoFields)
    member_id = request.path_params["id"]
    if member_id not in {blocked.id for blocked in await my_blocks(viewer_of(request))}:
        raise NotFound
    await blocking.unblock(viewer_of(request), member_id)
    return redirect("/account#blocked", _("You hear from them again."))
