"""Who is told of a decision, and who decides on what was reported in a discussion that moved."""

from community.audience import STEWARDS, member_key, moves_with
from community.discussions.facts import ThreadMoved
from community.discussions.policies import moderators_key
from community.moderation.facts import FlagDecided, Ruled
from community.notifications.actions import notify
from community.storage import execute, listens, row, rows, unit_of_work


@listens(Ruled)
async def on_ruling(fact: Ruled) -> None:
    """The member whom it concerns. The moderator's name stands on the page of the decision."""
    ruling = await row("SELECT id, member_id, verb FROM rulings WHERE id = :id", id=fact.ruling_id)
    if ruling:
        subject = f"ruling:{ruling['id']}"
        key = member_key(ruling["member_id"])
        await notify(ruling["member_id"], cause=subject, kind=f"post_{ruling['verb']}", root=subject, audience=key)


@listens(FlagDecided)
async def on_flag_decided(fact: FlagDecided) -> None:
    """Everybody who reported it: that somebody looked, and what came of it."""
    found = await rows(
        """SELECT r.id, r.author_id FROM reports AS r JOIN flags AS f ON f.subject = r.subject
           WHERE f.id = :id AND r.state <> 'open'""",
        id=fact.flag_id,
    )  # fmt: skip
    for report in found:
        subject, key = f"report:{report['id']}", member_key(report["author_id"])
        await notify(report["author_id"], cause=subject, kind="report_decided", root=subject, audience=key)


@moves_with
async def follow_thread(root: str, _audience: str) -> None:
    """What was reported in a discussion is for those who moderate where it is now: the former ones may not read it."""
    kind, _colon, number = root.partition(":")
    thread = await row(
        "SELECT category_id, COALESCE(audience_when_released, audience) AS base FROM threads WHERE id = :id",
        id=int(number) if kind == "thread" else 0,
    )  # fmt: skip
    if thread:
        await execute(
            """UPDATE flags SET audience = :key WHERE state = 'open' AND audience <> :copies
               AND subject IN (SELECT 'reply:' || r.id FROM replies AS r WHERE r.thread_id = :id)""",
            key=moderators_key(thread["category_id"], thread["base"]), copies=STEWARDS, id=int(number),
        )  # fmt: skip


@moves_with
async def follow_room(root: str, _audience: str) -> None:
    """Nor what was reported in a room."""
    kind, _colon, number = root.partition(":")
    if kind == "room":
        await execute(
            """UPDATE flags SET audience = (SELECT 'moderators:' || COALESCE(r.audience_when_released, r.audience)
                                            FROM rooms AS r WHERE r.id = :id)
               WHERE state = 'open' AND audience <> :copies
               AND subject IN (SELECT 'message:' || m.id FROM messages AS m WHERE m.room_id = :id)""",
            copies=STEWARDS, id=int(number),
        )  # fmt: skip


@listens(ThreadMoved)
async def on_thread_moved(fact: ThreadMoved) -> None:
    """Also between two places with the same readers."""
    async with unit_of_work():
        await follow_thread(f"thread:{fact.thread_id}", "")
