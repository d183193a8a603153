"""Planning an event, changing it, cancelling it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from community.accounts.account_views import time_zones
from community.audience import MEMBERS, PUBLIC, Viewer
from community.discussions.forms import sent_once
from community.discussions.writing_state import languages_to_write_in
from community.drafts.actions import forget_draft
from community.errors import Conflict, Invalid, ensure
from community.events import labels
from community.events.actions import cancel_event, edit_event, plan_event
from community.events.forms import ROWS, SAME, CancelForm, EventForm
from community.events.models import Event, EventSession
from community.events.policies import can_run
from community.events.queries import space_names
from community.events.timing import Span, last_day, said
from community.events.views import event_of
from community.exchange.queries import houses
from community.text.gettext import _
from community.web.forms import checked, form_of, raw_form, typed, typed_anew
from community.web.rendering import redirect, render
from community.web.routing import viewer_of

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class EventFormPage:
    """`values` is what stands in the fields, by name; `id` and `version` None and `url` "" for a new event."""

    action: str
    values: Mapping[str, Any]
    houses: list[tuple[int | str, str]]
    audiences: Pairs
    modes: Pairs
    zones: Pairs
    languages: tuple[tuple[str, str], ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None
    version: int | None = None
    url: str = ""

    @property
    def rows(self) -> range:
        return ROWS

    @property
    def has_rough_date(self) -> bool:
        """A month or a year fits no calendar widget."""
        return len(str(self.values.get("day", ""))) in {4, 7}

    def is_filled(self, row: int) -> bool:
        return any(self.values.get(f"title_{later}") or f"day_{later}" in self.errors for later in range(row, len(ROWS) + 1))


async def show_new(request: Request) -> Response:
    viewer, asked = viewer_of(request), request.query_params
    values = {name: asked[name][:40] for name in ("institution", "audience") if name in asked}
    return await _form(request, viewer, None, {"language": viewer.language, "time_zone": viewer.time_zone} | values)


async def post_new(request: Request) -> Response:
    viewer, sent = viewer_of(request), await raw_form(request)
    try:
        form = checked(_houseless(sent, viewer), EventForm)
        event = await plan_event(viewer, form.plan(), sent_once(form))
        await forget_draft(viewer, form.kept)
    except Invalid as error:
        return await _form(request, viewer, None, typed(sent), error.errors)
    return redirect(event.url, _("The event is announced."))


async def show_edit(request: Request) -> Response:
    viewer = viewer_of(request)
    event = await _run_by(request, viewer)
    return await _form(request, viewer, event, await _values_of(event))


async def post_edit(request: Request) -> Response:
    viewer, sent = viewer_of(request), await raw_form(request)
    event = await _run_by(request, viewer)
    try:
        form = checked(_houseless(sent, viewer), EventForm)
        event = await edit_event(viewer, event.id, form.plan(), form.version or 0)
        await forget_draft(viewer, form.kept)
    except Invalid as error:
        return await _form(request, viewer, event, typed(sent), error.errors)
    except Conflict as error:
        return await _form(request, viewer, event, typed_anew(sent), {"": error.text}, status=409)
    return redirect(event.url, _("Saved."))


async def post_cancel(request: Request) -> Response:
    form = await form_of(request, CancelForm)
    viewer = viewer_of(request)
    event = await event_of(request, viewer)
    await cancel_event(viewer, event.id, form.because)
    return redirect(event.url, _("The event is cancelled. Everybody who is registered is told."))


async def _run_by(request: Request, viewer: Viewer) -> Event:
    event = await event_of(request, viewer)
    ensure(can_run(viewer, event))
    return event


def _houseless(sent: Any, viewer: Viewer) -> Mapping[str, Any]:
    """Who speaks for one institution alone need not name it."""
    if viewer.is_steward or sent.get("institution") or len(viewer.coordinates) != 1:
        return sent  # type: ignore[no-any-return]
    return typed(sent) | {"institution": str(next(iter(viewer.coordinates)))}


async def _form(
    request: Request, viewer: Viewer, event: Event | None, values: Mapping[str, Any], errors: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response:  # fmt: skip
    page = EventFormPage(
        action=f"{event.url}/edit" if event else "/events/new", values=values, houses=await _houses(viewer, event),
        audiences=await _audiences(viewer, event), modes=list(labels.modes().items()), zones=time_zones(),
        languages=languages_to_write_in(viewer, str(values.get("language", ""))), errors=errors or {},
        id=event.id if event else None, version=event.version if event else None, url=event.url if event else "",
    )  # fmt: skip
    title = _("Change an event") if event else _("Plan an event")
    return await render(request, "events/form.html", page, title=title, nav="events", status=status if errors else 200)


async def _houses(viewer: Viewer, event: Event | None) -> list[tuple[int | str, str]]:
    """The institutions one may speak for; that of the event, too."""
    ids = viewer.coordinates | ({event.institution_id} if event and event.institution_id else frozenset())
    own: list[tuple[int | str, str]] = [(house, name) for house, name, _country in await houses(frozenset(ids))] if ids else []
    return [("", _("No institution: the house itself")), *own] if viewer.is_steward else own


async def _audiences(viewer: Viewer, event: Event | None) -> Pairs:
    """Who may see it; spaces that one moderates, and whatever it is now."""
    keys = sorted(key for key in viewer.moderates if key.startswith("space:"))
    if event and event.audience.startswith("space:") and event.audience not in keys:
        keys.append(event.audience)
    named = [(key, _("Only members of %(space)s") % {"space": name}) for key, name in (await space_names(keys)).items()]
    return [(PUBLIC, _("Everybody")), (MEMBERS, _("Members of this site")), *named]


async def _values_of(event: Event) -> dict[str, Any]:
    """What stands in the fields of a stored event: the same that was typed."""
    zone = ZoneInfo(event.time_zone)
    values = {name: "" if getattr(event, name) is None else getattr(event, name) for name in SAME}
    values |= {"institution": event.institution_id or "", "audience": event.audience, "partners": "\n".join(event.partners)}
    values["documents"] = "\n".join(f"{one['name']} {one['url']}".strip() for one in event.documents)
    values |= _typed_span(Span(event.precision, event.starts_at, event.ends_at), zone, ("day", "starts", "until"))
    values["last_day"] = _last(event, zone)
    for session in await EventSession.filter(event_id=event.id):
        row = session.number
        values |= {f"{name}_{row}": getattr(session, name) for name in ("title", "code", "speakers", "pick_one")}
        if session.precision:
            names = (f"day_{row}", f"from_{row}", f"until_{row}")
            values |= _typed_span(Span(session.precision, session.starts_at, session.ends_at), zone, names)
    return values


def _typed_span(span: Span, zone: ZoneInfo, names: tuple[str, str, str]) -> dict[str, str]:
    day, starts, until = names
    hours = {starts: f"{span.starts_at.astimezone(zone):%H:%M}", until: f"{span.ends_at.astimezone(zone):%H:%M}"}
    return {day: said(span, zone)} | (hours if span.precision == "time" else {})


def _last(event: Event, zone: ZoneInfo) -> str:
    """The last day, where it is not the first."""
    span = Span(event.precision, event.starts_at, event.ends_at)
    if event.precision not in {"day", "time"}:
        return ""
    last = (span.ends_at.astimezone(zone).date() if event.precision == "time" else last_day(span, zone)).isoformat()
    return "" if last == said(span, zone) else last
