"""The page of an institution, and what its coordinators do there."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.forms import FilledForm, NoFields
from community.drafts.actions import forget_draft
from community.errors import Invalid, NotFound, ensure
from community.institutions import actions, belonging, inviting
from community.institutions.forms import MARKS, ClaimForm, InviteForm, MemberForm, PortraitForm, SuccessorForm
from community.institutions.models import Institution, Invite
from community.institutions.policies import can_edit, can_found
from community.institutions.queries import Domain, InstitutionView, OpenInvite, domains_of, institution_view, open_invites
from community.institutions.sections import institution_sections
from community.members.sections import Section
from community.text.gettext import _
from community.text.vocabularies import (
    categories,
    countries,
    country_name,
    isced_field,
    isced_fields,
    language_name,
    languages,
    level,
    levels,
    regions,
)
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class InstitutionPage:
    view: InstitutionView
    sections: list[Section]
    invites: list[OpenInvite] = field(default_factory=list)
    domains: list[Domain] = field(default_factory=list)

    @property
    def joins_by(self) -> list[Domain]:
        """The mail domains whose addresses join at once."""
        return [one for one in self.domains if one.state == "held" and self.view.institution.verified_at]

    @property
    def country(self) -> str:
        return country_name(self.view.institution.country)

    @property
    def category(self) -> str:
        return {term.code: term.label() for term in categories()}.get(self.view.institution.category, "")

    @property
    def region(self) -> str:
        return {term.code: term.label() for term in regions()}.get(self.view.institution.region, "")

    @property
    def languages(self) -> list[str]:
        return [language_name(tag) for tag in self.view.traits["language"]]

    @property
    def levels(self) -> list[str]:
        return [level(code).label() for code in self.view.traits["level"]]

    @property
    def fields(self) -> list[str]:
        return [isced_field(code).label() for code in self.view.traits["field"]]

    @property
    def choices(self) -> list[tuple[int, str]]:
        """Who may become a coordinator or a successor."""
        return [(one.person.id, one.person.name) for one in self.view.people]


@dataclass(frozen=True)
class EditPage:
    """The form of an institution's page; `id` is None and `slug` "" for a new one."""

    id: int | None
    slug: str
    name: str
    form: FilledForm
    countries: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    fields: list[tuple[str, str]]
    levels: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    marks: tuple[str, ...] = MARKS


async def show_institution(request: Request) -> Response:
    viewer = viewer_of(request)
    view = await institution_view(viewer, request.path_params["slug"])
    invites = await open_invites(view.institution.id) if view.may_invite else []
    domains = await domains_of(view.institution.id)
    page = InstitutionPage(view, await institution_sections.of(viewer, view.institution.id), invites, domains)
    return await render(request, "institutions/institution.html", page, title=view.institution.name, nav="directory")


async def show_new(request: Request) -> Response:
    ensure(can_found(viewer_of(request)))
    return await _edit_page(request, None, FilledForm({"language": viewer_of(request).language, "mark": "m-01"}))


