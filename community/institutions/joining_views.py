"""The way in: one form, with an invitation or without."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import joining
from community.accounts.account_views import interface_languages
from community.accounts.forms import FilledForm
from community.accounts.pacing import asked_for
from community.errors import Invalid, Refused
from community.institutions import inviting, owning
from community.institutions.forms import AcceptForm, JoinForm
from community.institutions.models import Institution
from community.institutions.queries import owner_of
from community.text.gettext import _, language
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class JoinPage:
    """`institution` is whose invitation this is, None without one; `was_spent` when there was one that no longer works."""

    form: FilledForm
    invite: str
    institution: Institution | None
    was_spent: bool
    languages: list[tuple[str, str, str]]


async def show_join(request: Request) -> Response:
    """Reads the invitation and spends nothing: mail scanners and previews open every link."""
    return await _join_page(request, FilledForm({"language": language()}), request.query_params.get("invite", "")[:200])


async def _join_page(request: Request, form: FilledForm, token: str, status: int = 200) -> Response:
    found = await inviting.living_invite(token, viewer_of(request).member) if token else None
    page = JoinPage(
        form, token if found else "", found.institution if found else None, bool(token) and not found, interface_languages()
    )
    response = await render(request, "institutions/join.html", page, title=_("Join"), status=status)
    if token:
        response.headers["referrer-policy"] = "no-referrer"  # the address of this page may admit somebody
    return response


async def join(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        form = checked(sent, JoinForm)
        async with asked_for(form.email, "join"):
            await _join(form)
    except (Invalid, Refused) as error:
        errors = error.errors if isinstance(error, Invalid) else {"": error.text}
        return await _join_page(request, FilledForm.again(typed(sent), errors), str(sent.get("invite", ""))[:200], 422)
    return redirect("/join/sent")


async def _join(form: JoinForm) -> None:
    newcomer = joining.Newcomer(form.name, form.email, form.pass_phrase, form.language)
    if form.invite:
        await inviting.join(form.invite, newcomer)
    elif domain := await owner_of(form.email):
        await owning.join(newcomer, domain)
    elif form.line:
        await joining.apply(newcomer, form.line)
    else:
        raise Invalid("line", _("Write one line about your work, so that a steward can decide."))


async def show_sent(request: Request) -> Response:
    return await render(request, "institutions/sent.html", FilledForm(), title=_("Look into your mail"))


async def accept(request: Request) -> Response:
    """A member who is signed in takes up an invitation."""
    form = await form_of(request, AcceptForm)
    institution = await inviting.accept(viewer_of(request), form.invite)
    return redirect(f"/institutions/{institution.slug}", _("You belong to this institution now."))
