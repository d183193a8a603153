"""How far somebody has read in rooms goes with them; what they said there can be emptied."""

from community.accounts.departing import goes_along
from community.accounts.emptying import empties
from community.chat import unnaming
from community.chat.actions import take_down
from community.chat.models import Message
from community.chat.reacting import withdraw_reactions
from community.chat.storing import lock_room_of
from community.storage import execute, rows, unit_of_work, value

assert unnaming  # registers what takes the handle out of texts


@goes_along
async def places_in_rooms(member_id: int) -> None:
    for table in ("room_positions", "unseen_readers", "room_mutes"):
        await execute(f"DELETE FROM {table} WHERE member_id = :member", member=member_id)


async def _standing(member_id: int) -> int:
    sql = "SELECT COUNT(*) FROM messages WHERE author_id = :member AND state <> 'deleted'"
    return int(await value(sql, member=member_id) or 0)


@empties(_standing)
async def messages(member_id: int, most: int) -> int:
    """As their author would delete them, each by itself: the log of its room tells of it at once."""
    found = await rows(
        "SELECT id FROM messages WHERE author_id = :member AND state <> 'deleted' ORDER BY id LIMIT :most",
        member=member_id, most=most,
    )  # fmt: skip
    for one in found:
        async with unit_of_work():
            room = await lock_room_of(one["id"])
            message = await Message.get(id=one["id"])
            if room and message.state != "deleted":
                await take_down(room, message)
    return len(found)


async def _reactions(member_id: int) -> int:
    sql = "SELECT COUNT(DISTINCT message_id) FROM message_reactions WHERE member_id = :member"
    return int(await value(sql, member=member_id) or 0)


@empties(_reactions)
async def reactions(member_id: int, most: int) -> int:
    found = await rows(
        "SELECT DISTINCT message_id FROM message_reactions WHERE member_id = :member ORDER BY message_id LIMIT :most",
        member=member_id, most=most,
    )  # fmt: skip
    for one in found:
        async with unit_of_work():
            if room := await lock_room_of(one["message_id"]):
                await withdraw_reactions(room, one["message_id"], member_id)
    return len(found)
