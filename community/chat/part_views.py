"""Parts of a room's page that change by themselves, and what one shows there of oneself."""

from starlette.requests import Request
from starlette.responses import Response

from community.chat.forms import ReadingForm
from community.chat.models import Room
from community.chat.queries import room_page
from community.chat.reading import show_reading
from community.chat.showing import room_view
from community.chat.unheard import heard_by
from community.text.gettext import _
from community.web.forms import form_of
from community.web.rendering import redirect, render_fragment, wants_fragment
from community.web.routing import viewer_of


async def set_reading(request: Request) -> Response:
    """Whether others see how far one has read; the same in all rooms."""
    sent = await form_of(request, ReadingForm)
    await Room.visible_to(viewer_of(request)).one(id=request.path_params["id"])
    await show_reading(viewer_of(request), shown=sent.shown)
    return redirect(f"/rooms/{request.path_params['id']}#about", _("Noted."))


async def show_pins(request: Request) -> Response:
    return await _part(request, "chat/_pins.html")


async def show_readers(request: Request) -> Response:
    return await _part(request, "chat/_readers.html")


async def show_foot(request: Request) -> Response:
    return await _part(request, "chat/_foot.html")


async def _part(request: Request, template: str) -> Response:
    """A part of the page that a module asks for anew; to anybody else, the page."""
    viewer = viewer_of(request)
    room = await heard_by(viewer, await room_page(viewer, request.path_params["id"]))
    if not wants_fragment(request):
        return redirect(room.url)
    return await render_fragment(request, template, room_view(room))
