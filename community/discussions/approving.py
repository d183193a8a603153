"""A moderator lets a newcomer's post through, or gives it back with a reason."""

from dataclasses import dataclass

from community import clock
from community.accounts.appointing import trust
from community.audience import Viewer
from community.discussions.actions import NewThread, append, begin
from community.discussions.desk import author_as_viewer, moderating
from community.discussions.facts import PostApproved, PostReturned, ReplyPosted
from community.discussions.holding import field_of
from community.discussions.models import Category, HeldPost, Reply, Thread
from community.discussions.policies import can_reply, moderates
from community.discussions.writing import Prepared, prepared
from community.drafts.models import Draft, fresh_mark
from community.errors import Conflict, Invalid, NotFound, Refused, ensure
from community.storage import announce, execute, row, unit_of_work
from community.text.gettext import _


@dataclass(frozen=True)
class Ready:
    """What is made before the lock is taken: the author as they may read and write, and the text, rendered."""

    author: Viewer
    body: Prepared


async def readied(actor: Viewer, held_id: int) -> Ready:
    """Render what waits. Raises NotFound, and Conflict where it waits no more."""
    waiting = await HeldPost.visible_to(await moderating(actor)).one(id=held_id)
    _ensure_waiting(waiting)
    author = await author_as_viewer(waiting.author_id)
    category = await Category.visible_to(actor).one(id=waiting.category_id)
    return Ready(author, await prepared(author, waiting.source, waiting.thread_id, category.audience))


async def approve(actor: Viewer, held_id: int, ready: Ready) -> Reply:
    """Post what waited, in its author's name; one approved contribution makes a newcomer trusted.

    Raises NotFound, Refused, and Conflict for whoever decides second.
    """
    async with unit_of_work():
        held, category = await _for_decision(actor, held_id)
        reply = await _post(ready.author, held, category, ready.body)
        await _decided(held, actor, "approved")
        await Draft.filter(member_id=held.author_id, held=held.id).delete()
        await trust(held.author_id)
        await announce(PostApproved(held.id, reply.id))
    return reply


async def _post(author: Viewer, held: HeldPost, category: Category, body: Prepared) -> Reply:
    if held.thread_id is None:
        new = NewThread("", held.title, "", held.kind, held.lang, held.tags)
        thread = await begin(author, category, new, body, held.client_id)
        return await Reply.get(thread_id=thread.id, number=1)
    thread = await Thread.visible_to(author).locked(held.thread_id)
    ensure(
        can_reply(author, thread), "closed", _("The discussion was closed meanwhile. Return the post with a word to its author.")
    )
    reply = await append(author, thread, body, held.lang, held.client_id)
    await announce(ReplyPosted(reply.id))
    return reply


async def give_back(actor: Viewer, held_id: int, because: str) -> HeldPost:
    """Return a post to its author, who can mend it and send it again. Raises NotFound, Refused, Conflict, Invalid("because")."""
    if not because.strip():
        raise Invalid("because", _("Say in a sentence what should change. The author reads it."))
    async with unit_of_work():
        held, _category = await _for_decision(actor, held_id)
        if draft := await Draft.get_or_none(member_id=held.author_id, held=held.id):
            await _as_own_draft(draft, field_of(held.thread_id), because)
        await _decided(held, actor, "returned")
        await announce(PostReturned(held.id))
    return held


async def _as_own_draft(draft: Draft, field: str, because: str) -> None:
    """The returned text goes back into the field it came from, unless the author has begun something else there."""
    if not await Draft.filter(member_id=draft.member_id, place=field).exists():
        draft.place = field
    draft.html, draft.held, draft.returned_because, draft.updated_at = "", None, because, clock.now()
    draft.mark = fresh_mark()
    await draft.save()


async def withdraw(actor: Viewer, held_id: int) -> None:
    """The author takes a waiting post back into their drafts."""
    async with unit_of_work():
        own = await row("SELECT thread_id FROM held_posts WHERE id = :id AND author_id = :me", id=held_id, me=actor.member)
        if own is None:
            raise NotFound
        taken = await execute(
            """UPDATE held_posts SET state = 'returned', source = '', html = '', decided_by_id = :me, decided_at = :at
               WHERE id = :id AND author_id = :me AND state = 'waiting'""",
            id=held_id, me=actor.member, at=clock.now(),
        )  # fmt: skip
        if not taken:
            raise Conflict(_("A moderator has decided on this post meanwhile."))
        await _as_own_draft(await Draft.get(member_id=actor.member, held=held_id), field_of(own["thread_id"]), "")


async def _for_decision(actor: Viewer, held_id: int) -> tuple[HeldPost, Category]:
    """The waiting post, locked: of two moderators at once the second is told."""
    held = await HeldPost.visible_to(await moderating(actor)).locked(held_id)
    category = await Category.visible_to(actor).one(id=held.category_id)
    ensure(moderates(actor, category.id, category.audience, "approve"))
    if held.author_id == actor.member:
        raise Refused("own", _("Somebody else has to decide on your own post."))
    _ensure_waiting(held)
    return held, category


def _ensure_waiting(held: HeldPost) -> None:
    if held.state != "waiting":
        raise Conflict(_("Another moderator has decided on this post meanwhile."))


async def _decided(held: HeldPost, actor: Viewer, state: str) -> None:
    """The decision empties this copy: the text stands in the post, or in the author's draft alone."""
    held.state, held.decided_by_id, held.decided_at = state, actor.member, clock.now()
    held.source = held.html = ""
    await held.save()
