"""How far members have read in a room, for those who were there.

Shown unless a member turns it off: where links break, whether a message has arrived is worth knowing, and in a small room all know
each other. Who turns it off shows nobody how far they have read and is shown nobody's place.
"""

from dataclasses import dataclass

from community.accounts.blocking import blocked_by
from community.accounts.holders import holders
from community.audience import MEMBERS, PUBLIC, Viewer
from community.chat.models import Room, UnseenReader
from community.errors import NotFound
from community.institutions.queries import Person, people
from community.storage import execute, rows, unit_of_work, value

SMALL = 25  # members who have been there: above, a number is told and nobody is named


@dataclass(frozen=True)
class Readers:
    """Who has read a message: `named` in a small room, without those whom the viewer has blocked."""

    count: int
    named: tuple[Person, ...] = ()


async def is_small(room_id: int) -> bool:
    """Whether no more than 25 members have ever read or written there."""
    return await _been_there(room_id) <= SMALL


async def _been_there(room_id: int) -> int:
    found = "SELECT COUNT(*) AS n FROM (SELECT id FROM room_positions WHERE room_id = :room LIMIT :most) AS p"
    return int(await value(found, room=room_id, most=SMALL + 1) or 0)


_READ = """
    SELECT p.member_id FROM room_positions AS p JOIN members AS m ON m.id = p.member_id
    WHERE p.room_id = :room AND p.seq >= :seq AND p.member_id NOT IN :but AND m.suspended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM unseen_readers AS u WHERE u.member_id = p.member_id)
"""


async def readers(viewer: Viewer, room: Room, seq: int, author: int) -> Readers | None:
    """Who has read up to a message, besides its author and the viewer; None for guests and for who shows nothing of themselves."""
    if not viewer.signed_in or await shows_nothing(viewer.member):
        return None
    but = sorted({author, viewer.member or 0})
    if await is_small(room.id):
        return await readers_by_name(viewer, room, seq, author)
    return Readers(int(await value(f"SELECT COUNT(*) AS n FROM ({_READ}) AS r", room=room.id, seq=seq, but=but) or 0))


async def readers_by_name(viewer: Viewer, room: Room, seq: int, author: int) -> Readers:
    """For a small room and a viewer who shows their own place; without those who have lost their way into the room since.

    Who has blocked the viewer stays: a mark that goes with the block, as their key of a conversation does, would tell of it.
    """
    but = sorted({author, viewer.member or 0, *await blocked_by(viewer)})
    found = await rows(f"{_READ} ORDER BY p.read_at, p.id", room=room.id, seq=seq, but=but)
    ids = [row["member_id"] for row in found]
    if room.audience not in {PUBLIC, MEMBERS}:
        inside = set(await holders(room.audience)) | viewer.blocked
        ids = [one for one in ids if one in inside]
    persons = await people(ids)
    named = tuple(persons[one] for one in ids if one in persons)
    return Readers(len(named), named)


async def shows_nothing(member: int | None) -> bool:
    return await UnseenReader.exists(member_id=member)


async def show_reading(actor: Viewer, *, shown: bool) -> None:
    """Show others in small rooms how far one has read, or not. Repeating it changes nothing."""
    if not actor.signed_in:
        raise NotFound
    async with unit_of_work():
        if shown:
            await UnseenReader.filter(member_id=actor.member).delete()
        else:
            await execute("INSERT INTO unseen_readers (member_id) VALUES (:me) ON CONFLICT (member_id) DO NOTHING", me=actor.member)
