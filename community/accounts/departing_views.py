"""Delete my account: what goes, what stays, and the proof that it is wanted."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import departing, second_step
from community.accounts.cookies import drop
from community.accounts.departing import Farewell, Proof
from community.accounts.forms import FilledForm, LeaveForm
from community.accounts.models import Member
from community.accounts.proving import is_fresh
from community.audience import Viewer
from community.errors import Invalid, NotFound
from community.settings import settings
from community.text.gettext import _
from community.web.forms import checked, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class LeavePage:
    """`of` is the member's name where a steward does it, else "". `losses` is what others lose; `refused` says why it cannot be."""

    of: str
    here: str
    back: tuple[str, str]
    form: FilledForm
    asks_phrase: bool
    asks_code: bool
    losses: list[str]
    refused: str
    backup_days: int


async def show_leave(request: Request) -> Response:
    return await _own_page(request, FilledForm())


async def leave(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        proof, farewell = said(checked(sent, LeaveForm))
        await departing.leave(viewer_of(request), proof, farewell)
    except Invalid as error:
        return await _own_page(request, FilledForm.again(typed(sent), error.errors), 422)
    return drop(redirect("/", _("Your account is deleted. One last letter says what that means.")))


def said(form: LeaveForm) -> tuple[Proof, Farewell]:
    """Raises Invalid("sure") for whoever pressed the button alone."""
    if not form.sure:
        raise Invalid("sure", _("Tick this if you want it. It cannot be undone."))
    return Proof(form.pass_phrase, form.code), Farewell(form.empties, form.knows)


async def _own_page(request: Request, form: FilledForm, status: int = 200) -> Response:
    viewer = viewer_of(request)
    page = await leave_page(viewer, viewer.member or 0, form, "/account/leave", (_("My account"), "/account"))
    return await render(request, "accounts/leave.html", page, title=_("Delete my account"), status=status)


async def leave_page(viewer: Viewer, member_id: int, form: FilledForm, here: str, back: tuple[str, str]) -> LeavePage:
    """For the member themselves, or for a steward whom they have asked. Raises NotFound."""
    member = await Member.get_or_none(id=member_id, left_at=None)
    if member is None:
        raise NotFound
    return LeavePage(
        "" if member.id == viewer.member else member.name, here, back, form, not await is_fresh(viewer),
        await second_step.is_on(viewer.member or 0), await departing.what_others_lose(member.id),
        departing.last_steward_words() if await departing.is_last_steward(member) else "", settings().backup_days,
    )  # fmt: skip
