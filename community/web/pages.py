"""Pages that hold only words, and what a reader chooses for this device: language, theme, low-data mode."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from community.errors import NotFound
from community.text.gettext import _, available_languages
from community.web.coming_back import page_before
from community.web.rendering import redirect, render
from community.web.routing import Endpoint

YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class WordsPage:
    """A page of standing text."""

    name: str


def words(name: str) -> Endpoint:
    """The view of `templates/pages/<name>.html`."""

    async def show(request: Request) -> Response:
        return await render(request, f"pages/{name}.html", WordsPage(name))

    show.__name__ = name.replace("-", "_")
    return show


async def choose_language(request: Request) -> Response:
    tag = request.path_params["tag"]
    if tag not in available_languages():
        raise NotFound
    response = RedirectResponse(page_before(request), 303)
    response.set_cookie("language", tag, max_age=YEAR, samesite="lax", httponly=True)
    return response


async def choose_theme(request: Request) -> Response:
    response = RedirectResponse(page_before(request), 303)
    response.set_cookie("theme", request.path_params["theme"], max_age=YEAR, samesite="lax", httponly=True)
    return response


async def choose_low_data(request: Request) -> Response:
    on = request.cookies.get("low_data") != "1"
    response = redirect(
        page_before(request),
        _("Low-data mode is on: pictures load when you ask for them.") if on else _("Low-data mode is off."),
    )
    response.set_cookie("low_data", "1" if on else "0", max_age=YEAR, samesite="lax", httponly=True)
    return response
