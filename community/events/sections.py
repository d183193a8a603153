"""What events show on an institution's page and in a space: what is still to come."""

from community.audience import Viewer
from community.events import labels, queries
from community.events.policies import can_plan_for, can_plan_in
from community.institutions.sections import provides as institution_provides
from community.members.sections import Entry, Section
from community.spaces.sections import provides as space_provides
from community.text.gettext import _

SHOWN = 6


@institution_provides("events", order=40)
async def events_of_institution(viewer: Viewer, institution_id: int) -> Section | None:
    found = await queries.of_institution(viewer, institution_id, SHOWN)
    act = (_("Plan an event"), f"/events/new?institution={institution_id}") if can_plan_for(viewer, institution_id) else None
    return _section(found, act if institution_id in viewer.coordinates else None)


@space_provides("events", order=40)
async def events_of_space(viewer: Viewer, space_id: int) -> Section | None:
    key = f"space:{space_id}"
    plans = can_plan_in(viewer, key) and bool(viewer.coordinates or viewer.is_steward)
    found = await queries.of_space(viewer, key, SHOWN)
    return _section(found, (_("Plan an event"), f"/events/new?audience={key}") if plans else None)


def _section(found: list[queries.Card], act: tuple[str, str] | None) -> Section | None:
    entries = tuple(_entry(card) for card in found)
    if not entries and not act:
        return None
    return Section("events", _("Events"), entries, (_("All events"), "/events"), act, _("Nothing is planned yet."))


def _entry(card: queries.Card) -> Entry:
    state = _("Cancelled") if card.state == "cancelled" else ""
    facts = (labels.when(card.span, card.time_zone), labels.modes().get(card.mode, ""), state)
    return Entry(card.title, card.url, tuple(fact for fact in facts if fact), lang=card.language)
