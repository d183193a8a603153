"""Seats go back to those who wait when somebody goes for good. Of events that are over only the number remains."""

from community import clock
from community.accounts.departing import goes_along
from community.audience import Viewer
from community.events.models import Event
from community.events.registering import give_free_seats, take_seat_from
from community.storage import rows

_SEATS = """
    SELECT e.id, e.audience FROM event_registrations AS r JOIN events AS e ON e.id = r.event_id
    WHERE r.member_id = :member AND r.state <> 'cancelled' AND e.ends_at > :now ORDER BY e.id
"""


@goes_along
async def seats(member_id: int) -> None:
    for one in await rows(_SEATS, member=member_id, now=clock.now()):
        event = await Event.visible_to(Viewer(audiences=frozenset({one["audience"]}))).locked(one["id"])
        await take_seat_from(event, member_id)
        await give_free_seats(event)
