"""The mail domains of an institution: named by its coordinators, decided by stewards."""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.forms import NoFields
from community.institutions.actions import institution_called
from community.institutions.forms import DomainForm
from community.institutions.owning import Wanted, ask_for_domain, drop_domain
from community.text.gettext import _
from community.web.forms import form_of
from community.web.rendering import redirect
from community.web.routing import viewer_of


async def ask(request: Request) -> Response:
    viewer = viewer_of(request)
    institution = await institution_called(viewer, request.path_params["slug"])
    form = await form_of(request, DomainForm)
    made = await ask_for_domain(viewer, institution.id, Wanted(form.domain, form.subdomains), form.client_id or uuid4())
    holds = _("Whoever has an address there joins at once from now on.")
    return redirect(f"/institutions/{institution.slug}#domains", _("A steward is asked.") if made.state == "asked" else holds)


async def drop(request: Request) -> Response:
    await form_of(request, NoFields)
    viewer = viewer_of(request)
    institution = await institution_called(viewer, request.path_params["slug"])
    await drop_domain(viewer, institution.id, request.path_params["id"])
    return redirect(f"/institutions/{institution.slug}#domains", _("Addresses there join no longer by themselves."))
