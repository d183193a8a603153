"""A moderator hides one post, or brings it back.

The text leaves the reply's row for one that only moderators hold, so whatever shows posts (pages, feeds, search, quotations) finds
nothing there to leave out.
"""

from typing import Any

from community.audience import Viewer
from community.discussions.actions import empty, recount
from community.discussions.desk import moderating
from community.discussions.facts import ReplyHidden, ReplyRestored
from community.discussions.models import HiddenPost, Reply, Revision, Thread
from community.discussions.policies import can_moderate, moderators_key
from community.discussions.rewriting import forget_words_of, give_words_back
from community.errors import Conflict, ensure
from community.storage import announce, unit_of_work
from community.text.gettext import _


async def hide_reply(actor: Viewer, reply_id: int, rule: str) -> Reply:
    """Hide a post under one of the house rules. Raises NotFound, Refused, and Conflict for whoever is second."""
    located = await Thread.visible_to(await moderating(actor)).one(replies__id=reply_id)
    async with unit_of_work():
        thread = await Thread.visible_to(await moderating(actor)).locked(located.id)
        ensure(can_moderate(actor, thread))
        return await put_aside(thread, await Reply.get(id=reply_id), rule)


async def put_aside(thread: Thread, reply: Reply, rule: str) -> Reply:
    """The hiding itself, in a unit of work that has locked the thread and checked the right to do it."""
    if reply.state != "posted":
        raise Conflict(_("This post was hidden or deleted meanwhile."))
    base = thread.audience_when_released or thread.audience
    hidden = HiddenPost(reply_id=reply.id, audience=moderators_key(thread.category_id, base), source=reply.source, html=reply.html)
    revisions = await Revision.filter(reply_id=reply.id).order_by("number")
    hidden.revisions = [[old.number, old.source, old.written_at.isoformat()] for old in revisions]
    hidden.words = {str(quote): words for quote, words in (await forget_words_of(reply)).items()}
    await hidden.save()
    await Revision.filter(reply_id=reply.id).delete()
    await empty(reply, "hidden", rule)
    await recount(thread)
    await announce(ReplyHidden(reply.id))
    return reply


async def restore_reply(actor: Viewer, reply_id: int) -> Reply:
    """Give a hidden post its text back. Raises NotFound, Refused, and Conflict for whoever is second."""
    desk = await moderating(actor)
    located = await Thread.visible_to(desk).one(replies__id=reply_id)
    async with unit_of_work():
        thread = await Thread.visible_to(desk).locked(located.id)
        ensure(can_moderate(actor, thread, "restore"))
        reply = await Reply.get(id=reply_id)
        hidden = await HiddenPost.visible_to(desk).get_or_none(reply_id=reply_id)
        if reply.state != "hidden" or hidden is None:
            raise Conflict(_("This post was restored or deleted meanwhile."))
        await _bring_back(reply, hidden)
        await recount(thread)
        await announce(ReplyRestored(reply.id))
    return reply


async def _bring_back(reply: Reply, hidden: HiddenPost) -> None:
    reply.source, reply.html = hidden.source, hidden.html
    reply.state, reply.because, reply.version = "posted", "", reply.version + 1
    await reply.save(update_fields=["source", "html", "state", "because", "version"])
    old: list[Any] = hidden.revisions
    await Revision.bulk_create(
        Revision(reply_id=reply.id, number=number, source=source, written_at=at) for number, source, at in old
    )
    await give_words_back({int(quote): words for quote, words in hidden.words.items()})
    await hidden.delete()
