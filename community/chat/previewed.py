"""Messages show cards for their links; open pages hear of one by an entry in the room's log."""

from community.chat.storing import add_entry, lock_room_of
from community.previews.sources import Standing, Texts, previewed
from community.storage import row


@previewed("message")
class Messages(Texts):
    async def standing(self, id: int, *, lock: bool = False) -> Standing | None:
        if lock:
            await lock_room_of(id)
        found = await row("SELECT version, html FROM messages WHERE id = :id AND state = 'posted'", id=id)
        return Standing(found["version"], found["html"]) if found else None

    async def changed(self, id: int) -> None:
        if room := await lock_room_of(id):
            await add_entry(room, "preview", id)
