"""The first page: a member's own, or a welcome for guests."""

from starlette.requests import Request
from starlette.responses import Response

from community.discovery.home import home_page, welcome_page
from community.text.gettext import _
from community.web.rendering import render
from community.web.routing import viewer_of


async def show_home(request: Request) -> Response:
    viewer = viewer_of(request)
    if viewer.signed_in:
        return await render(request, "discovery/home.html", await home_page(viewer), title=_("Home"), nav="home")
    return await render(request, "discovery/welcome.html", await welcome_page(viewer), title=_("Welcome"), nav="home")
