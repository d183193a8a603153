"""Threads and posts, made the short way."""

from typing import Any
from uuid import uuid4

from community.accounts.models import Member
from community.audience import grant, member_key
from community.discussions.actions import NewThread, post_reply, start_thread
from community.discussions.models import Category, Reply, Thread
from community.discussions.places import ensure_themes
from community.storage import unit_of_work
from tests.viewers import viewer_of


async def make_thread(
    author: Member,
    title: str = "Which gauge for brazed joints?",
    body: str = "We braze copper.",
    place: str = "innovation",
    **kw: Any,
) -> Thread:
    """A thread with its first post, in a theme or a space ("space:3")."""
    await ensure_themes()
    made = await start_thread(await viewer_of(author), NewThread(place, title, body, **kw), uuid4())
    assert isinstance(made, Thread)
    return made


async def make_reply(author: Member, thread: Thread, body: str = "A ruler beside it.") -> Reply:
    made = await post_reply(await viewer_of(author), thread.id, body, uuid4())
    assert isinstance(made, Reply)
    return made


async def make_moderator(member: Member, theme: str = "innovation") -> None:
    """Let a member moderate a theme."""
    await ensure_themes()
    category = await Category.get(code=theme)
    async with unit_of_work():
        await grant(f"theme:{category.id}", member_key(member.id), "moderator")
