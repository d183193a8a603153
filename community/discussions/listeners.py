"""What follows in a discussion from what happened."""

from community.discussions.facts import ReplyDeleted, ReplyHidden, ReplyRestored
from community.discussions.models import Quote, Reply
from community.discussions.rewriting import rerender
from community.storage import listens, unit_of_work


@listens(ReplyDeleted, ReplyHidden, ReplyRestored)
async def on_quoted_post_changed(fact: ReplyDeleted | ReplyHidden | ReplyRestored) -> None:
    """Posts that quote a much quoted one were left empty in its transaction: render them now, each in a unit of its own."""
    quoting = await Quote.filter(quoted_id=fact.reply_id).values_list("reply_id", flat=True)
    for reply in await Reply.filter(id__in=sorted(set(quoting)), render_version=0):
        async with unit_of_work():
            await rerender(reply)
