"""What members do in rooms: send, edit, delete, read. Opening and changing rooms stands in keeping.py."""

from uuid import UUID

from community import clock
from community.audience import Viewer
from community.chat.committing import Committer, Said, Sent, body_of
from community.chat.facts import MessageDeleted, MessageEdited
from community.chat.locking import ensure_stands, locate, locked_message
from community.chat.models import Message, MessageReaction, MessageRevision, Room, RoomPin
from community.chat.muting import ensure_not_muted
from community.chat.policies import can_delete, can_edit
from community.chat.storing import add_entry, names_in, note_positions
from community.discussions.having_read import reads
from community.errors import Invalid, NotFound, ensure
from community.files.actions import forget_files_of_part
from community.previews.actions import ask_for_card, decline_card, forget_card
from community.storage import announce, current_unit, unit_of_work
from community.text.gettext import _
from community.text.markdown import RENDER_VERSION, Rendered
from community.text.references import forget_references, record_references
from community.text.vocabularies import language_tags

_committer = Committer()


async def send_message(
    actor: Viewer,
    room_id: int,
    text: str,
    client_id: UUID,
    lang: str = "",
    files: tuple[int, ...] = (),
    reply_to: int | None = None,
) -> Sent:
    """Say something, once per client id; returns after the commit, or within the unit of work that is open. Calls of one member
    keep their order. For `lang`, `files` and `reply_to` see Said.

    Raises NotFound, Refused("closed", "muted", "waiting"), Invalid("text", "files", "lang", "reply_to"), TooMany in slow mode.
    """
    if not actor.signed_in:
        raise NotFound
    if lang and lang not in language_tags():
        raise Invalid("lang", _("Choose one of the values offered."))
    said = Said(text, client_id, lang, reply_to, files)
    if current_unit():
        return await _committer.send_within(actor, room_id, said)
    return await _committer.send(actor, room_id, said)


async def edit_message(actor: Viewer, message_id: int, text: str) -> Sent:
    """Say it differently; what it said before is kept as a revision. Saying the same changes nothing.

    Raises NotFound, Refused, Invalid("text").
    """
    _room, found = await locate(actor, message_id)
    body = await body_of(text, actor, may_be_empty=bool(found.attached))
    async with unit_of_work():
        room, message = await locked_message(actor, message_id)
        if message.source == body.source:
            return _standing(message)
        ensure_stands(message)
        ensure(can_edit(actor, room, message))
        await ensure_not_muted(actor, room)
        await _replace(message, body)
        seq = await add_entry(room, "edited", message.id)
        await announce(MessageEdited(room.id, message.id))
    return Sent(message.id, room.id, seq, is_new=True)


def _standing(message: Message) -> Sent:
    return Sent(message.id, message.room_id, message.seq, is_new=False)


async def _replace(message: Message, body: Rendered) -> None:
    written_at = message.edited_at or message.created_at
    await MessageRevision.create(message_id=message.id, number=message.edits + 1, source=message.source, written_at=written_at)
    message.source, message.html, message.render_version = body.source, body.html, RENDER_VERSION
    message.edits, message.edited_at, message.version = message.edits + 1, clock.now(), message.version + 1
    await message.save()
    await record_references(f"message:{message.id}", message.version, names_in(body, message.reply_to))
    await ask_for_card(f"message:{message.id}", body.html)


async def delete_message(actor: Viewer, message_id: int) -> Sent:
    """Empty a message for good, with its revisions, everywhere: the log tells of it and never repeats the text."""
    async with unit_of_work():
        room, message = await locked_message(actor, message_id)
        if message.state == "deleted" and message.author_id == actor.member:
            return _standing(message)
        ensure(can_delete(actor, room, message))
        seq = await take_down(room, message)
    return Sent(message.id, room.id, seq, is_new=True)


async def take_down(room: Room, message: Message) -> int:
    """The deleting itself, in a unit of work that has locked the room and checked the right to do it. Returns the entry's seq."""
    await empty(message)
    seq = await add_entry(room, "deleted", message.id)
    await announce(MessageDeleted(room.id, message.id))
    return seq


async def empty(message: Message) -> None:
    """Take a message's words and files away, what was thought of them, and its place at the top. Inside a unit of work."""
    message.source = message.html = ""
    message.state, message.attached, message.reactions, message.version = "deleted", 0, 0, message.version + 1
    await message.save(update_fields=["source", "html", "state", "attached", "reactions", "version"])
    await forget_files_of_part(f"message:{message.id}")
    await MessageRevision.filter(message_id=message.id).delete()
    await forget_card(f"message:{message.id}")
    await MessageReaction.filter(message_id=message.id).delete()
    await RoomPin.filter(message_id=message.id).delete()
    await forget_references(f"message:{message.id}")


async def remove_card(actor: Viewer, message_id: int) -> None:
    """Let a message of one's own show no card for its link, now and later. Raises NotFound, Refused."""
    async with unit_of_work():
        room, message = await locked_message(actor, message_id)
        ensure(can_edit(actor, room, message))
        await decline_card(f"message:{message.id}")


async def mark_read(actor: Viewer, room_id: int, seq: int) -> None:
    """Note how far a member has read; a lower number than before changes nothing. Raises NotFound."""
    room = await Room.visible_to(actor).one(id=room_id)
    async with unit_of_work():
        await reads(actor.member or 0, f"room:{room.id}", min(seq, room.seq))
        await note_positions({(actor.member or 0, room.id): min(seq, room.seq)}, clock.now())
