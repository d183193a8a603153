"""Who reads this request, in which language and time zone: set once, by the guard of the view or, without it, by the error page."""

from contextvars import ContextVar
from zoneinfo import ZoneInfo

from babel.core import negotiate_locale
from starlette.requests import Request

from community.audience import GUEST, Viewer
from community.text.gettext import available_languages, set_language

zone: ContextVar[ZoneInfo] = ContextVar("zone", default=ZoneInfo("UTC"))  # noqa: B039 - ZoneInfo never changes


async def read_as(request: Request) -> Viewer:
    """The viewer of a request; the first call asks who it is and sets the language and the zone that pages are written in."""
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    if viewer is None:
        known = await request.app.state.identify(request)
        viewer = request.state.viewer = known if _is_of_the_page(request, known) else GUEST
        set_language(_language(request, viewer))
        zone.set(_zone(viewer.time_zone))
    return viewer


def _is_of_the_page(request: Request, viewer: Viewer) -> bool:
    """False when the page that sends this was made for somebody else, who has since been signed out in another window: it says
    nothing in the new member's name.
    """
    return request.headers.get("x-member", "") in {"", str(viewer.member)}


def _language(request: Request, viewer: Viewer) -> str:
    chosen = request.cookies.get("language")
    if chosen in available_languages():
        return chosen
    if viewer.signed_in and viewer.language in available_languages():
        return viewer.language
    wanted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "")[:200].split(",")]
    return negotiate_locale([tag for tag in wanted if tag], list(available_languages()), sep="-") or "en"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
