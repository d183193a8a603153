"""Watching, following and muting a room."""

from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.chat.models import Room
from community.chat.queries import RoomPage, room_page
from community.discussions.keeping import followable, set_following
from community.text.gettext import _
from community.web.forms import Form, form_of
from community.web.rendering import answer
from community.web.routing import viewer_of


class LevelForm(Form):
    """Empty takes the choice back."""

    level: Literal["watch", "follow", "mute"] | None = None


@dataclass(frozen=True)
class Followed:
    room: RoomPage


@followable("room")
async def see_room(viewer: Viewer, room_id: int) -> object:
    return await Room.visible_to(viewer).one(id=room_id)


async def follow(request: Request) -> Response:
    """A watched room tells of every message; that and a followed one stand first in lists and count what is new before the first
    visit; a muted one counts nothing.
    """
    viewer, room_id = viewer_of(request), request.path_params["id"]
    sent = await form_of(request, LevelForm)
    await set_following(viewer, f"room:{room_id}", sent.level or "")
    fragment = ("chat/_followed.html", Followed(await room_page(viewer, room_id)))
    return await answer(request, to=f"/rooms/{room_id}#about", fragment=fragment, flash=_("Noted."))
