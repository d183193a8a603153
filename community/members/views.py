"""Profiles: read, edit one's own, block somebody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from community import clock
from community.accounts import appointing, blocking
from community.accounts.forms import FilledForm, NoFields
from community.audience import MEMBERS, PUBLIC
from community.drafts.actions import forget_draft
from community.errors import Invalid, ensure
from community.members.actions import save_profile
from community.members.forms import LANGUAGE_ROWS, ProfileForm, as_values
from community.members.models import Detail
from community.members.policies import can_edit_profile
from community.members.queries import Departed, Profile, SuspendedMember, departures, profile, suggested, suspended_members
from community.members.roles import role_name, roles
from community.members.sections import Section, acts_on, profile_sections
from community.text.gettext import _
from community.text.lists import listed
from community.text.vocabularies import cefr, countries, country_name, isced_field, isced_fields, language_name, languages
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class ProfilePage:
    profile: Profile
    sections: list[Section]
    signed_in: bool
    may_suspend: bool
    acts: list[tuple[str, str]]

    def text(self, kind: str) -> str:
        detail = self.profile.one(kind)
        return detail.value if detail else ""

    @property
    def biography(self) -> Detail | None:
        return self.profile.one("biography")

    @property
    def role(self) -> str:
        return role_name(self.text("role"))

    @property
    def country(self) -> str:
        return country_name(self.text("country")) if self.text("country") else ""

    @property
    def languages(self) -> str:
        spoken = self.profile.all("language")
        return listed(f"{language_name(one.value)} {one.note}".strip() for one in spoken)

    @property
    def fields(self) -> list[str]:
        return [isced_field(one.value).label() for one in self.profile.all("field")]

    @property
    def local_time(self) -> datetime | None:
        """On the member's own clock; for members only, since it says roughly where somebody is."""
        return clock.now().astimezone(ZoneInfo(self.profile.time_zone)) if self.signed_in else None


@dataclass(frozen=True)
class SuspendedPage:
    members: list[SuspendedMember]
    departed: list[Departed]


@dataclass(frozen=True)
class EditProfilePage:
    handle: str
    form: FilledForm
    roles: list[tuple[str, str]]
    countries: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    levels: list[tuple[str, str]]
    fields: list[tuple[str, str]]
    tiers: list[tuple[str, str]]
    language_rows: range = range(1, LANGUAGE_ROWS + 1)

    def own_name(self, tag: str) -> str:
        """What a language calls itself; what was typed instead stays as it is."""
        return dict(self.languages).get(tag, tag)


async def show_profile(request: Request) -> Response:
    viewer = viewer_of(request)
    found = await profile(viewer, request.path_params["handle"])
    page = ProfilePage(
        found, await profile_sections.of(viewer, found.person.id), viewer.signed_in, viewer.is_steward and not found.is_mine,
        await acts_on(viewer, found.person.id),
    )  # fmt: skip
    return await render(request, "members/profile.html", page, title=found.person.name, nav="directory")


async def show_edit(request: Request) -> Response:
    found = await profile(viewer_of(request), request.path_params["handle"])
    ensure(can_edit_profile(viewer_of(request), found.person.id))
    tiers = {detail.kind: _tier(detail.audience) for detail in found.details}
    values = as_values(found.person.name, found.details, tiers)
    values["biography_language"] = values["biography_language"] or viewer_of(request).language
    return await _edit_page(request, found.person.handle, FilledForm(values))


def _tier(audience: str) -> str:
    return {PUBLIC: "public", MEMBERS: "members"}.get(audience, "me")


async def save(request: Request) -> Response:
    viewer = viewer_of(request)
    found = await profile(viewer, request.path_params["handle"])
    ensure(can_edit_profile(viewer, found.person.id))
    sent = await raw_form(request)
    try:
        form = checked(sent, ProfileForm)
        await save_profile(viewer, found.person.id, form.name, form.statements())
        await forget_draft(viewer, form.kept)
    except Invalid as error:
        return await _edit_page(request, found.person.handle, FilledForm.again(_listed(typed(sent)), error.errors), 422)
    return redirect(f"/people/{found.person.handle}", _("Saved."))


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    fields = values.get("fields", [])
    return values | {"fields": fields if isinstance(fields, list) else [fields]}


async def _edit_page(request: Request, handle: str, form: FilledForm, status: int = 200) -> Response:
    page = EditProfilePage(
        handle, form, roles(), [(country.code, country_name(country.code)) for country in countries()], languages(),
        [(level.code, level.code) for level in cefr()],
        [(one.code, one.label()) for one in isced_fields() if one.depth == "detailed"],
        [("public", _("Everybody")), ("members", _("Members")), ("me", _("Only me"))],
    )  # fmt: skip
    return await render(request, "members/edit.html", page, title=_("Edit my page"), nav="directory", status=status)


async def block(request: Request) -> Response:
    await form_of(request, NoFields)
    found = await profile(viewer_of(request), request.path_params["handle"])
    await blocking.block(viewer_of(request), found.person.id)
    return redirect(f"/people/{found.person.handle}", _("You hear nothing more from them, and they are not told."))


async def unblock(request: Request) -> Response:
    await form_of(request, NoFields)
    found = await profile(viewer_of(request), request.path_params["handle"])
    await blocking.unblock(viewer_of(request), found.person.id)
    return redirect(f"/people/{found.person.handle}", _("You hear from them again."))


async def trust(request: Request) -> Response:
    await form_of(request, NoFields)
    found = await profile(viewer_of(request), request.path_params["handle"])
    await appointing.vouch_for(viewer_of(request), found.person.id)
    return redirect(f"/people/{found.person.handle}", _("What they write appears at once from now on."))


async def distrust(request: Request) -> Response:
    await form_of(request, NoFields)
    found = await profile(viewer_of(request), request.path_params["handle"])
    await appointing.distrust(viewer_of(request), found.person.id)
    return redirect(f"/people/{found.person.handle}", _("What they post waits for a moderator from now on."))


async def suspend(request: Request) -> Response:
    await form_of(request, NoFields)
    found = await profile(viewer_of(request), request.path_params["handle"])
    await appointing.suspend(viewer_of(request), found.person.id)
    return redirect("/people/suspended", _("%(name)s is suspended and signed out everywhere.") % {"name": found.person.name})


async def show_suspended(request: Request) -> Response:
    page = SuspendedPage(await suspended_members(viewer_of(request)), await departures(viewer_of(request)))
    return await render(request, "members/suspended.html", page, title=_("Suspended members"), nav="directory")


async def reinstate(request: Request) -> Response:
    await form_of(request, NoFields)
    await appointing.reinstate(viewer_of(request), request.path_params["id"])
    return redirect("/people/suspended", _("They may sign in again."))


async def suggest(request: Request) -> Response:
    """Names for completing an @mention: [{"handle": ..., "name": ...}]."""
    found = await suggested(viewer_of(request), request.query_params.get("q", "").replace("\0", ""))
    return JSONResponse([{"handle": one.handle, "name": one.name} for one in found])
