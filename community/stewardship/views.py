"""Pages for stewards alone."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from community.errors import NotFound
from community.stewardship.queries import dead_letters_page
from community.storage.dead_letters import forget_dead_letter, retry_dead_letter
from community.text.gettext import _
from community.web.forms import Form, form_of
from community.web.rendering import redirect, render

HERE = "/stewardship/dead-letters"


async def show_list(request: Request) -> Response:
    """The stewards' list is the queue; it stands with moderation, whose moderators see their part of it."""
    return RedirectResponse("/stewardship/queue", 302)


async def show_dead_letters(request: Request) -> Response:
    return await render(request, "stewardship/dead_letters.html", await dead_letters_page(), title=_("What could not be done"))


async def retry(request: Request) -> Response:
    await form_of(request, Form)
    if not await retry_dead_letter(_id(request)):
        raise NotFound
    return redirect(HERE, _("It runs again now."))


async def forget(request: Request) -> Response:
    await form_of(request, Form)
    if not await forget_dead_letter(_id(request)):
        raise NotFound
    return redirect(HERE, _("Removed."))


def _id(request: Request) -> int:
    number: int = request.path_params["id"]
    return number
