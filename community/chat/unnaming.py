"""Messages that call somebody who has left."""

from community.accounts.unnaming import unname_table, unnames
from community.chat.facts import MessageEdited
from community.chat.models import Message, MessageRevision
from community.chat.storing import add_entry, lock_room_of
from community.storage import announce, unit_of_work
from community.text.references import forget_references_to, naming_of_kind
from community.text.unnaming import handle_in, unnamed, unnamed_html


@unnames
async def messages(member_id: int, handle: str) -> None:
    """The log of the room tells of each, so that open pages say it anew."""
    for source in await naming_of_kind(f"member:{member_id}", "message"):
        async with unit_of_work():
            await _unname(int(source.partition(":")[2]), member_id, handle)
            await forget_references_to(f"member:{member_id}", source)


async def _unname(message_id: int, member_id: int, handle: str) -> None:
    room, message = await lock_room_of(message_id), await Message.get_or_none(id=message_id)
    if room is None or message is None:
        return
    handle = handle_in(message.html, member_id, handle)
    message.source, message.html = unnamed(message.source, handle), unnamed_html(message.html, member_id)
    message.version += 1
    await message.save(update_fields=["source", "html", "version"])
    for revision in await MessageRevision.filter(message_id=message_id):
        revision.source = unnamed(revision.source, handle)
        await revision.save(update_fields=["source"])
    await add_entry(room, "edited", message_id)
    await announce(MessageEdited(room.id, message_id))


@unnames
async def rooms(member_id: int, handle: str) -> None:
    await unname_table("rooms", "about", "about_html", member_id, handle)
