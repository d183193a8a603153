"""The page of the exchange: open listings with filters and a map, one's matches, one's own listings, inquiries and rings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer
from community.exchange import browsing, labels, queries, talks
from community.exchange.browsing import Card, Group, Option
from community.exchange.entries import field_entry
from community.exchange.filters import Filters
from community.exchange.queries import OwnListing
from community.exchange.talks import RingSeen, Talk
from community.text.gettext import _, ngettext
from community.text.lists import listed
from community.text.vocabularies import country_name, language_name
from community.web.maps import Point
from community.web.paging import Cursor
from community.web.rendering import render
from community.web.routing import viewer_of

MOST_OPTIONS = 8
SHOWN = ("matches", "all")


@dataclass(frozen=True)
class ExchangePage:
    """`show` is "matches" or "all"; `points` begin with the reader's own place where it is known."""

    show: str
    intro: str
    tabs: list[tuple[str, str, bool, int | None]]
    filters: Filters
    groups: tuple[Group, ...]
    cards: list[Card]
    points: tuple[Point, ...]
    map_label: str
    status: str
    may_list: bool
    older: str
    newer: str


@dataclass(frozen=True)
class YoursPage:
    """What a coordinator's institutions have under way."""

    intro: str
    tabs: list[tuple[str, str, bool, int | None]]
    listings: list[OwnListing]
    talks: list[Talk]
    rings: list[RingSeen]
    status_labels: dict[str, str]
    may_list: bool = True


async def show_exchange(request: Request) -> Response:
    viewer, show = viewer_of(request), request.query_params.get("show", "")
    if show not in SHOWN or not viewer.coordinates:
        show = "matches" if viewer.coordinates and not request.query_params else "all"
    filters, cursor = Filters.of(request.query_params), Cursor.of(request)
    found = await browsing.cards(viewer, filters, cursor, matches=show == "matches")
    counted = await browsing.facets(viewer, filters)
    you = await queries.places_of(viewer.coordinates)
    points = (*(Point(lat, lon, "you", _("You")) for lat, lon in you), *await browsing.points(viewer, filters, found.items))
    page = ExchangePage(
        show=show, intro=await _intro(viewer), tabs=_tabs(viewer, show, filters, counted), filters=filters,
        groups=_groups(filters, counted), cards=found.items, points=points, map_label=_map_label(found.items, len(points)),
        status=_status(found.items, show, _total(filters, counted["direction"])), may_list=bool(viewer.coordinates),
        older=filters.address(show=show, after=found.next) if found.next else "",
        newer=filters.address(show=show, before=found.previous) if found.previous else "",
    )  # fmt: skip
    return await render(request, "exchange/list.html", page, title=_("Mobility exchange"), nav="exchange")


async def show_yours(request: Request) -> Response:
    viewer, filters = viewer_of(request), Filters()
    counted = await browsing.facets(viewer, filters)
    page = YoursPage(
        intro=await _intro(viewer), tabs=_tabs(viewer, "yours", filters, counted), listings=await queries.own_listings(viewer),
        talks=await talks.inquiries(viewer), rings=await talks.rings(viewer), status_labels=labels.statuses(),
    )  # fmt: skip
    return await render(request, "exchange/yours.html", page, title=_("Your listings"), nav="exchange")


async def _intro(viewer: Viewer) -> str:
    listings, countries = await browsing.extent(viewer)
    where = ngettext("%(num)d country", "%(num)d countries", countries) % {"num": countries}
    return ngettext(
        "Work beside a colleague for a week, a month or a term. %(num)d open listing in %(where)s.",
        "Work beside a colleague for a week, a month or a term. %(num)d open listings in %(where)s.",
        listings,
    ) % {"num": listings, "where": where}


def _tabs(
    viewer: Viewer, show: str, filters: Filters, counted: dict[str, dict[str, int]]
) -> list[tuple[str, str, bool, int | None]]:
    of = counted["direction"]
    bare = filters.without("direction")
    one = filters.direction if show == "all" else None
    tabs: list[tuple[str, str, bool, int | None]] = [
        (_("All"), bare.address(show="all"), one == (), sum(of.values())),
        (_("Offers"), bare.address(show="all", direction="offer"), one == ("offer",), of.get("offer", 0)),
        (_("Requests"), bare.address(show="all", direction="request"), one == ("request",), of.get("request", 0)),
    ]
    if not viewer.coordinates:
        return tabs
    mine: tuple[str, str, bool, int | None] = (_("Matches for you"), bare.address(show="matches"), show == "matches", None)
    return [mine, *tabs, (_("Your listings"), "/exchange/yours", show == "yours", None)]


def _groups(filters: Filters, counted: dict[str, dict[str, int]]) -> tuple[Group, ...]:
    named: dict[str, tuple[str, Callable[[str], str]]] = {
        "direction": (_("I am looking for"), {"offer": _("Offers"), "request": _("Requests")}.__getitem__),
        "activity": (_("Activity"), labels.activities().__getitem__),
        "participant": (_("For"), labels.participants().__getitem__),
        "field": (_("Field (ISCED-F)"), field_entry),
        "country": (_("Country"), country_name),
        "language": (_("Languages"), language_name),
    }
    return tuple(
        Group(name, legend, tuple(_options(counted[name], words, getattr(filters, name))))
        for name, (legend, words) in named.items()
    )


def _options(counts: dict[str, int], words: Callable[[str], str], chosen: tuple[str, ...]) -> Iterable[Option]:
    """The most frequent values, and every chosen one even where it gives nothing."""
    frequent = sorted(counts, key=lambda code: (-counts[code], code))[:MOST_OPTIONS]
    for code in dict.fromkeys((*frequent, *chosen)):
        yield Option(code, words(code), counts.get(code, 0), code in chosen)


def _total(filters: Filters, by_direction: dict[str, int]) -> int:
    """How many fit all filters: each direction is counted under every other one."""
    return sum(count for direction, count in by_direction.items() if direction in filters.direction or not filters.direction)


def _status(cards: list[Card], show: str, total: int) -> str:
    if show == "matches":
        return ngettext("%(num)d match fits your filters.", "%(num)d matches fit your filters.", len(cards)) % {"num": len(cards)}
    return ngettext("%(num)d open listing.", "%(num)d open listings.", total) % {"num": total}


def _map_label(cards: list[Card], points: int) -> str:
    best = [f"{card.place} {card.score:.0f}" for card in cards if card.score is not None][:4]
    if best:
        return _("Map of your matches: %(places)s") % {"places": listed(best)}
    return ngettext("Map of %(num)d listing", "Map of %(num)d listings", points) % {"num": points}
