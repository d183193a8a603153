"""The rows of conversations, in the caller's unit of work, which has asked who may."""

from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError

from community import clock
from community.accounts.holders import holders
from community.audience import Viewer, grant, member_key, revoke
from community.chat.keeping import open_room_of
from community.chat.storing import form_changes
from community.conversations.facts import ConversationAnswered, ConversationAsked, ConversationLeft
from community.conversations.models import Conversation, ConversationRequest
from community.discussions.keeping import follow_at_first
from community.storage import announce, execute, once, unit_of_work
from community.text.gettext import INTERFACE_LANGUAGES

KIND = "conversation"


def pair_of(one: int, other: int) -> str:
    return f"{min(one, other)}:{max(one, other)}"


async def other_of(conversation: Conversation, member_id: int) -> int | None:
    """The second of a pair; None in a group."""
    ids = [int(part) for part in (conversation.pair or "").split(":") if part]
    return next((one for one in ids if one != member_id), None)


async def locked_pair(actor: Viewer, other_id: int) -> tuple[Conversation, bool]:
    """The one conversation of two members, locked, and whether it begins now. Two who begin it at the same moment begin one."""
    pair = pair_of(actor.member or 0, other_id)
    if found := await Conversation.filter(pair=pair).select_for_update().first():
        return found, False
    try:
        async with unit_of_work():
            return await _begun(await Conversation.create(pair=pair, author_id=actor.member, client_id=uuid4(), audience="")), True
    except IntegrityError:  # on PostgreSQL the other one may have committed since we looked
        return await Conversation.filter(pair=pair).select_for_update().get(), False


async def locked_group(actor: Viewer, client_id: UUID, name: str) -> tuple[Conversation, bool]:
    """A group, once per client id, and whether it begins now."""
    conversation, is_new = await once(Conversation, actor, client_id, audience="")
    return (await _begun(conversation, name), True) if is_new else (conversation, False)


async def _begun(conversation: Conversation, name: str = "") -> Conversation:
    """With its key, which needs its id, and its room."""
    starter = Viewer(member=conversation.author_id)
    room = await open_room_of(
        starter, conversation.key, conversation.client_id, kind=KIND, name=name, slow_s=0, languages=list(INTERFACE_LANGUAGES)
    )
    conversation.audience, conversation.room_id = conversation.key, room.id
    await conversation.save(update_fields=["audience", "room_id"])
    if conversation.pair is None:
        await grant(conversation.key, member_key(conversation.author_id), "host")
    await let_in(conversation, conversation.author_id)
    return conversation


async def let_in(conversation: Conversation, member_id: int) -> None:
    """They hold the key from now on, and hear of what is new."""
    await grant(conversation.key, member_key(member_id), "member")
    await follow_at_first(member_id, f"room:{conversation.room_id}", "follow")


async def locked_conversation(conversation_id: int) -> Conversation:
    return await Conversation.filter(id=conversation_id).select_for_update().get()


async def asked_into(conversation: Conversation) -> list[int]:
    """Who has been asked and has not said yes: those who said no stand among them, for all that the others can see."""
    found = await ConversationRequest.filter(conversation_id=conversation.id, state__in=["asked", "declined"]).order_by("id")
    return [one.member_id for one in found]


async def set_waiting(conversation: Conversation, waiting: bool) -> None:
    await execute("UPDATE rooms SET waiting = :waiting WHERE id = :room", waiting=waiting, room=conversation.room_id)
    await form_changes(conversation.room_id or 0)


async def ask(conversation: Conversation, actor: Viewer, member_id: int, message_id: int | None) -> None:
    """Ask somebody to come in. Repeating it changes nothing, after a no as well; who has left a group may be asked again."""
    asked = await ConversationRequest.filter(conversation_id=conversation.id, member_id=member_id).select_for_update().first()
    if asked is None:
        asked = ConversationRequest(conversation_id=conversation.id, member_id=member_id, audience=member_key(member_id))
    elif asked.state == "refused":  # it looks as if they were asked
        await ConversationRequest.filter(id=asked.id).update(state="declined")
        return
    elif asked.state != "left" and (asked.state == "declined" or asked.author_id in await holders(conversation.key)):
        return
    asked.author_id, asked.message_id, asked.state = actor.member or 0, message_id, "asked"
    asked.asked_at, asked.answered_at = clock.now(), None
    await asked.save()
    await announce(ConversationAsked(asked.id))


async def request_to(conversation: Conversation, member_id: int) -> ConversationRequest | None:
    return await ConversationRequest.filter(conversation_id=conversation.id, member_id=member_id).select_for_update().first()


async def take_back(request: ConversationRequest) -> None:
    """Nobody is asked any more; who had said no is never asked again."""
    if request.state in {"asked", "declined"}:
        await answer(request, "left" if request.state == "asked" else "refused")


async def answer(request: ConversationRequest, state: str) -> None:
    if request.state != state:
        request.state, request.answered_at = state, clock.now()
        await request.save(update_fields=["state", "answered_at"])
        await announce(ConversationAnswered(request.id))


async def go(conversation: Conversation, member_id: int) -> None:
    """Somebody is out of a group within a second, on every socket. Whoever has been there longest becomes host after the host.

    What they asked of others is taken back: it could not be answered, and nobody else could ask them.
    """
    hosted = member_id in await holders(conversation.key, "host")
    await revoke(conversation.key, member_key(member_id))
    if request := await request_to(conversation, member_id):
        await answer(request, "left")
    for asked in await ConversationRequest.filter(conversation_id=conversation.id, author_id=member_id).select_for_update():
        await take_back(asked)
    left = await holders(conversation.key)
    if hosted and left:
        await grant(conversation.key, member_key(left[0]), "host")
    await announce(ConversationLeft(conversation.id, member_id))


async def part(blocker_id: int, blocked_id: int, *, begins: bool) -> None:
    """Who blocks the other of a pair is out of it until they unblock; the other one's side stays as it is, and says nothing."""
    conversation = await Conversation.filter(pair=pair_of(blocker_id, blocked_id)).select_for_update().first()
    if conversation is None:
        return
    if begins:
        await revoke(conversation.key, member_key(blocker_id))
        return
    request = await request_to(conversation, blocker_id)
    if request is None or request.state == "accepted":
        await let_in(conversation, blocker_id)
