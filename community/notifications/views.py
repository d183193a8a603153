"""Two small forms on the home page."""

from starlette.requests import Request
from starlette.responses import Response

from community.notifications.actions import finish, finish_all
from community.notifications.forms import NothingMore
from community.text.gettext import _
from community.web.forms import form_of
from community.web.rendering import answer
from community.web.routing import viewer_of


async def finish_one(request: Request) -> Response:
    await form_of(request, NothingMore)
    await finish(viewer_of(request), request.path_params["id"])
    return await answer(request, to="/#waiting", fragment=("notifications/done.html", None))


async def finish_everything(request: Request) -> Response:
    await form_of(request, NothingMore)
    await finish_all(viewer_of(request))
    return await answer(request, to="/", flash=_("Nothing waits for you now."), fragment=("notifications/done.html", None))
