"""Who is told what happens to the events they registered for."""

from community.events.facts import EventCancelled, EventMoved, RegistrationCancelled, SeatGiven
from community.notifications.actions import finish_about, finish_for_all, notify
from community.storage import fan_out, job, listens, row, rows, unit_of_work

_EVENT = "SELECT id, state, version FROM events WHERE id = :id"
_COMERS = "SELECT member_id FROM event_registrations WHERE event_id = :id AND state <> 'cancelled' ORDER BY ticket"
_STILL = "SELECT member_id FROM event_registrations WHERE event_id = :id AND state <> 'cancelled' AND member_id IN :ids"
_SEAT = "SELECT event_id, member_id, state, ticket FROM event_registrations WHERE id = :id"


@listens(SeatGiven)
async def on_seat(fact: SeatGiven) -> None:
    """Nothing once the seat was given up again: a later seat has another ticket."""
    seat = await row(_SEAT, id=fact.registration_id)
    event = await row(_EVENT, id=seat["event_id"]) if seat else None
    if seat and event and (seat["state"], seat["ticket"], event["state"]) == ("registered", fact.ticket, "planned"):
        await _tell(seat["member_id"], event["id"], "event_seat", f"seat:{fact.ticket}")


@listens(RegistrationCancelled)
async def on_registration_cancelled(fact: RegistrationCancelled) -> None:
    """Who does not come has nothing to deal with, unless they registered again since."""
    found = await row(
        "SELECT state FROM event_registrations WHERE event_id = :event AND member_id = :member",
        event=fact.event_id, member=fact.member_id,
    )  # fmt: skip
    if found and found["state"] == "cancelled":
        await finish_about(fact.member_id, f"event:{fact.event_id}")


@listens(EventMoved)
async def on_event_moved(fact: EventMoved) -> None:
    event = await row(_EVENT, id=fact.event_id)
    if event and event["state"] == "planned" and event["version"] >= fact.version:
        await _tell_all(fact.event_id, "event_moved", f"moved:{fact.version}")


@listens(EventCancelled)
async def on_event_cancelled(fact: EventCancelled) -> None:
    """Whatever else was told of it is overtaken."""
    await finish_for_all(f"event:{fact.event_id}", but=[f"event:{fact.event_id}:cancelled"])
    await _tell_all(fact.event_id, "event_cancelled", "cancelled")


async def _tell_all(event_id: int, kind: str, mark: str) -> None:
    async with unit_of_work():
        members = [found["member_id"] for found in await rows(_COMERS, id=event_id)]
        await fan_out(tell_comers, members, event_id=event_id, kind=kind, mark=mark)


@job
async def tell_comers(ids: list[int], event_id: int, kind: str, mark: str) -> None:
    """A page of them, as far as they still come. That it moved is no news of an event which does not take place any more."""
    event = await row(_EVENT, id=event_id)
    if event and (kind == "event_cancelled" or event["state"] == "planned"):
        for comer in await rows(_STILL, id=event_id, ids=ids):
            await _tell(comer["member_id"], event_id, kind, mark)


async def _tell(member_id: int, event_id: int, kind: str, mark: str) -> None:
    await notify(member_id, kind=kind, cause=f"event:{event_id}:{mark}", root=f"event:{event_id}")
