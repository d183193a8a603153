"""Who is told of conversations: of a request, of a yes, and of what is new and unread, once until they have read it."""

from datetime import timedelta
from typing import Any

from community.accounts.holders import holders
from community.audience import member_key
from community.chat.facts import MessageSent
from community.conversations.facts import ConversationAnswered, ConversationAsked, ConversationLeft
from community.notifications.actions import finish_about, finish_for_all, notify
from community.notifications.telling import About, tell
from community.storage import listens, row, rows

PATIENCE = timedelta(minutes=10)  # whoever is there reads it on the site meanwhile, and gets no letter

_REQUEST = """
    SELECT q.id, q.member_id, q.author_id, q.state, q.asked_at, c.id AS conversation, c.pair FROM conversation_requests AS q
    JOIN conversations AS c ON c.id = q.conversation_id WHERE q.id = :id
"""
_MESSAGE = """
    SELECT m.id, m.seq, m.author_id, r.id AS room, r.audience, c.id AS conversation FROM messages AS m
    JOIN rooms AS r ON r.id = m.room_id JOIN conversations AS c ON c.room_id = r.id
    WHERE m.id = :id AND m.state = 'posted' AND c.audience = r.audience
"""
_DEAF = """
    SELECT f.member_id FROM followings AS f WHERE f.target = :room AND f.level = 'mute'
    UNION
    SELECT n.member_id FROM notifications AS n LEFT JOIN room_positions AS p ON p.member_id = n.member_id AND p.room_id = :id
    WHERE n.root = :room AND n.kind = 'conversation_message' AND n.done_at IS NULL AND n.place > COALESCE(p.seq, 0)
"""


@listens(ConversationAsked)
async def on_asked(fact: ConversationAsked) -> None:
    asked = await row(_REQUEST, id=fact.request_id)
    if asked and asked["state"] == "asked":
        root, key = f"request:{asked['id']}", member_key(asked["member_id"])
        kind = "conversation_request" if asked["pair"] else "conversation_invited"
        asked_at = int(asked["asked_at"].timestamp() * 1000)  # whoever has left, or was asked by somebody who left, is asked anew
        cause = f"{root}:{asked_at}"
        await notify(asked["member_id"], kind=kind, cause=cause, root=root, audience=key, actor_id=asked["author_id"])


@listens(ConversationAnswered)
async def on_answered(fact: ConversationAnswered) -> None:
    """Whoever asked hears of a yes. Of a no nobody hears."""
    asked = await row(_REQUEST, id=fact.request_id)
    if asked is None or asked["state"] == "asked":
        return
    await finish_for_all(f"request:{asked['id']}")
    if asked["state"] == "accepted":
        kind = "conversation_accepted" if asked["pair"] else "conversation_joined"
        await notify(
            asked["author_id"], kind=kind, cause=f"accepted:{asked['id']}",
            root=f"conversation:{asked['conversation']}", audience=f"conversation:{asked['conversation']}",
            actor_id=asked["member_id"],
        )  # fmt: skip


@listens(ConversationLeft)
async def on_left(fact: ConversationLeft) -> None:
    """What they asked of others cannot be answered while they are out of it."""
    if fact.member_id not in await holders(f"conversation:{fact.conversation_id}"):
        for one in await rows(_ASKED_BY, conversation=fact.conversation_id, member=fact.member_id):
            await finish_for_all(f"request:{one['id']}")


_ASKED_BY = "SELECT id FROM conversation_requests WHERE conversation_id = :conversation AND author_id = :member AND state = 'asked'"


@listens(MessageSent)
async def on_message(fact: MessageSent) -> None:
    """Those in the conversation who have not muted it and are not told already that something waits there."""
    message = await row(_MESSAGE, id=fact.message_id)
    if message is None:
        return
    await finish_about(message["author_id"], f"conversation:{message['conversation']}")  # who writes knows that they may
    deaf = await _deaf(message)
    members = [one for one in await holders(message["audience"]) if one not in deaf]
    cause, root = f"message:{message['id']}", f"room:{message['room']}"
    about = About(cause, root, message["author_id"], message["seq"], message["audience"], PATIENCE)
    await tell("conversation_message", members, about)


async def _deaf(message: dict[str, Any]) -> set[int]:
    found = await rows(_DEAF, room=f"room:{message['room']}", id=message["room"])
    return {one["member_id"] for one in found}
