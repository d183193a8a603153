"""Who has a seat. Every seat is given under the event's row lock: two at once never get the last one."""

from collections.abc import Collection, Mapping
from typing import Any

from community import clock
from community.accounts.holders import holders
from community.accounts.identity import viewer_for
from community.audience import Viewer
from community.errors import Invalid, Refused
from community.events.facts import RegistrationCancelled, SeatGiven
from community.events.models import Choice, Event, EventSession, Registration
from community.events.policies import why_no_seat
from community.events.rooms import seat, unseat
from community.institutions.queries import people
from community.storage import announce, unit_of_work
from community.text.gettext import _

WAITING_PAGE = 50


async def register(actor: Viewer, event_id: int, chosen: Mapping[int, int]) -> Registration:
    """Take a seat, or a place on the waiting list. Who is registered already changes what they chose.

    `chosen` is {n: session id} for the n-th group of sessions that exclude each other, from 1. Raises NotFound, Refused, Invalid.
    """
    assert actor.member is not None
    who = (await people([actor.member])).get(actor.member)
    async with unit_of_work():
        event = await Event.visible_to(actor).locked(event_id)
        _ensure_open(event)
        picks = await _picks(event, chosen)
        mine = await Registration.get_or_none(event_id=event.id, member_id=actor.member)
        if mine is None or mine.state == "cancelled":
            mine = await _join(event, actor.member, mine, who.country if who else "")
            if mine.state == "registered":
                await seat(event, mine)
        await Choice.filter(registration_id=mine.id).delete()
        await Choice.bulk_create(
            Choice(registration_id=mine.id, session_id=session, pick_one=group) for group, session in picks.items()
        )
    return mine


async def give_up_seat(actor: Viewer, event_id: int) -> None:
    """Cancel one's registration; the seat goes to whoever waits longest. Doing it twice is doing it once."""
    async with unit_of_work():
        event = await Event.visible_to(actor).locked(event_id)
        _ensure_open(event)
        mine = await Registration.get_or_none(event_id=event.id, member_id=actor.member)
        if mine is None or mine.state == "cancelled":
            return
        await _end(mine)
        await give_free_seats(event)


async def end_unseen(event: Event) -> None:
    """Whoever may not see the event any more, and so could not give up the seat, does not come; the seats are free again. Inside a
    unit of work that holds the event's lock.
    """
    if event.audience.startswith("space:"):
        inside = await holders(event.audience)
        for one in await Registration.filter(event_id=event.id).exclude(state="cancelled").exclude(member_id__in=inside):
            await _end(one)


async def take_seat_from(event: Event, member_id: int) -> None:
    """They do not come. Inside a unit of work that holds the event's lock."""
    for one in await Registration.filter(event_id=event.id, member_id=member_id).exclude(state="cancelled"):
        await _end(one)


async def _end(registration: Registration) -> None:
    registration.state, registration.since = "cancelled", clock.now()
    await registration.save(update_fields=["state", "since"])
    await unseat(registration)
    await Choice.filter(registration_id=registration.id).delete()
    await announce(RegistrationCancelled(registration.event_id, registration.member_id))


async def give_free_seats(event: Event) -> None:
    """Give the seats that are free to those who wait, the first first. Inside a unit of work that holds the event's lock.

    Whoever may not see the event any more, or is suspended, keeps the place in the line, and gets no seat.
    """
    if why_no_seat(event, clock.now()):
        return
    after = 0
    while free := await _free(event):
        waiting = (
            await Registration.filter(event_id=event.id, state="waiting", ticket__gt=after).order_by("ticket").limit(WAITING_PAGE)
        )
        if not waiting:
            return
        for one in waiting[:free]:
            after = one.ticket
            viewer = await viewer_for(one.member_id)
            if viewer.signed_in and viewer.holds(event.audience):
                one.state = "registered"
                await one.save(update_fields=["state"])
                await seat(event, one)
                await announce(SeatGiven(one.id, one.ticket))


def groups_of(sessions: Collection[EventSession]) -> dict[str, list[EventSession]]:
    """The sessions that exclude each other, by the words that bind them, in the order of the programme."""
    found: dict[str, list[EventSession]] = {}
    for session in sorted(sessions, key=lambda one: one.number):
        if session.pick_one:
            found.setdefault(session.pick_one, []).append(session)
    return found


def _ensure_open(event: Event) -> None:
    if reason := why_no_seat(event, clock.now()):
        words = {"cancelled": _("This event does not take place."), "over": _("This event is over.")}
        raise Refused(reason, words[reason])


async def _picks(event: Event, chosen: Mapping[int, int]) -> dict[str, int]:
    groups = groups_of(await EventSession.filter(event_id=event.id))
    picks = {
        name: chosen.get(n, 0) for n, (name, sessions) in enumerate(groups.items(), 1)
        if chosen.get(n) in {session.id for session in sessions}
    }  # fmt: skip
    if wrong := {f"pick_{n}": _("Choose one of these.") for n, name in enumerate(groups, 1) if name not in picks}:
        raise Invalid.many(wrong)
    return picks


async def _join(event: Event, member_id: int, before: Registration | None, country: str) -> Registration:
    """Whoever comes back stands at the end of the line."""
    event.tickets += 1
    await event.save(update_fields=["tickets"])
    state = "registered" if await _free(event) else "waiting"
    said: dict[str, Any] = {"state": state, "ticket": event.tickets, "country": country, "since": clock.now()}
    if before is None:
        return await Registration.create(event_id=event.id, member_id=member_id, **said)
    await before.update_from_dict(said).save()
    return before


async def _free(event: Event) -> int:
    """Seats that nobody has; many where there is no limit."""
    if event.capacity is None:
        return WAITING_PAGE
    taken = await Registration.filter(event_id=event.id, state="registered").count()
    return max(0, int(event.capacity) - taken)
