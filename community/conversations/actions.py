"""What members do with conversations: begin, answer, add, name, leave."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from community import clock
from community.accounts.blocking import block, has_blocked
from community.accounts.holders import holders
from community.accounts.models import Member
from community.audience import Viewer
from community.chat.actions import send_message
from community.chat.committing import Sent, body_of
from community.chat.facts import RoomChanged
from community.conversations import storing
from community.conversations.acquaintance import institutions_of, strangers
from community.conversations.models import MOST_PEOPLE, Conversation, ConversationRequest
from community.conversations.policies import can_add, can_ask_strangers, can_be_asked, can_leave, hosts, is_group
from community.errors import Invalid, NotFound, Refused, TooMany, ensure
from community.storage import announce, execute, unit_of_work, value
from community.text.gettext import _

MOST_ASKED_A_DAY = 24


@dataclass(frozen=True)
class NewGroup:
    """What a group begins with. `name` may be "": then it is called by those in it."""

    people: Sequence[int]
    text: str
    name: str = ""


async def write_to(actor: Viewer, member_id: int, text: str, client_id: UUID) -> Sent:
    """Write to one member, in the one conversation of the two. The first message to a stranger is a request; writing to somebody
    who has asked is a yes. Whoever is blocked by the other learns nothing of it.

    Raises NotFound, Invalid("text"), Refused, TooMany.
    """
    await body_of(text, actor)  # what cannot be rendered is refused before anything is locked
    async with unit_of_work():
        other = await _addressee(actor, member_id)
        conversation, is_new = await storing.locked_pair(actor, other.id)
        if is_new:
            return await _begin_pair(actor, conversation, other, text, client_id)
        if request := await storing.request_to(conversation, actor.member or 0):
            await _come_in(request, conversation)
        return await _say(actor, conversation, text, client_id)


async def _begin_pair(actor: Viewer, conversation: Conversation, other: Member, text: str, client_id: UUID) -> Sent:
    unknown = await _may_be_asked(actor, [other])
    sent = await _say(actor, conversation, text, client_id)
    if other.id in unknown:
        await _not_too_many(actor)
        await storing.ask(conversation, actor, other.id, sent.message_id)
        await storing.set_waiting(conversation, waiting=True)
    elif not await has_blocked(other.id, actor.member or 0):
        await storing.let_in(conversation, other.id)
    return sent


async def begin_group(actor: Viewer, new: NewGroup, client_id: UUID) -> Conversation:
    """Begin a conversation of several with a first message. Everybody is asked; nobody writes more before the first has come in.

    Raises NotFound, Invalid("people" | "text"), Refused, TooMany.
    """
    await body_of(new.text, actor)
    people = [one for one in dict.fromkeys(new.people) if one != actor.member]
    if len(people) >= MOST_PEOPLE:
        raise Invalid("people", _too_many())
    async with unit_of_work():
        others = [await _addressee(actor, one) for one in people]
        conversation, is_new = await storing.locked_group(actor, client_id, new.name)
        if is_new:
            await _may_be_asked(actor, others)
            await _not_too_many(actor, len(others))
            sent = await _say(actor, conversation, new.text, client_id)
            for other in others:
                await storing.ask(conversation, actor, other.id, sent.message_id)
            await storing.set_waiting(conversation, waiting=True)
    return conversation


async def add(actor: Viewer, conversation_id: int, people: Sequence[int]) -> None:
    """Ask more people into a group: whoever comes reads everything that was written there. Raises NotFound, Invalid, Refused."""
    async with unit_of_work():
        conversation = await Conversation.visible_to(actor).locked(conversation_id)
        ensure(can_add(actor, conversation))
        inside = await holders(conversation.key)
        others = [await _addressee(actor, one) for one in dict.fromkeys(people) if one not in inside]
        asked = await storing.asked_into(conversation)
        if len({*inside, *asked, *(other.id for other in others)}) > MOST_PEOPLE:
            raise Invalid("people", _too_many())
        await _may_be_asked(actor, others)
        await _not_too_many(actor, len(others))
        for other in others:
            await storing.ask(conversation, actor, other.id, None)


async def accept(actor: Viewer, request_id: int) -> Conversation:
    """Come in. Raises NotFound where whoever asked is out of it by now. Repeating it changes nothing."""
    async with unit_of_work():
        request, conversation = await _asked(actor, request_id)
        await _come_in(request, conversation)
    return conversation


async def decline(actor: Viewer, request_id: int) -> None:
    """No; nobody is told. Writing to them later is still possible."""
    async with unit_of_work():
        request, _conversation = await _asked(actor, request_id)
        if request.state == "asked":
            await storing.answer(request, "declined")


async def block_asker(actor: Viewer, request_id: int) -> None:
    """No, and nothing more from them."""
    async with unit_of_work():
        request, _conversation = await _asked(actor, request_id)
        if request.state == "asked":
            await storing.answer(request, "declined")
        await block(actor, request.author_id)


async def leave(actor: Viewer, conversation_id: int) -> None:
    async with unit_of_work():
        conversation = await Conversation.visible_to(actor).locked(conversation_id)
        ensure(can_leave(actor, conversation), "two", _("Two stay two. Mute the conversation, or block the other one."))
        await storing.go(conversation, actor.member or 0)


async def remove(actor: Viewer, conversation_id: int, member_id: int) -> None:
    """The host takes somebody out, or takes back that they were asked. Raises NotFound for who is neither."""
    async with unit_of_work():
        conversation = await Conversation.visible_to(actor).locked(conversation_id)
        ensure(hosts(actor, conversation) and member_id != actor.member)
        if member_id in await holders(conversation.key):
            await storing.go(conversation, member_id)
        elif request := await storing.request_to(conversation, member_id):
            await storing.take_back(request)
        else:
            raise NotFound


async def rename(actor: Viewer, conversation_id: int, name: str) -> None:
    """Name a group; "" calls it by those in it."""
    async with unit_of_work():
        conversation = await Conversation.visible_to(actor).locked(conversation_id)
        ensure(hosts(actor, conversation))
        await execute("UPDATE rooms SET name = :name, version = version + 1 WHERE id = :id", name=name, id=conversation.room_id)
        await announce(RoomChanged(conversation.room_id or 0))


async def _addressee(actor: Viewer, member_id: int) -> Member:
    """A member who can be written to. Raises NotFound, Refused for oneself and for whom the actor has blocked."""
    other = await Member.get_or_none(id=member_id, suspended_at=None)
    if other is None or other.admitted_at is None or other.confirmed_at is None:
        raise NotFound
    if other.id == actor.member:
        raise Refused("oneself", _("That is yourself. Choose somebody else."))
    if await has_blocked(actor.member or 0, other.id):
        raise Refused("blocked", _("You have blocked %(name)s. Unblock them on their page first.") % {"name": other.name})
    return other


async def _may_be_asked(actor: Viewer, others: Sequence[Member]) -> set[int]:
    """Those of them whom the actor does not know. Raises Refused where one of them cannot be written to first."""
    for other in others:
        if not can_be_asked(actor, other, await institutions_of(other.id) if other.is_under_18 else frozenset()):
            why = _("You cannot write to %(name)s first. They can write to you.")
            raise Refused("first", why % {"name": other.name})
    unknown = await strangers(actor, [other.id for other in others])
    ensure(
        not unknown or can_ask_strangers(actor), "newcomer",
        _("As a new member you can write to people you know from a space or your institution. Others can write to you."),
    )  # fmt: skip
    return unknown


async def _not_too_many(actor: Viewer, more: int = 1) -> None:
    since = clock.now() - timedelta(days=1)
    sql = "SELECT COUNT(*) FROM conversation_requests WHERE author_id = :me AND asked_at > :since"
    if int(await value(sql, me=actor.member, since=since) or 0) + more > MOST_ASKED_A_DAY:
        raise TooMany(3600)


def _too_many() -> str:
    return _("A conversation holds %(most)d people at most. A space has room for more.") % {"most": MOST_PEOPLE}


async def _asked(actor: Viewer, request_id: int) -> tuple[ConversationRequest, Conversation]:
    """A request and its conversation, while it stands. Whoever asked and has blocked the actor since has taken nothing back: the
    actor is not told.
    """
    seen = await ConversationRequest.visible_to(actor).one(id=request_id)
    conversation = await storing.locked_conversation(seen.conversation_id)  # before the request, as by those who write
    request = await ConversationRequest.visible_to(actor).locked(request_id)
    is_dead = request.state in {"left", "refused"} or await has_blocked(actor.member or 0, request.author_id)
    has_gone = is_group(conversation) and request.author_id not in await holders(conversation.key)
    if request.state != "accepted" and (is_dead or has_gone):
        raise NotFound
    return request, conversation


async def _come_in(request: ConversationRequest, conversation: Conversation) -> None:
    if request.state != "accepted":
        await storing.answer(request, "accepted")
        await storing.let_in(conversation, request.member_id)
        await storing.set_waiting(conversation, waiting=False)


async def _say(actor: Viewer, conversation: Conversation, text: str, client_id: UUID) -> Sent:
    keyed = replace(actor, audiences=actor.audiences | {conversation.key})
    return await send_message(keyed, conversation.room_id or 0, text, client_id, actor.language)
