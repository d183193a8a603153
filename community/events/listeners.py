"""What follows for events from what happened elsewhere."""

from community import clock
from community.audience import Viewer
from community.events.models import Event
from community.events.registering import end_unseen, give_free_seats
from community.spaces.facts import SpaceLeft
from community.storage import listens, rows, unit_of_work


@listens(SpaceLeft)
async def on_space_left(fact: SpaceLeft) -> None:
    """A former member has no seat at what is for the space alone: it goes to whoever waits longest."""
    key = f"space:{fact.space_id}"
    found = await rows("SELECT id FROM events WHERE audience = :key AND ends_at > :now", key=key, now=clock.now())
    for one in found:
        async with unit_of_work():
            event = await Event.visible_to(Viewer(audiences=frozenset({key}))).locked(one["id"])
            await end_unseen(event)
            await give_free_seats(event)
