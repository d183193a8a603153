"""Who is told of a post, and when it is gone."""

from typing import Any

from community.discussions.facts import AnswerAccepted, PostApproved, ReplyDeleted, ReplyHidden, ReplyPosted, ThreadStarted
from community.notifications.actions import finish_above, notify, retract
from community.notifications.standing import KIND, standing
from community.notifications.telling import About, tell
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
    """Those it mentions, those it quotes, who began the thread, then who watches or follows; the first reason counts."""
    post = await row(_POST, id=reply_id)
    if post is None or post["state"] != "posted":
        return
    about = _about(post)
    await finish_above(post["author_id"], about.root, about.place)
    people = (
        ("mention", await mentioned(f"reply:{reply_id}")), ("quote", await _quoted(reply_id)), ("reply", [post["starter_id"]]),
    )  # fmt: skip
    deaf = await muting(f"thread:{post['thread_id']}", [member for _kind, members in people for member in members])
    for kind, members in people:
        await tell(kind, [member for member in members if member not in deaf], about)
    async with unit_of_work():
        await fan_out(tell_watchers, sorted(await _levels(post)), reply_id=reply_id)


def _about(post: dict[str, Any]) -> About:
    return About(f"reply:{post['id']}", f"thread:{post['thread_id']}", post["author_id"], post["number"])


async def mentioned(source: str) -> list[int]:
    found = await rows(
        "SELECT target FROM text_references WHERE source = :source AND target LIKE 'member:%' ORDER BY target LIMIT :most",
        source=source, most=MOST_MENTIONS,
    )  # fmt: skip
    return [int(one["target"].partition(":")[2]) for one in found]


async def _quoted(reply_id: int) -> list[int]:
    """The authors of the posts it quotes."""
    found = await rows(
        """SELECT DISTINCT r.author_id FROM quotes AS q JOIN replies AS r ON r.id = q.quoted_id
           WHERE q.reply_id = :id AND r.state = 'posted' ORDER BY r.author_id LIMIT :most""",
        id=reply_id, most=MOST_MENTIONS,
    )  # fmt: skip
    return [one["author_id"] for one in found]


async def muting(target: str, members: list[int]) -> set[int]:
    found = await rows(
        "SELECT member_id FROM followings WHERE target = :target AND level = 'mute' AND member_id IN :members",
        target=target, members=members,
    )  # fmt: skip
    return {one["member_id"] for one in found}


async def _levels(post: dict[str, Any], members: list[int] | None = None) -> dict[int, tuple[str, str]]:
    """{member: (kind, via)} of those who watch or follow the thread or its place; of all, or of some members."""
    places = {f"thread:{post['thread_id']}": "thread", f"theme:{post['category_id']}": "theme", post["audience"]: "space"}
    only, ids = ("", {}) if members is None else ("AND member_id IN :members", {"members": members})
    found = await rows(
        f"SELECT member_id, target, level FROM followings WHERE target IN :targets {only}", targets=sorted(places), **ids
    )
    said: dict[int, dict[str, str]] = {}
    for one in found:
        said.setdefault(one["member_id"], {})[places[one["target"]]] = one["level"]
    return {member: stands for member, levels in said.items() if (stands := standing(levels))}


@job
async def tell_watchers(ids: list[int], reply_id: int) -> None:
    """A page of them, by what they have said at this moment."""
    post = await row(_POST, id=reply_id)
    if post is None or post["state"] != "posted":
        return
    levels = await _levels(post, ids)
    for kind in KIND.values():
        via = {member: stands[1] for member, stands in levels.items() if stands[0] == kind}
        await tell(kind, sorted(via), _about(post), via)


@listens(AnswerAccepted)
async def on_answer(fact: AnswerAccepted) -> None:
    post = await row(_POST, id=fact.reply_id)
    if post and post["state"] == "posted" and post["author_id"] != post["starter_id"]:
        await notify(
            post["author_id"], kind="answer", cause=f"answer:{fact.reply_id}", root=f"thread:{fact.thread_id}",
            actor_id=post["starter_id"],
        )  # fmt: skip


@listens(ReplyDeleted, ReplyHidden)
async def on_reply_gone(fact: ReplyDeleted | ReplyHidden) -> None:
    post = await row("SELECT thread_id FROM replies WHERE id = :id", id=fact.reply_id)
    if post:
        await retract(f"thread:{post['thread_id']}", [f"reply:{fact.reply_id}", f"answer:{fact.reply_id}"])
