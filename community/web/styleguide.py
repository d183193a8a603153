"""Every part of the interface on one sheet, in the demo: what a template may use, and how it looks in each state."""

import re
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from community.errors import NotFound
from community.settings import settings
from community.text.gettext import _
from community.web.maps import Point
from community.web.rendering import render
from community.web.routing import anyone, page
from community.web.static_files import content_of

_SYMBOL = re.compile(r'<symbol id="([^"]+)" viewBox="0 0 24 24"')


@dataclass(frozen=True)
class StyleGuide:
    """Two windows of dates (first, last) that overlap, for the drawing of it; points of a map; the names of all symbols."""

    yours: tuple[date, date]
    theirs: tuple[date, date]
    points: tuple[Point, ...]
    symbols: list[str]


async def show(request: Request) -> Response:
    if not settings().demo:
        raise NotFound
    points = (
        Point(-0.1, 34.75, "you", _("You")), Point(14.7, -17.4, "match", "86"), Point(60.8, 10.7, "match", "71"),
        Point(-18.1, 178.4, "match", "Suva"), Point(-23.5, -46.6),
    )  # fmt: skip
    sample = StyleGuide(
        (date(2026, 2, 23), date(2026, 3, 22)),
        (date(2026, 3, 2), date(2026, 3, 22)),
        points,
        _SYMBOL.findall(content_of("icons/symbols.svg").decode()),
    )
    return await render(request, "styleguide.html", sample, title=_("Component sheet"))


routes = [page("/styleguide", show, allow=anyone)]
