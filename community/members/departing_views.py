"""Stewards delete the account of somebody who has asked for it."""

from starlette.requests import Request
from starlette.responses import Response

from community.accounts import departing
from community.accounts.departing_views import leave_page, said
from community.accounts.forms import FilledForm, LeaveForm
from community.errors import Invalid
from community.members.people import Person
from community.members.queries import called
from community.text.gettext import _
from community.web.forms import checked, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


async def show_deletion(request: Request) -> Response:
    found = await called(request.path_params["handle"])
    return await _page(request, found, FilledForm())


async def delete(request: Request) -> Response:
    viewer, sent = viewer_of(request), await raw_form(request)
    found = await called(request.path_params["handle"])
    try:
        await departing.send_off(viewer, found.id, *said(checked(sent, LeaveForm)))
    except Invalid as error:
        return await _page(request, found, FilledForm.again(typed(sent), error.errors), 422)
    return redirect("/people/suspended", _("The account is deleted. One last letter tells them."))


async def _page(request: Request, person: Person, form: FilledForm, status: int = 200) -> Response:
    page = await leave_page(viewer_of(request), person.id, form, f"{person.url}/delete", (_("Directory"), "/people"))
    return await render(request, "accounts/leave.html", page, title=_("Delete an account"), nav="directory", status=status)
