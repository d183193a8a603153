"""What follows in conversations from what happened."""

from community.accounts.facts import MemberLeft
from community.chat.keeping import change
from community.chat.models import Room
from community.storage import listens, rows, unit_of_work

_PAIRS = """
    SELECT r.id FROM conversations AS c JOIN rooms AS r ON r.id = c.room_id
    WHERE (c.pair LIKE :first OR c.pair LIKE :second) AND r.closed = :no ORDER BY r.id
"""


@listens(MemberLeft)
async def on_member_left(fact: MemberLeft) -> None:
    """The other one of two keeps what was written; nobody would read what is written now. Not in the unit of work in which they
    went: whoever writes holds the room and waits for their row.
    """
    for one in await rows(_PAIRS, first=f"{fact.member_id}:%", second=f"%:{fact.member_id}", no=False):
        async with unit_of_work():
            room = await Room.filter(id=one["id"]).select_for_update(no_key=True).get()
            await change(room, closed=True)
