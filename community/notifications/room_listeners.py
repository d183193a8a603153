"""Who is told of a message in a room, and when it is gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from community.chat.facts import MessageDeleted, MessageSent
from community.notifications.actions import finish_above, retract
from community.notifications.post_listeners import mentioned, muting
from community.notifications.queries import FAR, MOST_BEHIND
from community.notifications.telling import About, tell
from community.storage import fan_out, job, listens, row, rows, unit_of_work

PATIENCE = timedelta(minutes=10)  # before a letter: whoever is answered is mostly still in the room

_MESSAGE = """
    SELECT m.id, m.seq, m.author_id, m.state, m.room_id, r.audience, o.author_id AS answered
    FROM messages AS m JOIN rooms AS r ON r.id = m.room_id LEFT JOIN messages AS o ON o.id = m.reply_to AND o.state = 'posted'
    WHERE m.id = :id
"""
# Whoever is more than MOST_BEHIND entries behind is told once, until they have dealt with it: a busy room writes no row for each of
# them at each message.
_WATCHING = """
    SELECT f.member_id, CASE WHEN p.seq < :far THEN 1 ELSE 0 END AS is_far
    FROM followings AS f LEFT JOIN room_positions AS p ON p.member_id = f.member_id AND p.room_id = :room
    WHERE f.target = :target AND f.level = 'watch' AND (p.seq IS NULL OR p.seq < :seq)
        AND (p.seq IS NULL OR p.seq >= :far OR NOT EXISTS (
            SELECT 1 FROM notifications AS n WHERE n.member_id = f.member_id AND n.root = :target AND n.kind = 'room_watched'
                AND n.done_at IS NULL AND n.place > p.seq))
    ORDER BY f.member_id
"""


@listens(MessageSent)
async def on_message(fact: MessageSent) -> None:
    """Those it mentions, whom it answers, then who watches the room and has not read it already."""
    message = await row(_MESSAGE, id=fact.message_id)
    if message is None or message["state"] != "posted":
        return
    await finish_above(message["author_id"], f"room:{fact.room_id}", message["seq"])
    named = await mentioned(f"message:{fact.message_id}")
    answered = [message["answered"]] if message["answered"] else []
    deaf = await muting(f"room:{fact.room_id}", named + answered) if named or answered else set()
    await tell("mention", [member for member in named if member not in deaf], _about(message))
    await tell("quote_room", [member for member in answered if member not in deaf], replace(_about(message), patience=PATIENCE))
    if watching := await _watching(message):
        async with unit_of_work():
            await fan_out(tell_room_watchers, list(watching), message_id=fact.message_id)


@job
async def tell_room_watchers(ids: list[int], message_id: int) -> None:
    """A page of them, by what they have said and read at this moment."""
    message = await row(_MESSAGE, id=message_id)
    if message and message["state"] == "posted":
        watching = await _watching(message)
        via = {member: FAR for member, is_far in watching.items() if is_far}
        await tell("room_watched", [one for one in ids if one in watching], _about(message), via)


async def _watching(message: dict[str, Any]) -> dict[int, bool]:
    """Those who are to be told, and whether they are far behind."""
    about = {"room": message["room_id"], "target": f"room:{message['room_id']}"}
    found = await rows(_WATCHING, seq=message["seq"], far=message["seq"] - MOST_BEHIND, **about)
    return {one["member_id"]: bool(one["is_far"]) for one in found}


def _about(message: dict[str, Any]) -> About:
    """With the room's key as read: a room is locked for each message, and must not wait for those who are told."""
    return About(
        f"message:{message['id']}", f"room:{message['room_id']}", message["author_id"], message["seq"], message["audience"]
    )  # fmt: skip


@listens(MessageDeleted)
async def on_message_gone(fact: MessageDeleted) -> None:
    await retract(f"room:{fact.room_id}", [f"message:{fact.message_id}"])
