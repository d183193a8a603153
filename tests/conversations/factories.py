"""Conversations, begun the way members begin them."""

from uuid import uuid4

from community.accounts.models import Member
from community.chat.models import Room
from community.conversations.actions import NewGroup, accept, begin_group, write_to
from community.conversations.models import Conversation, ConversationRequest
from tests.viewers import viewer_of


async def write(one: Member, other: Member, text: str = "Good morning, may I ask you something?") -> Room:
    sent = await write_to(await viewer_of(one), other.id, text, uuid4())
    return await Room.get(id=sent.room_id)


async def talk(one: Member, other: Member, text: str = "Good morning") -> Room:
    """The conversation of two, accepted by the second."""
    room = await write(one, other, text)
    for request in await ConversationRequest.filter(member_id=other.id, state="asked"):
        await accept(await viewer_of(other), request.id)
    return await Room.get(id=room.id)


async def group(host: Member, *others: Member, name: str = "", text: str = "Welcome") -> Conversation:
    """A group that everybody has come into."""
    begun = await begin_group(await viewer_of(host), NewGroup([one.id for one in others], text, name), uuid4())
    for other in others:
        request = await ConversationRequest.get(conversation_id=begun.id, member_id=other.id)
        await accept(await viewer_of(other), request.id)
    return begun
