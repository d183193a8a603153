"""Newcomers' posts that wait for a moderator.

Two parties see such a text and each has a row: the moderators a HeldPost under their key, the author their own draft. Nothing of
it stands in the thread, so no list, count, feed or search has to leave it out.
"""

import json
from typing import TYPE_CHECKING
from uuid import UUID

from community import clock
from community.audience import Viewer
from community.discussions.facts import PostHeld
from community.discussions.models import Category, HeldPost, Thread
from community.discussions.policies import moderators_key
from community.discussions.quoting import put_together
from community.discussions.writing import Prepared
from community.drafts.models import Draft
from community.errors import Refused
from community.storage import announce, once, rows, value
from community.text.gettext import _

if TYPE_CHECKING:
    from community.discussions.actions import NewThread

MOST_WAITING = 5


async def hold(
    actor: Viewer, client_id: UUID, category: Category, thread: Thread | None, new: "NewThread", body: Prepared
) -> HeldPost:
    """Keep a post for the moderators, once per client id, and once while the same waits in the same place. Inside a unit of work.
    Raises Refused("waiting").
    """
    source = put_together(body.source, body.quotes)
    client_id = await _client_id_of_the_same(actor, category, thread, new, source) or client_id
    await _ensure_room_for(actor, client_id)
    held, is_new = await once(
        HeldPost, actor, client_id, category_id=category.id, thread_id=thread.id if thread else None,
        audience=moderators_key(category.id, category.audience), kind=new.kind, title=new.title, html=body.html, lang=new.lang,
        source=source, tags=new.tags,
    )  # fmt: skip
    if is_new:
        await _keep_for_author(held, new.place)
        await announce(PostHeld(held.id))
    return held


async def _client_id_of_the_same(
    actor: Viewer, category: Category, thread: Thread | None, new: "NewThread", source: str
) -> UUID | None:
    """Whoever goes back to the form finds the text there under another client id."""
    found = await rows(
        """SELECT client_id, tags FROM held_posts WHERE author_id = :me AND state = 'waiting' AND category_id = :category
           AND COALESCE(thread_id, 0) = :thread AND kind = :kind AND lang = :lang AND title = :title AND source = :source""",
        me=actor.member, category=category.id, thread=thread.id if thread else 0, kind=new.kind, lang=new.lang, title=new.title,
        source=source,
    )  # fmt: skip
    return next((UUID(str(one["client_id"])) for one in found if json.loads(one["tags"]) == new.tags), None)


async def _ensure_room_for(actor: Viewer, client_id: UUID) -> None:
    """So many of one newcomer at a time: the list is for many."""
    waiting = await value(
        "SELECT COUNT(*) FROM held_posts WHERE author_id = :me AND state = 'waiting' AND client_id <> :client_id",
        me=actor.member, client_id=client_id,
    )  # fmt: skip
    if waiting >= MOST_WAITING:
        raise Refused("waiting", _("Several of your posts wait for a moderator. You can write again once one was read."))


async def _keep_for_author(held: HeldPost, place: str) -> None:
    await Draft.create(
        member_id=held.author_id, place=f"{field_of(held.thread_id)}:held:{held.id}", title=held.title, source=held.source,
        html=held.html, category=place, kind=held.kind, lang=held.lang, tags=", ".join(held.tags), held=held.id,
        updated_at=clock.now(),
    )  # fmt: skip


def field_of(thread_id: int | None) -> str:
    """The draft's place while it is being written: one a thread, and one for a new thread."""
    return "new" if thread_id is None else f"thread:{thread_id}"
