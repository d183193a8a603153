"""Newcomers' posts that wait for a moderator.

Two parties see such a text and each has a row: the moderators a HeldPost under their key, the author their own draft. Nothing of
it stands in the thread, so no list, count, feed or search has to leave it out.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from community import clock
from community.audience import Viewer
from community.discussions.facts import PostHeld
from community.discussions.models import Category, Draft, HeldPost, Thread
from community.discussions.policies import moderators_key
from community.discussions.quoting import put_together
from community.discussions.writing import Prepared
from community.errors import Refused
from community.storage import announce
from community.text.gettext import _

if TYPE_CHECKING:
    from community.discussions.actions import NewThread

MOST_WAITING = 5


async def hold(
    actor: Viewer, client_id: UUID, category: Category, thread: Thread | None, new: "NewThread", body: Prepared
) -> HeldPost:
    """Keep a post for the moderators, once per client id. Inside a unit of work. Raises Refused("waiting")."""
    if earlier := await HeldPost.get_or_none(author_id=actor.member, client_id=client_id):
        return earlier
    if await HeldPost.filter(author_id=actor.member, state="waiting").count() >= MOST_WAITING:
        raise Refused("waiting", _("Several of your posts wait for a moderator. You can write again once one was read."))
    typed = put_together(body.source, body.quotes)
    held = await HeldPost.create(
        author_id=actor.member, client_id=client_id, category_id=category.id, thread_id=thread.id if thread else None,
        audience=moderators_key(category.id, category.audience), kind=new.kind, title=new.title, source=typed, html=body.html,
        lang=new.lang, tags=new.tags,
    )  # fmt: skip
    await _keep_for_author(held, new.place)
    await announce(PostHeld(held.id))
    return held


async def _keep_for_author(held: HeldPost, place: str) -> None:
    await Draft.filter(member_id=held.author_id, place=field_of(held)).delete()
    await Draft.create(
        member_id=held.author_id, place=waiting_place(held), title=held.title, source=held.source, html=held.html, category=place,
        kind=held.kind, lang=held.lang, tags=", ".join(held.tags), held=held.id, updated_at=clock.now(),
    )  # fmt: skip


def field_of(held: HeldPost) -> str:
    """The draft's place while it is being written: one a thread, and one for a new thread."""
    return "new" if held.thread_id is None else f"thread:{held.thread_id}"


def waiting_place(held: HeldPost) -> str:
    """Where the author's own copy waits, beside what they may begin to write meanwhile."""
    return f"{field_of(held)}:held:{held.id}"
