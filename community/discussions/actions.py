"""Writing: begin a thread, reply, edit, delete, react."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from community import clock
from community.audience import Viewer
from community.discussions.facts import ReplyDeleted, ReplyEdited, ReplyPosted, ThreadStarted
from community.discussions.holding import hold
from community.discussions.keeping import follow_at_first, note_position
from community.discussions.models import REACTIONS, Category, HeldPost, Quote, Reaction, Reply, Revision, Thread
from community.discussions.places import category_for
from community.discussions.policies import can_delete, can_edit, can_react, can_reply, can_start, must_wait
from community.discussions.quoting import put_together, quotes_of
from community.discussions.rewriting import forget_words_of
from community.discussions.writing import Prepared, prepared, store_text
from community.errors import Invalid, Refused, ensure
from community.previews.actions import decline_card, forget_card
from community.storage import after_commit, announce, execute, once, unit_of_work, wake
from community.text.gettext import _
from community.text.references import forget_references

JUST_NOW = timedelta(minutes=5)


@dataclass(frozen=True)
class NewThread:
    """What a thread begins with. `place` is a theme's code or "space:12"; `body` is Markdown."""

    place: str
    title: str
    body: str
    kind: str = "discussion"
    lang: str = "en"
    tags: list[str] = field(default_factory=list)


async def start_thread(actor: Viewer, new: NewThread, client_id: UUID) -> Thread | HeldPost:
    """Begin a thread; its text is reply 1. A newcomer's waits for a moderator, and a HeldPost comes back.

    Raises NotFound for a place the actor does not see, Invalid, Refused for announcements by others than moderators.
    """
    category = await category_for(actor, new.place)
    ensure(can_start(actor, category, new.kind), "announcement", _("Only moderators make announcements. Choose another kind."))
    body = await prepared(actor, new.body, None, category.audience)
    async with unit_of_work():
        category = await Category.visible_to(actor).locked(category.id)
        if must_wait(actor, category.audience):
            return await hold(actor, client_id, category, None, new, body)
        return await _just_begun(actor, category, new, body) or await begin(actor, category, new, body, client_id)


async def _just_begun(actor: Viewer, category: Category, new: NewThread, body: Prepared) -> Thread | None:
    """The same thread, begun a moment ago."""
    alike = {"category_id": category.id, "title": new.title, "kind": new.kind, "lang": new.lang}
    thread = await Thread.visible_to(actor).filter(author_id=actor.member, **alike).order_by("-id").first()
    opening = await Reply.get_or_none(thread_id=thread.id, number=1) if thread and thread.tags == new.tags else None
    return thread if opening and await _has_just_said(actor, opening, body) else None


async def begin(
    author: Viewer, category: Category, new: NewThread, body: Prepared, client_id: UUID, *, audience: str = ""
) -> Thread:
    """Store a thread with its first post, once per client id. Inside a unit of work. `audience`: narrower than the place's."""
    thread, is_new = await once(
        Thread, author, client_id, category_id=category.id, audience=audience or category.audience, kind=new.kind, title=new.title,
        lang=new.lang, tags=new.tags,
    )  # fmt: skip
    if is_new:
        await follow_at_first(author.member or 0, f"thread:{thread.id}", "watch")
        await append(author, thread, body, new.lang, client_id)
        await announce(ThreadStarted(thread.id))
    return thread


async def post_reply(
    actor: Viewer, thread_id: int, text: str, client_id: UUID, lang: str = "", *, by_page: bool = False
) -> Reply | HeldPost:
    """Answer in a thread. A newcomer's answer waits for a moderator, and a HeldPost comes back. `by_page`: not by a module, so that
    the same text once more is a retry.

    Raises NotFound, Refused("closed"), Invalid("body").
    """
    seen = await Thread.visible_to(actor).one(id=thread_id)
    body = await prepared(actor, text, seen.id, seen.audience)
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread_id)
        if earlier := await Reply.get_or_none(author_id=actor.member, client_id=client_id):
            return earlier
        ensure(can_reply(actor, thread), "closed", _("This discussion is closed. What you wrote is kept as a draft."))
        _ensure_same_readers(thread, seen)
        newest = await Reply.filter(thread_id=thread.id).order_by("-number").first() if by_page else None
        if newest and await _has_just_said(actor, newest, body):
            return newest
        if must_wait(actor, thread.audience):
            category = await Category.visible_to(actor).one(id=thread.category_id)
            return await hold(actor, client_id, category, thread, NewThread("", "", text, lang=lang or thread.lang), body)
        reply = await append(actor, thread, body, lang or thread.lang, client_id)
        await announce(ReplyPosted(reply.id))
    return reply


async def _has_just_said(actor: Viewer, post: Reply, body: Prepared) -> bool:
    """Whether a post is theirs, and new, and says the same. Whoever goes back from it to the form finds the text there under
    another client id, since the page is loaded anew.
    """
    if post.author_id != actor.member or post.source != body.source or post.created_at < clock.now() - JUST_NOW:
        return False
    quotes = (await quotes_of([post.id])).get(post.id, {})
    return put_together(post.source, quotes) == put_together(body.source, body.quotes)


def _ensure_same_readers(thread: Thread, seen: Thread) -> None:
    """Quotations were allowed for the readers the thread had before the lock."""
    if thread.audience != seen.audience:
        raise Refused("moved", _("This discussion was moved while you wrote. Read it again, then post."))


