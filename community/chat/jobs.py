"""What rooms do by themselves, later."""

from datetime import timedelta

from community import clock
from community.chat.models import Room
from community.chat.retention import forget_before
from community.storage import enqueue, job, unit_of_work


@job
async def keep_room(room_id: int, keep_days: int | None) -> None:
    """Forget what is older than the room keeps, and look again tomorrow; ends when the setting is another."""
    room = await Room.get_or_none(id=room_id)
    if room is None or not keep_days or room.keep_days != keep_days:
        return
    await forget_before(room_id, clock.now() - timedelta(days=keep_days))
    async with unit_of_work():
        await enqueue(keep_room, room_id=room_id, keep_days=keep_days, run_at=clock.now() + timedelta(days=1))
