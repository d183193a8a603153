"""A room keeps only what it is to keep."""

from datetime import datetime

from community.chat.actions import empty
from community.chat.facts import MessageDeleted
from community.chat.models import Message, Room, RoomEntry
from community.storage import announce, execute, unit_of_work, value


async def forget_before(room_id: int, moment: datetime) -> int:
    """Empty what was sent before `moment` and let the log begin after it; tells where it begins now.

    An entry that stays may speak of a message that goes: such a message is emptied, the others are removed with their entries.
    """
    async with unit_of_work():
        room = await Room.filter(id=room_id).select_for_update(no_key=True).get()
        first = await value("SELECT MIN(seq) AS seq FROM messages WHERE room_id = :id AND created_at >= :at", id=room_id, at=moment)
        first = room.seq + 1 if first is None else int(first)
        if first <= room.first_seq:
            return int(room.first_seq)
        for message in await Message.filter(room_id=room_id, seq__lt=first, state="posted"):
            await empty(message)
            await announce(MessageDeleted(room_id, message.id))
        await RoomEntry.filter(room_id=room_id, seq__lt=first).delete()
        await execute(
            "DELETE FROM messages WHERE room_id = :id AND seq < :first AND id NOT IN (SELECT message_id FROM room_entries)",
            id=room_id, first=first,
        )  # fmt: skip
        room.first_seq = first
        await room.save(update_fields=["first_seq"])
    return first
