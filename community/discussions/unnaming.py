"""Posts that call somebody who has left."""

from community.accounts.unnaming import unnames
from community.discussions.actions import touch
from community.discussions.facts import ReplyEdited
from community.discussions.models import Quote, Reply, Revision
from community.discussions.rewriting import rerender
from community.storage import announce, execute, rows, unit_of_work
from community.text.references import forget_references_to, naming_of_kind
from community.text.unnaming import handle_in, unnamed, unnamed_json


@unnames
async def posts(member_id: int, handle: str) -> None:
    for source in await naming_of_kind(f"member:{member_id}", "reply"):
        async with unit_of_work():
            await _unname(int(source.partition(":")[2]), member_id, handle)
            await forget_references_to(f"member:{member_id}", source)


async def _unname(reply_id: int, member_id: int, handle: str) -> None:
    """With what it said before, and the words of it that others quote. The thread is locked by the first statement."""
    for one in await rows("SELECT thread_id FROM replies WHERE id = :id", id=reply_id):
        await touch(one["thread_id"])
    reply = await Reply.get_or_none(id=reply_id)
    if reply is None:
        return
    handle = handle_in(reply.html, member_id, handle)
    reply.source = unnamed(reply.source, handle)
    await reply.save(update_fields=["source"])
    for revision in await Revision.filter(reply_id=reply_id):
        revision.source = unnamed(revision.source, handle)
        await revision.save(update_fields=["source"])
    await _unname_hidden(reply_id, handle)
    quoting = {reply_id}
    for quote in [*await Quote.filter(reply_id=reply_id), *await Quote.filter(quoted_id=reply_id)]:
        quote.words = unnamed(quote.words, handle)
        await quote.save(update_fields=["words"])
        quoting.add(quote.reply_id)
    for each in await Reply.filter(id__in=sorted(quoting)):
        await rerender(each)
    await announce(*(ReplyEdited(each) for each in sorted(quoting)))


async def _unname_hidden(reply_id: int, handle: str) -> None:
    """What moderators have put aside, and could bring back."""
    for one in await rows("SELECT id, source, revisions, words FROM hidden_posts WHERE reply_id = :id", id=reply_id):
        await execute(
            "UPDATE hidden_posts SET source = :source, revisions = :revisions, words = :words WHERE id = :id",
            source=unnamed(one["source"], handle), revisions=unnamed_json(one["revisions"], handle),
            words=unnamed_json(one["words"], handle), id=one["id"],
        )  # fmt: skip
