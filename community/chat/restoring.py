"""After a restoration: whoever followed a room must begin it anew, since numbers they have seen are given again."""

from community.chat.models import fresh_epoch
from community.storage import execute_many, rows


async def begin_new_epochs() -> None:
    """Inside a unit of work."""
    rooms = await rows("SELECT id FROM rooms")
    await execute_many(
        "UPDATE rooms SET epoch = :epoch WHERE id = :id", [{"id": room["id"], "epoch": fresh_epoch()} for room in rooms]
    )