async def append(author: Viewer, thread: Thread, body: Prepared, lang: str, client_id: UUID) -> Reply:
    """Give a post the next number of a locked thread. Inside a unit of work."""
    number = thread.last_number + 1
    reply, is_new = await once(
        Reply, author, client_id, thread_id=thread.id, number=number, source=body.source, html=body.html,
        render_version=body.render_version, lang=lang,
    )  # fmt: skip
    if is_new:
        await store_text(reply, body)
        thread.last_number, thread.reply_count, thread.version = number, thread.reply_count + 1, thread.version + 1
        thread.last_at, thread.last_author_id = reply.created_at, author.member
        await thread.save(update_fields=["last_number", "reply_count", "version", "last_at", "last_author_id"])
        await _note_writing(reply)
    return reply


async def _note_writing(reply: Reply) -> None:
    """Who writes has read up to there, and follows the thread."""
    await note_position(reply.author_id, reply.thread_id, reply.number)
    await follow_at_first(reply.author_id, f"thread:{reply.thread_id}", "follow")
    after_commit(lambda: wake(f"thread:{reply.thread_id}"))


async def edit_reply(actor: Viewer, reply_id: int, text: str, based_on: int) -> Reply:
    """Say it differently; what it said before stays readable. `based_on` is the version the editor read.

    Raises NotFound, Refused, Invalid, and Invalid where the post was edited meanwhile: nothing typed is lost.
    """
    thread, reply = await locate(actor, reply_id)
    known = await Quote.filter(reply_id=reply.id)
    body = await prepared(actor, text, thread.id, thread.audience, known)
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread.id)
        reply = await Reply.get(id=reply_id)
        ensure(can_edit(actor, thread, reply))
        if reply.source == body.source:
            return reply
        if reply.version != based_on:
            raise Invalid("body", _("This post was edited meanwhile, on another page of yours. Read both before saving."))
        await _replace(reply, body)
        await touch(thread.id)
        await announce(ReplyEdited(reply.id))
    return reply


async def _replace(reply: Reply, body: Prepared) -> None:
    await Revision.create(
        reply_id=reply.id, number=reply.edits + 1, source=reply.source, written_at=reply.edited_at or reply.created_at
    )
    reply.source, reply.html, reply.render_version = body.source, body.html, body.render_version
    reply.edits, reply.edited_at, reply.version = reply.edits + 1, clock.now(), reply.version + 1
    await reply.save()
    await store_text(reply, body)


async def remove_card(actor: Viewer, reply_id: int) -> tuple[Thread, Reply]:
    """Let a post of one's own show no card for its link, now and later. Raises NotFound, Refused."""
    thread, _reply = await locate(actor, reply_id)
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread.id)
        reply = await Reply.get(id=reply_id)
        ensure(can_edit(actor, thread, reply))
        await decline_card(f"reply:{reply.id}")
    return thread, reply


async def delete_reply(actor: Viewer, reply_id: int) -> Reply:
    """Empty a post of one's own for good: its text, revisions, reactions and the words that others quoted. Its number stays."""
    thread, _reply = await locate(actor, reply_id)
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread.id)
        reply = await Reply.get(id=reply_id)
        if reply.state == "deleted" and reply.author_id == actor.member:
            return reply
        ensure(can_delete(actor, thread, reply))
        await take_down(thread, reply)
    return reply


async def take_down(thread: Thread, reply: Reply) -> None:
    """The deleting itself, in a unit of work that has locked the thread and checked the right to do it."""
    await empty(reply, "deleted")
    await Revision.filter(reply_id=reply.id).delete()
    await Quote.filter(reply_id=reply.id).delete()
    await Reaction.filter(reply_id=reply.id).delete()
    await forget_card(f"reply:{reply.id}")
    await forget_references(f"reply:{reply.id}")
    await execute("DELETE FROM hidden_posts WHERE reply_id = :id", id=reply.id)
    await forget_words_of(reply)
    await recount(thread)
    await announce(ReplyDeleted(reply.id))


async def empty(reply: Reply, state: str, because: str = "") -> None:
    reply.source = reply.html = ""
    reply.state, reply.because, reply.version = state, because, reply.version + 1
    await reply.save(update_fields=["source", "html", "state", "because", "version"])


async def set_reaction(actor: Viewer, reply_id: int, kind: str, on: bool) -> Reply:
    """Say "useful", "tried_it" or "thanks" to a post, or take it back. Repeating it changes nothing."""
    if kind not in REACTIONS:
        raise Invalid("reaction", _("Choose one of the reactions offered."))
    thread, _reply = await locate(actor, reply_id)
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread.id)
        reply = await Reply.get(id=reply_id)
        ensure(can_react(actor, thread, reply))
        if on:
            await execute(
                """INSERT INTO reactions (reply_id, member_id, kind) VALUES (:reply, :member, :kind)
                   ON CONFLICT (reply_id, member_id, kind) DO NOTHING""",
                reply=reply.id, member=actor.member, kind=kind,
            )  # fmt: skip
        else:
            await Reaction.filter(reply_id=reply.id, member_id=actor.member, kind=kind).delete()
        await touch(thread.id)
    return reply


async def locate(actor: Viewer, reply_id: int) -> tuple[Thread, Reply]:
    """A reply and its thread, or NotFound: a reply is seen through its thread alone."""
    thread = await Thread.visible_to(actor).one(replies__id=reply_id)
    return thread, await Reply.get(id=reply_id)


async def touch(thread_id: int) -> None:
    """Something that a page of the thread shows has changed."""
    await execute("UPDATE threads SET version = version + 1 WHERE id = :id", id=thread_id)


async def recount(thread: Thread) -> None:
    """Count the posts that stand, and who wrote the newest of them. Inside a unit of work, the thread being locked."""
    standing = Reply.filter(thread_id=thread.id, state="posted")
    thread.reply_count, thread.version = await standing.count(), thread.version + 1
    if newest := await standing.order_by("-number").first():
        thread.last_at, thread.last_author_id = newest.created_at, newest.author_id
    await thread.save(update_fields=["reply_count", "version", "last_at", "last_author_id"])
