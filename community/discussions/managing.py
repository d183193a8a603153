"""What authors and moderators do with a thread as a whole."""

from dataclasses import dataclass, field

from community.audience import Viewer, hide, narrow, release
from community.discussions.actions import touch
from community.discussions.desk import moderating
from community.discussions.facts import AnswerAccepted, ThreadEdited, ThreadHidden, ThreadMoved, ThreadRestored
from community.discussions.models import Category, Reply, Thread
from community.discussions.places import category_for
from community.discussions.policies import can_accept, can_edit_thread, can_moderate, can_start, moderates, moderators_key
from community.errors import Conflict, NotFound, ensure
from community.storage import announce, unit_of_work
from community.text.gettext import _


@dataclass(frozen=True)
class ThreadFacts:
    """What can be said anew about a thread."""

    title: str
    kind: str
    lang: str
    tags: list[str] = field(default_factory=list)


async def edit_thread(actor: Viewer, thread_id: int, facts: ThreadFacts) -> Thread:
    """Its author or a moderator corrects title, kind, language and tags. Raises NotFound, Refused."""
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread_id)
        ensure(can_edit_thread(actor, thread))
        category = await Category.visible_to(actor).one(id=thread.category_id)
        ensure(facts.kind == thread.kind or can_start(actor, category, facts.kind), "announcement")
        thread.update_from_dict(vars(facts))
        thread.version += 1
        if thread.kind != "question":
            thread.answer_id = None
        await thread.save()
        await announce(ThreadEdited(thread.id))
    return thread


async def accept_answer(actor: Viewer, reply_id: int, *, accepted: bool = True) -> Thread:
    """Mark the post that answers a question, or take the mark away. The newest choice stands. Raises NotFound, Refused."""
    located = await Thread.visible_to(actor).one(replies__id=reply_id)
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(located.id)
        reply = await Reply.get(id=reply_id)
        ensure(can_accept(actor, thread) and reply.number > 1 and reply.state == "posted")
        if accepted and thread.answer_id != reply.id:
            thread.answer_id = reply.id
            await announce(AnswerAccepted(thread.id, reply.id))
        elif not accepted and thread.answer_id == reply.id:
            thread.answer_id = None
        thread.version += 1
        await thread.save(update_fields=["answer_id", "version"])
    return thread


async def set_closed(actor: Viewer, thread_id: int, *, closed: bool) -> Thread:
    """Close a thread to answers, or open it again. Repeating it changes nothing."""
    return await _set(actor, thread_id, "close", "closed", closed)


async def set_pinned(actor: Viewer, thread_id: int, *, pinned: bool) -> Thread:
    """Keep a thread on top of its theme, or let it go."""
    return await _set(actor, thread_id, "pin", "pinned", pinned)


async def _set(actor: Viewer, thread_id: int, action: str, name: str, value: bool) -> Thread:
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread_id)
        ensure(can_moderate(actor, thread, action))
        if getattr(thread, name) != value:
            setattr(thread, name, value)
            thread.version += 1
            await thread.save(update_fields=[name, "version"])
            await announce(ThreadEdited(thread.id))
    return thread


async def move(actor: Viewer, thread_id: int, place: str) -> Thread:
    """Put a thread into another theme or space that the actor moderates too: it is then for that place's readers.

    Raises NotFound, Refused.
    """
    category = await category_for(actor, place)
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread_id)
        ensure(can_moderate(actor, thread, "move") and moderates(actor, category.id, category.audience, "move"))
        if thread.audience_when_released:
            raise Conflict(_("This discussion is hidden. Restore it before you move it."))
        if thread.category_id == category.id:
            return thread
        thread.category_id, thread.version = category.id, thread.version + 1
        await thread.save(update_fields=["category_id", "version"])
        if thread.audience != category.audience:
            await narrow(thread, category.audience, [f"thread:{thread.id}"])
        await announce(ThreadMoved(thread.id))
    return thread


async def hide_thread(actor: Viewer, thread_id: int) -> Thread:
    """Put a thread behind its moderators' key, with all its posts. Raises NotFound, Refused, Conflict for whoever is second."""
    async with unit_of_work():
        thread = await Thread.visible_to(await moderating(actor)).locked(thread_id)
        ensure(can_moderate(actor, thread))
        if thread.audience_when_released:
            raise Conflict(_("Another moderator has hidden this discussion meanwhile."))
        await hide(thread, moderators_key(thread.category_id, thread.audience), [f"thread:{thread.id}"])
        await touch(thread.id)
        await announce(ThreadHidden(thread.id))
    return thread


async def restore_thread(actor: Viewer, thread_id: int) -> Thread:
    """Give a hidden thread back to its readers. Raises NotFound, Refused, Conflict."""
    async with unit_of_work():
        thread = await Thread.visible_to(await moderating(actor)).locked(thread_id)
        if not actor.holds(thread.audience_when_released or thread.audience):
            raise NotFound
        ensure(can_moderate(actor, thread, "restore"))
        if not thread.audience_when_released:
            raise Conflict(_("Another moderator has restored this discussion meanwhile."))
        await release(thread)
        await touch(thread.id)
        await announce(ThreadRestored(thread.id))
    return thread
