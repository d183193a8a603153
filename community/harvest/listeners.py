"""Quoted messages that are edited or deleted."""

from community.chat.facts import MessageDeleted, MessageEdited
from community.harvest.actions import renew
from community.storage import listens, rows, unit_of_work


@listens(MessageEdited, MessageDeleted)
async def on_message_changed(fact: MessageEdited | MessageDeleted) -> None:
    found = await rows("SELECT harvest_id FROM harvest_lines WHERE message_id = :id", id=fact.message_id)
    if found:
        async with unit_of_work():
            await renew([one["harvest_id"] for one in found])
