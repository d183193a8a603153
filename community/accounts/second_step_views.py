"""The second step of signing in: a code, after the pass phrase was right. Nobody is signed in before it."""

from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import begun_proofs, entering
from community.accounts.cookies import begun_in, carry, drop_begun
from community.accounts.forms import CodeForm, FilledForm
from community.accounts.local_paths import local_path
from community.accounts.views import door_of
from community.errors import Invalid, NotFound
from community.text.gettext import _
from community.web.forms import checked, raw_form
from community.web.limits import count
from community.web.rendering import redirect, render


@dataclass(frozen=True)
class CodePage:
    next: str
    form: FilledForm = field(default_factory=FilledForm)


async def show_code(request: Request) -> Response:
    to = local_path(request.query_params.get("next"))
    if await begun_proofs.living(begun_in(request, "code"), "code") is None:
        return redirect(f"/signin?next={quote(to, safe='')}")
    return await _code_page(request, CodePage(to))


async def take_code(request: Request) -> Response:
    sent, token = await raw_form(request), begun_in(request, "code")
    to = local_path(str(sent.get("next", "")))
    try:
        await _count_code(token)
        opened = await entering.finish(door_of(request), token, checked(sent, CodeForm).code)
    except Invalid as error:
        return await _code_page(request, CodePage(to, FilledForm(errors=error.errors)), 422)
    except NotFound:
        words = _("That took too long, or there were too many wrong codes. Please begin again.")
        return drop_begun(redirect(f"/signin?next={quote(to, safe='')}", words, "warn"), "code")
    return drop_begun(carry(redirect(to), opened), "code")


async def _count_code(token: str) -> None:
    """Per account, from wherever: 50 guesses a day at three codes of a million find one in eighteen years on average."""
    begun = await begun_proofs.living(token, "code")
    if begun is None:
        raise NotFound
    await count(f"member:{begun.member_id}", "10/15minutes", "signin code")
    await count(f"member:{begun.member_id}", "50/day", "signin code")


async def _code_page(request: Request, page: CodePage, status: int = 200) -> Response:
    response = await render(request, "accounts/signin_code.html", page, title=_("One more step"), status=status)
    response.headers["cache-control"] = "no-store"
    return response
