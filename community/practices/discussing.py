"""A practice and the thread in which it is discussed."""

from uuid import UUID

from community.audience import PUBLIC, Viewer
from community.discussions.actions import NewThread, start_thread
from community.discussions.models import HeldPost, Thread
from community.errors import NotFound
from community.practices.models import Edition, Practice
from community.practices.storing import record_of
from community.storage import execute, unit_of_work
from community.text.gettext import _
from community.text.vocabularies import themes


async def discuss(actor: Viewer, practice_id: int, text: str, client_id: UUID) -> Thread | HeldPost:
    """Begin the thread of a published practice, in its first theme; if it has one already, that one is given back.

    A newcomer's post waits for a moderator and is tied to the practice by nobody. Raises NotFound, Invalid.
    """
    edition = await Edition.visible_to(actor).one(practice_id=practice_id, is_current=True)
    if begun := await thread_of(actor, practice_id):
        return begun
    record = await record_of(edition)
    place = next(iter(record.themes), themes()[0].code)
    title = _("About “%(title)s”") % {"title": edition.title[:150]}
    made = await start_thread(actor, NewThread(place, title, _with_link(text, practice_id), lang=actor.language), client_id)
    if isinstance(made, Thread) and made.audience == PUBLIC:
        async with unit_of_work():
            await execute(
                "UPDATE practices SET thread_id = :thread WHERE id = :id AND thread_id IS NULL", thread=made.id, id=practice_id
            )
    return made


def _with_link(text: str, practice_id: int) -> str:
    return f"{text}\n\n[{_('Read the practice')}](/practices/{practice_id})"


async def thread_of(viewer: Viewer, practice_id: int) -> Thread | None:
    """Where this practice is discussed, as far as the viewer sees it."""
    practice = await Practice.get_or_none(id=practice_id)
    if practice is None:
        raise NotFound
    return await Thread.visible_to(viewer).get_or_none(id=practice.thread_id) if practice.thread_id else None
