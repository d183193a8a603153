"""Who is told of a post or a message, and when it is gone."""

from community.chat.facts import MessageDeleted, MessageSent
from community.discussions.facts import AnswerAccepted, PostApproved, ReplyDeleted, ReplyHidden, ReplyPosted, ThreadStarted
from community.notifications.actions import notify, retract
from community.storage import fan_out, job, listens, row, rows, unit_of_work

MOST_MENTIONS = 20  # one post calls at most so many (SECURITY 38)

_POST = """
    SELECT r.id, r.number, r.author_id, r.state, t.id AS thread_id, t.author_id AS starter_id, t.audience, t.category_id, t.kind
    FROM replies AS r JOIN threads AS t ON t.id = r.thread_id JOIN categories AS c ON c.id = t.category_id WHERE r.id = :id
"""


@listens(ThreadStarted)
async def on_thread_started(fact: ThreadStarted) -> None:
    opening = await row("SELECT id FROM replies WHERE thread_id = :id AND number = 1", id=fact.thread_id)
    if opening:
        await _tell_of_post(opening["id"])


@listens(ReplyPosted, PostApproved)
async def on_reply(fact: ReplyPosted | PostApproved) -> None:
    await _tell_of_post(fact.reply_id)


async def _tell_of_post(reply_id: int) -> None:
    """Those it mentions, then who began the thread, then who watches it; the first reason counts."""
    post = await row(_POST, id=reply_id)
    if post is None or post["state"] != "posted":
        return
    about = {
        "cause": f"reply:{reply_id}", "root": f"thread:{post['thread_id']}", "audience": post["audience"],
        "actor_id": post["author_id"], "place": post["number"],
    }  # fmt: skip
    for member in await _mentioned(f"reply:{reply_id}", post["author_id"]):
        await notify(member, kind="mention", **about)
    if post["starter_id"] != post["author_id"] and not await _mutes(post["starter_id"], post["thread_id"]):
        await notify(post["starter_id"], kind="reply", **about)
    async with unit_of_work():
        await fan_out(tell_watchers, await _watchers(post), reply_id=reply_id)


async def _mentioned(source: str, author_id: int) -> list[int]:
    found = await rows(
        "SELECT target FROM text_references WHERE source = :source AND target LIKE 'member:%' ORDER BY target LIMIT :most",
        source=source, most=MOST_MENTIONS,
    )  # fmt: skip
    members = [int(one["target"].partition(":")[2]) for one in found]
    blocks = await rows("SELECT blocker_id FROM blocks WHERE blocked_id = :author", author=author_id)
    return [member for member in members if member != author_id and member not in {block["blocker_id"] for block in blocks}]


async def _mutes(member_id: int, thread_id: int) -> bool:
    found = await row(
        "SELECT 1 AS found FROM followings WHERE member_id = :member AND target = :target AND level = 'mute'",
        member=member_id, target=f"thread:{thread_id}",
    )  # fmt: skip
    return found is not None


async def _watchers(post: dict[str, object]) -> list[int]:
    """Who watches the thread or its place, and has muted nothing nearer: the thread, or the theme of a space that they watch."""
    found = await rows(
        """SELECT DISTINCT f.member_id FROM followings AS f WHERE f.level = 'watch' AND f.target IN :targets
           AND f.member_id <> :author AND NOT EXISTS (SELECT 1 FROM followings AS m WHERE m.member_id = f.member_id
               AND m.level = 'mute' AND (m.target = :thread OR (m.target = :theme AND f.target = :space))) ORDER BY f.member_id""",
        targets=[f"thread:{post['thread_id']}", f"theme:{post['category_id']}", str(post["audience"])], author=post["author_id"],
        thread=f"thread:{post['thread_id']}", theme=f"theme:{post['category_id']}", space=str(post["audience"]),
    )  # fmt: skip
    return [one["member_id"] for one in found]


@job
async def tell_watchers(ids: list[int], reply_id: int) -> None:
    post = await row(_POST, id=reply_id)
    if post is None or post["state"] != "posted":
        return
    for member in ids:
        await notify(
            member, kind="watched", cause=f"reply:{reply_id}", root=f"thread:{post['thread_id']}", audience=post["audience"],
            actor_id=post["author_id"], place=post["number"],
        )  # fmt: skip


@listens(AnswerAccepted)
async def on_answer(fact: AnswerAccepted) -> None:
    post = await row(_POST, id=fact.reply_id)
    if post and post["state"] == "posted" and post["author_id"] != post["starter_id"]:
        await notify(
            post["author_id"], kind="answer", cause=f"answer:{fact.reply_id}", root=f"thread:{fact.thread_id}",
            audience=post["audience"], actor_id=post["starter_id"],
        )  # fmt: skip


@listens(MessageSent)
async def on_message(fact: MessageSent) -> None:
    message = await row(
        """SELECT m.seq, m.author_id, m.state, r.audience FROM messages AS m JOIN rooms AS r ON r.id = m.room_id
           WHERE m.id = :id""",
        id=fact.message_id,
    )  # fmt: skip
    if message is None or message["state"] != "posted":
        return
    for member in await _mentioned(f"message:{fact.message_id}", message["author_id"]):
        await notify(
            member, kind="mention", cause=f"message:{fact.message_id}", root=f"room:{fact.room_id}", place=message["seq"],
            audience=message["audience"], actor_id=message["author_id"],
        )  # fmt: skip


@listens(ReplyDeleted, ReplyHidden)
async def on_reply_gone(fact: ReplyDeleted | ReplyHidden) -> None:
    post = await row("SELECT thread_id FROM replies WHERE id = :id", id=fact.reply_id)
    if post:
        await retract(f"thread:{post['thread_id']}", [f"reply:{fact.reply_id}", f"answer:{fact.reply_id}"])


@listens(MessageDeleted)
async def on_message_gone(fact: MessageDeleted) -> None:
    await retract(f"room:{fact.room_id}", [f"message:{fact.message_id}"])
