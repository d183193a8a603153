"""What follows in a discussion from what happened."""

from community.accounts.facts import MemberLeft
from community.accounts.holders import holders
from community.discussions.facts import ReplyDeleted, ReplyHidden, ReplyRestored
from community.discussions.jobs import render_again
from community.discussions.keeping import forget_followings
from community.discussions.models import Quote, Reply
from community.discussions.rewriting import rerender
from community.members.facts import ProfileChanged
from community.spaces.facts import SpaceLeft
from community.storage import execute, fan_out, listens, rows, unit_of_work


@listens(ReplyDeleted, ReplyHidden, ReplyRestored)
async def on_quoted_post_changed(fact: ReplyDeleted | ReplyHidden | ReplyRestored) -> None:
    """Posts that quote a much quoted one were left empty in its transaction: render them now, each in a unit of its own."""
    quoting = await Quote.filter(quoted_id=fact.reply_id).values_list("reply_id", flat=True)
    for reply in await Reply.filter(id__in=sorted(set(quoting)), render_version=0):
        async with unit_of_work():
            await rerender(reply)


@listens(ProfileChanged, MemberLeft)
async def on_name_changed(fact: ProfileChanged | MemberLeft) -> None:
    """A quotation names whom it is from: those of a member who has a new name, or none any more, are rendered again."""
    found = await rows(
        """SELECT DISTINCT q.reply_id AS id FROM quotes AS q JOIN replies AS r ON r.id = q.quoted_id
           WHERE r.author_id = :member ORDER BY q.reply_id""",
        member=fact.member_id,
    )  # fmt: skip
    async with unit_of_work():
        await fan_out(render_again, [row["id"] for row in found])


@listens(MemberLeft)
async def on_member_left(fact: MemberLeft) -> None:
    """Pages that are kept by the version of a thread are made anew. Not in the unit of work in which they went: it holds their row,
    for which whoever posts at that moment waits with a thread in hand.
    """
    async with unit_of_work():
        await execute(
            """UPDATE threads SET version = version + 1
               WHERE author_id = :member OR id IN (SELECT thread_id FROM replies WHERE author_id = :member)""",
            member=fact.member_id,
        )  # fmt: skip


_INSIDE = """
    SELECT 'theme:' || c.id AS target FROM categories AS c WHERE c.space_id = :space
    UNION ALL SELECT 'thread:' || t.id FROM threads AS t JOIN categories AS c ON c.id = t.category_id WHERE c.space_id = :space
"""


@listens(SpaceLeft)
async def on_space_left(fact: SpaceLeft) -> None:
    """What a former member watched, followed or muted inside is forgotten; nothing of one who has come back since."""
    key = f"space:{fact.space_id}"
    if fact.member_id not in await holders(key):
        inside = [row["target"] for row in await rows(_INSIDE, space=fact.space_id)]
        await forget_followings(fact.member_id, [key, *inside])