async def create(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        form = checked(sent, PortraitForm)
        institution = await actions.found(viewer_of(request), form.portrait(), form.client_id or uuid4())
        await forget_draft(viewer_of(request), form.kept)
    except Invalid as error:
        return await _edit_page(request, None, FilledForm.again(typed(sent), error.errors), 422)
    return redirect(f"/institutions/{institution.slug}", _("The institution is entered. Now invite its coordinator."))


async def show_edit(request: Request) -> Response:
    view = await institution_view(viewer_of(request), request.path_params["slug"])
    ensure(view.may_edit)
    return await _edit_page(request, view.institution, _as_form(view))


async def edit(request: Request) -> Response:
    institution = await _called(request)
    ensure(can_edit(viewer_of(request), institution))
    sent = await raw_form(request)
    try:
        form = checked(sent, PortraitForm)
        await actions.edit(viewer_of(request), institution.id, form.portrait())
        await forget_draft(viewer_of(request), form.kept)
    except Invalid as error:
        return await _edit_page(request, institution, FilledForm.again(typed(sent), error.errors), 422)
    return redirect(f"/institutions/{institution.slug}", _("Saved."))


def _as_form(view: InstitutionView) -> FilledForm:
    names = ("name", "country", "city", "category", "region", "about", "website", "mark")
    values: dict[str, Any] = {name: getattr(view.institution, name) for name in names} | {
        "language": view.institution.about_language
    }
    return FilledForm(
        values | {"fields": view.traits["field"], "levels": view.traits["level"], "languages": view.traits["language"]}
    )


async def _edit_page(request: Request, it: Institution | None, form: FilledForm, status: int = 200) -> Response:
    name = it.name if it else ""
    page = EditPage(
        it.id if it else None, it.slug if it else "", name, form,
        [(country.code, country_name(country.code)) for country in countries()],
        [(term.code, term.label()) for term in regions()], [(term.code, term.label()) for term in categories()],
        [(term.code, term.coded()) for term in isced_fields() if term.depth != "narrow"],
        [(term.code, term.label()) for term in levels()], languages(),
    )  # fmt: skip
    title = _("Edit %(name)s") % {"name": name} if name else _("A new institution")
    return await render(request, "institutions/edit.html", page, title=title, nav="directory", status=status)


async def confirm_current(request: Request) -> Response:
    await form_of(request, NoFields)
    institution = await _called(request)
    await actions.confirm_current(viewer_of(request), institution.id)
    return redirect(f"/institutions/{institution.slug}", _("Thank you. The page counts as up to date."))


async def verify(request: Request) -> Response:
    await form_of(request, NoFields)
    institution = await _called(request)
    await actions.verify(viewer_of(request), institution.id)
    return redirect(f"/institutions/{institution.slug}", _("Verified."))


async def invite(request: Request) -> Response:
    institution = await _called(request)
    form = await form_of(request, InviteForm)
    client_id = form.client_id or uuid4()
    await inviting.invite(viewer_of(request), institution.id, form.uses, form.days, form.note, client_id)
    return redirect(
        f"/institutions/{institution.slug}#invitations", _("The link is ready: copy it and send it to your colleagues.")
    )


async def withdraw(request: Request) -> Response:
    await form_of(request, NoFields)
    institution = await _called(request)
    if not await Invite.filter(id=request.path_params["id"], institution_id=institution.id).exists():
        raise NotFound
    await inviting.withdraw(viewer_of(request), request.path_params["id"])
    return redirect(f"/institutions/{institution.slug}#invitations", _("The link no longer works."))


async def claim(request: Request) -> Response:
    institution = await _called(request)
    form = await form_of(request, ClaimForm)
    await belonging.claim(viewer_of(request), institution.id, form.role, form.since)
    return redirect(f"/institutions/{institution.slug}", _("A coordinator is asked to confirm it."))


async def vouch(request: Request) -> Response:
    await form_of(request, NoFields)
    institution = await _called(request)
    await belonging.vouch(viewer_of(request), await belonging.of_institution(institution.id, request.path_params["id"]))
    return redirect(f"/institutions/{institution.slug}#people", _("Confirmed."))


async def end(request: Request) -> Response:
    await form_of(request, NoFields)
    institution = await _called(request)
    await belonging.end(viewer_of(request), await belonging.of_institution(institution.id, request.path_params["id"]))
    return redirect(f"/institutions/{institution.slug}", _("It is ended."))


async def appoint(request: Request) -> Response:
    institution = await _called(request)
    form = await form_of(request, MemberForm)
    await actions.appoint(viewer_of(request), institution.id, form.member_id)
    return redirect(f"/institutions/{institution.slug}#people", _("This institution has one more coordinator."))


async def name_successor(request: Request) -> Response:
    institution = await _called(request)
    form = await form_of(request, SuccessorForm)
    await actions.name_successor(viewer_of(request), institution.id, form.member_id)
    return redirect(f"/institutions/{institution.slug}#people", _("Saved."))


async def _called(request: Request) -> Institution:
    return await actions.institution_called(viewer_of(request), request.path_params["slug"])
