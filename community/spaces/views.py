"""The pages of spaces."""

from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.forms import FilledForm, NoFields
from community.drafts.actions import forget_draft
from community.errors import Invalid, NotFound, ensure
from community.members.sections import Section
from community.spaces import actions, membership
from community.spaces.forms import AskForm, FaceForm, HandleForm
from community.spaces.models import Space
from community.spaces.policies import can_open_space
from community.spaces.queries import SpaceLine, SpaceView, space_view, spaces
from community.spaces.sections import space_sections
from community.text.gettext import _
from community.text.plain import excerpt, plain
from community.text.vocabularies import languages
from community.web.forms import checked, form_of, raw_form, typed
from community.web.rendering import redirect, render
from community.web.routing import viewer_of


@dataclass(frozen=True)
class SpacesPage:
    spaces: list[SpaceLine]
    may_open: bool

    def about(self, line: SpaceLine) -> str:
        return excerpt(plain(line.about_html), 160)


@dataclass(frozen=True)
class SpacePage:
    view: SpaceView
    sections: list[Section]
    signed_in: bool
    invite: FilledForm


@dataclass(frozen=True)
class EditSpacePage:
    """The form of a space's face; `id` is None and `slug` "" for a new one."""

    id: int | None
    slug: str
    name: str
    form: FilledForm
    languages: list[tuple[str, str]]
    access: list[tuple[str, str]]


async def show_spaces(request: Request) -> Response:
    viewer = viewer_of(request)
    page = SpacesPage(await spaces(viewer), can_open_space(viewer))
    return await render(request, "spaces/spaces.html", page, title=_("Spaces"), nav="directory")


async def show_space(request: Request) -> Response:
    return await _space_page(request, await space_view(viewer_of(request), request.path_params["slug"]), FilledForm())


async def _space_page(request: Request, view: SpaceView, invite: FilledForm, status: int = 200) -> Response:
    viewer = viewer_of(request)
    inside = await space_sections.of(viewer, view.space.id) if view.inside else []
    page = SpacePage(view, inside, viewer.signed_in, invite)
    return await render(request, "spaces/space.html", page, title=view.space.name, nav="directory", status=status)


async def show_new(request: Request) -> Response:
    ensure(can_open_space(viewer_of(request)))
    return await _edit_page(request, None, FilledForm({"access": "invite", "language": viewer_of(request).language}))


async def create(request: Request) -> Response:
    sent = await raw_form(request)
    try:
        form = checked(sent, FaceForm)
        space = await actions.open_space(viewer_of(request), form.face(), form.client_id or uuid4())
        await forget_draft(viewer_of(request), form.kept)
    except Invalid as error:
        return await _edit_page(request, None, FilledForm.again(typed(sent), error.errors), 422)
    return redirect(f"/spaces/{space.slug}", _("The space is open. Now invite colleagues."))


async def show_edit(request: Request) -> Response:
    view = await _inside(request)
    ensure(view.may_moderate)
    values = {name: getattr(view.space, name) for name in ("name", "about", "language", "access")}
    return await _edit_page(request, view.space, FilledForm(values))


async def edit(request: Request) -> Response:
    view = await _inside(request)
    ensure(view.may_moderate)
    sent = await raw_form(request)
    try:
        form = checked(sent, FaceForm)
        await actions.edit_space(viewer_of(request), view.space.id, form.face())
        await forget_draft(viewer_of(request), form.kept)
    except Invalid as error:
        return await _edit_page(request, view.space, FilledForm.again(typed(sent), error.errors), 422)
    return redirect(f"/spaces/{view.space.slug}", _("Saved."))


async def end(request: Request) -> Response:
    await form_of(request, NoFields)
    view = await _inside(request)
    await actions.end_space(viewer_of(request), view.space.id)
    return redirect(f"/spaces/{view.space.slug}", _("The space has ended. Only its moderators are left in it."))


async def _edit_page(request: Request, it: Space | None, form: FilledForm, status: int = 200) -> Response:
    name = it.name if it else ""
    access = [
        ("invite", _("Hidden: only who is invited knows of it")),
        ("request", _("Closed: everybody sees its name and may ask to join")),
        ("open", _("Open: every member may enter")),
    ]
    page = EditSpacePage(it.id if it else None, it.slug if it else "", name, form, languages(), access)
    title = _("Edit %(name)s") % {"name": name} if name else _("A new space")
    return await render(request, "spaces/edit.html", page, title=title, nav="directory", status=status)


async def ask(request: Request) -> Response:
    form = await form_of(request, AskForm)
    view = await space_view(viewer_of(request), request.path_params["slug"])
    entered = await membership.ask(viewer_of(request), view.space.id, form.line)
    said = _("You are in.") if entered else _("The moderators are asked. You get a notice when they answer.")
    return redirect(f"/spaces/{view.space.slug}", said)


async def accept(request: Request) -> Response:
    await form_of(request, NoFields)
    space = await membership.accept(viewer_of(request), request.path_params["slug"])
    return redirect(f"/spaces/{space.slug}", _("You are in."))


async def decline(request: Request) -> Response:
    await form_of(request, NoFields)
    await membership.decline(viewer_of(request), request.path_params["slug"])
    return redirect("/spaces", _("The invitation is gone."))


async def leave(request: Request) -> Response:
    await form_of(request, NoFields)
    view = await _inside(request)
    await membership.leave(viewer_of(request), view.space.id)
    return redirect("/spaces", _("You have left the space."))


async def invite(request: Request) -> Response:
    view = await _inside(request)
    sent = await raw_form(request)
    try:
        await membership.invite(viewer_of(request), view.space.id, checked(sent, HandleForm).handle)
    except Invalid as error:
        return await _space_page(request, view, FilledForm.again(typed(sent), error.errors), 422)
    return redirect(f"/spaces/{view.space.slug}#people", _("Invited. They find it among their spaces."))


async def let_in(request: Request) -> Response:
    return await _decide(request, membership.let_in, _("They are in."))


async def turn_away(request: Request) -> Response:
    return await _decide(request, membership.turn_away, _("Done."))


async def remove(request: Request) -> Response:
    return await _decide(request, membership.remove, _("They are no longer in this space."))


async def make_moderator(request: Request) -> Response:
    return await _decide(request, membership.make_moderator, _("This space has one more moderator."))


async def _decide(request: Request, decision: membership.Decision, said: str) -> Response:
    """What a moderator decides about one member."""
    await form_of(request, NoFields)
    view = await _inside(request)
    await decision(viewer_of(request), view.space.id, request.path_params["id"])
    return redirect(f"/spaces/{view.space.slug}#people", said)


async def _inside(request: Request) -> SpaceView:
    """The space of the address, for whoever is in it; for others it does not exist."""
    view = await space_view(viewer_of(request), request.path_params["slug"])
    if not view.inside:
        raise NotFound
    return view
