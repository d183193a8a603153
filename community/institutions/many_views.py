"""Inviting by a list: send it up or paste it, read what each line is, let the letters be written."""

from dataclasses import dataclass
from uuid import uuid4

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from community.accounts.account_views import interface_languages
from community.accounts.forms import FilledForm, NoFields
from community.drafts.actions import forget_draft
from community.errors import Invalid, ensure
from community.institutions import inviting_many
from community.institutions.actions import institution_called
from community.institutions.forms import PeopleForm
from community.institutions.listed_people import MOST_BYTES
from community.institutions.models import Institution, InvitationList
from community.institutions.policies import can_invite
from community.text.gettext import _, language
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of

MOST_SENT = 2 * MOST_BYTES  # a pasted list grows in a form


@dataclass(frozen=True)
class PeoplePage:
    institution: Institution
    form: FilledForm
    languages: list[tuple[str, str, str]]


@dataclass(frozen=True)
class ListPage:
    """`people` are [address, name] of those who are fine, `others` [line, address, why] of the rest."""

    institution: Institution
    it: InvitationList


async def show_new(request: Request) -> Response:
    return await _new_page(request, await _inviting(request), FilledForm({"language": language()}))


async def _new_page(request: Request, institution: Institution, form: FilledForm, status: int = 200) -> Response:
    page = PeoplePage(institution, form, interface_languages())
    return await render(request, "institutions/people.html", page, title=_("Invite by a list"), nav="directory", status=status)


async def check(request: Request) -> Response:
    """The dry run."""
    institution = await _inviting(request)
    sent = await raw_form(request)
    try:
        form = checked({name: value for name, value in sent.items() if name != "file"}, PeopleForm)
        made = await inviting_many.check(
            viewer_of(request), institution.id, await _list_of(sent, form.people), form.language, form.client_id or uuid4()
        )
        await forget_draft(viewer_of(request), form.kept)
    except Invalid as error:
        return await _new_page(request, institution, FilledForm.again(typed(sent), error.errors), 422)
    finally:
        await sent.close()  # what was sent up lies in a temporary file
    return redirect(f"/institutions/{institution.slug}/lists/{made.id}")


async def _list_of(sent: FormData, pasted: str) -> bytes:
    file = sent.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read(MOST_BYTES + 1)
    return pasted.encode()


async def show_list(request: Request) -> Response:
    institution = await _inviting(request)
    page = ListPage(institution, await inviting_many.own_list(viewer_of(request), institution.id, request.path_params["id"]))
    response = await render(request, "institutions/list.html", page, title=_("Invite by a list"), nav="directory")
    response.headers["cache-control"] = "no-store"
    return response


async def send(request: Request) -> Response:
    await form_of(request, NoFields)
    institution = await _inviting(request)
    await inviting_many.send(viewer_of(request), institution.id, request.path_params["id"])
    return redirect(f"/institutions/{institution.slug}/lists/{request.path_params['id']}", _("The letters are on their way."))


async def _inviting(request: Request) -> Institution:
    institution = await institution_called(viewer_of(request), request.path_params["slug"])
    ensure(can_invite(viewer_of(request), institution))
    return institution
