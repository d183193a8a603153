"""What somebody followed and read goes with them; what they posted stays under nobody's name, and can be emptied."""

from community.accounts.departing import goes_along
from community.accounts.emptying import empties
from community.accounts.unnaming import unname_table, unnames
from community.audience import Viewer
from community.discussions import unnaming
from community.discussions.actions import take_down, touch
from community.discussions.models import Reply, Thread
from community.storage import execute, rows, unit_of_work, value

assert unnaming  # registers what takes the handle out of texts


@goes_along
async def reading(member_id: int) -> None:
    for table in ("reading_positions", "followings"):
        await execute(f"DELETE FROM {table} WHERE member_id = :member", member=member_id)


@goes_along
async def waiting_posts(member_id: int) -> None:
    """Nobody lets through what nobody would have written."""
    await execute(
        """UPDATE held_posts SET state = 'returned', title = '', source = '', html = ''
           WHERE author_id = :member AND state = 'waiting'""",
        member=member_id,
    )  # fmt: skip


@unnames
async def held_posts(member_id: int, handle: str) -> None:
    await unname_table("held_posts", "source", "html", member_id, handle)


async def _standing(member_id: int) -> int:
    sql = "SELECT COUNT(*) FROM replies WHERE author_id = :member AND state <> 'deleted'"
    return int(await value(sql, member=member_id) or 0)


_POSTS = """
    SELECT r.id, r.thread_id, t.audience FROM replies AS r JOIN threads AS t ON t.id = r.thread_id
    WHERE r.author_id = :member AND r.state <> 'deleted' ORDER BY r.id LIMIT :most
"""


@empties(_standing)
async def posts(member_id: int, most: int) -> int:
    """As their author would delete them, each by itself, also those that are hidden."""
    found = await rows(_POSTS, member=member_id, most=most)
    for one in found:
        async with unit_of_work():
            thread = await Thread.visible_to(Viewer(audiences=frozenset({one["audience"]}))).locked(one["thread_id"])
            reply = await Reply.get(id=one["id"])
            if reply.state != "deleted":
                await take_down(thread, reply)
    return len(found)


async def _reactions(member_id: int) -> int:
    return int(await value("SELECT COUNT(DISTINCT reply_id) FROM reactions WHERE member_id = :member", member=member_id) or 0)


@empties(_reactions)
async def reactions(member_id: int, most: int) -> int:
    found = await rows(
        """SELECT DISTINCT x.reply_id, r.thread_id FROM reactions AS x JOIN replies AS r ON r.id = x.reply_id
           WHERE x.member_id = :member ORDER BY x.reply_id LIMIT :most""",
        member=member_id, most=most,
    )  # fmt: skip
    for one in found:
        async with unit_of_work():
            await execute(
                "DELETE FROM reactions WHERE member_id = :member AND reply_id = :reply", member=member_id, reply=one["reply_id"]
            )
            await touch(one["thread_id"])
    return len(found)
