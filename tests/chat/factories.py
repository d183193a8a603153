"""Rooms and what was said in them."""

from typing import Any
from uuid import uuid4

from community.accounts.identity import signed_in_by
from community.accounts.models import Member
from community.accounts.sessions import open_session
from community.audience import MEMBERS, Viewer
from community.chat.actions import send_message
from community.chat.committing import Sent
from community.chat.models import Room
from community.spaces.models import Space
from community.storage import unit_of_work
from tests.factories import make_steward


async def make_room(name: str = "Workshop clinic", space: Space | None = None, **kw: Any) -> Room:
    """A room of the whole site, or of a space."""
    author = kw.pop("author", None) or await make_steward("Host of rooms")
    values: dict[str, Any] = {
        "audience": space.key if space else MEMBERS, "space_id": space.id if space else None, "languages": ["en"],
    }  # fmt: skip
    async with unit_of_work():
        return await Room.create(name=name, author_id=author.id, client_id=uuid4(), **values | kw)


async def with_token(member: Member) -> tuple[Viewer, str]:
    async with unit_of_work():
        opened = await open_session(member.id, "tests", keep=True)
    found = await signed_in_by(opened.token)
    assert found is not None
    return found.viewer, opened.token


async def say(actor: Viewer, room: Room, text: str = "Good morning", reply_to: int | None = None) -> Sent:
    return await send_message(actor, room.id, text, uuid4(), reply_to=reply_to)
