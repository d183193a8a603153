"""What organisers do with events."""

from secrets import token_hex
from typing import Any
from uuid import UUID

from community import clock
from community.audience import Viewer, narrow
from community.errors import Conflict, Invalid, NotFound, ensure
from community.events.calendar_file import DATED
from community.events.facts import EventCancelled, EventChanged, EventMoved
from community.events.models import Choice, Event, EventSession
from community.events.planning import Plan
from community.events.policies import can_plan_for, can_plan_in, can_run, is_over
from community.events.registering import end_unseen, give_free_seats
from community.events.rooms import follow_event, runner_of
from community.institutions.models import Institution
from community.storage import announce, once, unit_of_work
from community.text import slugify
from community.text.gettext import _

MOST_GONE = 40


async def plan_event(actor: Viewer, plan: Plan, client_id: UUID) -> Event:
    """Announce an event. The end of its address is drawn, so that no address tells of one that is for few.

    Raises NotFound for an institution that the actor does not speak for, Invalid.
    """
    plan.check()
    async with unit_of_work():
        await _may_plan(actor, plan)
        event, new = await once(
            Event, actor, client_id, slug=f"{slugify(str(plan.columns['title']), 40) or 'event'}-{token_hex(3)}",
            audience=plan.audience, **plan.all_columns,
        )  # fmt: skip
        if new:
            await _keep_programme(event, plan)
            await announce(EventChanged(event.id))
    return event


async def edit_event(actor: Viewer, event_id: int, plan: Plan, version: int) -> Event:
    """Say it anew. Whoever is registered is told when it moves; seats that are added go to those who wait.

    Raises NotFound, Refused, Invalid, and Conflict when somebody has changed it since `version` was read.
    """
    plan.check()
    async with unit_of_work():
        event = await Event.visible_to(actor).locked(event_id)
        ensure(can_run(actor, event))
        await _may_plan(actor, plan, event)
        if event.version != version:
            raise Conflict(_("A colleague has changed this event meanwhile. Compare with it before you save again."))
        before, audience, runner = _whereabouts(event), event.audience, runner_of(event)
        await event.update_from_dict(plan.all_columns | {"version": version + 1, "updated_at": clock.now()}).save()
        await _keep_programme(event, plan)
        if audience != plan.audience:
            await narrow(event, plan.audience, [f"event:{event.id}"])
            await end_unseen(event)
        await follow_event(event, audience, runner)
        await give_free_seats(event)
        await announce(EventChanged(event.id))
        if before != _whereabouts(event) and event.state == "planned" and not is_over(event, clock.now()):
            await announce(EventMoved(event.id, event.version))
    return event


async def cancel_event(actor: Viewer, event_id: int, because: str) -> Event:
    """It does not take place; whoever is registered is told. Doing it twice is doing it once."""
    async with unit_of_work():
        event = await Event.visible_to(actor).locked(event_id)
        ensure(can_run(actor, event))
        ensure(not is_over(event, clock.now()), "over", _("This event is over."))
        if event.state != "cancelled":
            event.state, event.cancelled_because = "cancelled", because
            event.version, event.updated_at = event.version + 1, clock.now()
            await event.save()
            await announce(EventChanged(event.id))
            await announce(EventCancelled(event.id))
    return event


async def _may_plan(actor: Viewer, plan: Plan, event: Event | None = None) -> None:
    """Whoever edits may leave the institution and the audience as they are, and change them only to their own."""
    if not (event and event.institution_id == plan.institution_id) and not can_plan_for(actor, plan.institution_id):
        raise NotFound
    if plan.institution_id:
        await Institution.visible_to(actor).one(id=plan.institution_id)
    if not (event and event.audience == plan.audience) and not can_plan_in(actor, plan.audience):
        raise Invalid("audience", _("Choose one of the values offered."))


def _whereabouts(event: Event) -> tuple[Any, ...]:
    return (event.precision, event.starts_at, event.ends_at, event.mode, event.place)


async def _keep_programme(event: Event, plan: Plan) -> None:
    """Sessions keep their row while they keep their place in the form, so that nobody has to choose again.

    A choice falls with its session, and when its session no longer excludes the same others.
    """
    planned = {one.number: one for one in plan.sessions}
    for session in await EventSession.filter(event_id=event.id):
        said = planned.pop(session.number, None)
        if said is None:
            await _take_out(event, session)
            continue
        if said.pick_one != session.pick_one:
            await Choice.filter(session_id=session.id).delete()
        await session.update_from_dict(said.columns).save()
    await EventSession.bulk_create(EventSession(event_id=event.id, number=one.number, **one.columns) for one in planned.values())


async def _take_out(event: Event, session: EventSession) -> None:
    """A calendar that holds a session must hear that it is gone: one that is only missing from a file stays there."""
    if session.precision in DATED:
        moments = [session.starts_at.isoformat(), session.ends_at.isoformat()]
        event.gone = [*(event.gone or []), [session.id, session.precision, *moments]][-MOST_GONE:]
        await event.save(update_fields=["gone"])
    await session.delete()
