"""The search page, and what its overlay shows while somebody types."""

import asyncio
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import Response

from community.audience import Viewer, visible_sql
from community.chat.naming import called
from community.discovery import results as shown
from community.discovery.asked import TABS, Asked, asked_by
from community.discovery.searching import completions, search
from community.storage import row
from community.text.gettext import _
from community.web.rendering import redirect, render, render_fragment, wants_fragment
from community.web.routing import viewer_of
from search.documents import Hit, Results
from search.folding import script

IN_ALL = 40
IN_GROUP = 3
WHILE_TYPING = 6
LETTERS = 3  # fewer say too little, except in scripts where one sign is a word


@dataclass(frozen=True)
class SearchPage:
    """`understood` is what was searched where a word was respelled, else ""; `some_only`, that nothing has all the words. `room` is
    the name of the one that alone is searched.
    """

    asked: Asked
    down: bool = False
    total: int = 0
    with_all_words: int = 0
    understood: str = ""
    some_only: bool = False
    tabs: list[tuple[str, str, bool, int]] = field(default_factory=list)
    facets: list[shown.Facet] = field(default_factory=list)
    groups: list[shown.Group] = field(default_factory=list)
    rows: tuple[shown.Row, ...] = ()
    older: str = ""
    newer: str = ""
    room: str = ""

    @property
    def exactly(self) -> str:
        return self.asked.href(exactly=True)

    @property
    def clear(self) -> str:
        return self.asked.href(text=self.asked.words, countries=(), languages=(), themes=())

    @property
    def keep(self) -> list[tuple[str, str]]:
        room = str(self.asked.room or "")
        pairs = [("q", self.asked.words), ("in", self.asked.tab), ("exact", "1" if self.asked.exactly else ""), ("room", room)]
        return [pair for pair in pairs if pair[1]]


@dataclass(frozen=True)
class TypedPage:
    """What the overlay shows under what was typed so far."""

    text: str
    down: bool
    total: int
    understood: str
    rows: tuple[shown.Row, ...]
    completions: list[tuple[str, str]]
    href: str


async def show_search(request: Request) -> Response:
    viewer, asked = viewer_of(request), asked_by(request.query_params)
    room = await _room_called(viewer, asked.room) if asked.room else ""
    asked = asked if room else replace(asked, room=0)
    page = replace(SearchPage(asked) if asked.blank else await _page(viewer, asked), room=room)
    title = asked.words or _("Search")
    return await render(request, "discovery/search.html", page, title=title, status=503 if page.down else 200)


async def _room_called(viewer: Viewer, room_id: int) -> str:
    """What a room that the viewer sees is called; "" for another, which is then left out like any word nobody knows."""
    seen, keys = visible_sql(viewer, "audience")
    found = await row(f"SELECT id, kind, name FROM rooms WHERE id = :id AND {seen}", id=room_id, **keys)
    return (await called(viewer, [(room_id, found["kind"], found["name"])]))[room_id].name if found else ""


async def show_overlay(request: Request) -> Response:
    """The dialog, fetched when it is first opened; to a browser without our module, the page."""
    if not wants_fragment(request):
        return redirect("/search")
    return await render_fragment(request, "discovery/overlay.html", None)


async def show_typed(request: Request) -> Response:
    asked = asked_by(request.query_params)
    if not wants_fragment(request):
        return redirect(asked.href())
    return await render_fragment(request, "discovery/typed.html", await _typed(viewer_of(request), asked))


async def _page(viewer: Viewer, asked: Asked) -> SearchPage:
    grouped = not asked.tab and asked.page == 1
    results = await search(viewer, asked.query(limit=IN_ALL) if grouped else asked.query())
    if results is None:
        return SearchPage(asked, down=True)
    hits = [*results.hits, *await _best_of_unseen_tabs(viewer, asked, results)] if grouped else results.hits
    older, newer = shown.pager(asked, results)
    return SearchPage(
        asked,
        total=results.total,
        with_all_words=results.with_all_words,
        understood=results.understood if results.respelled else "",
        some_only=results.total > 0 and results.with_all_words == 0,
        tabs=shown.tabs(asked, results),
        facets=shown.facets(asked, results),
        groups=shown.groups(asked, results, tuple(hits), IN_GROUP) if grouped else [],
        rows=() if grouped else shown.rows(results.hits),
        older=older,
        newer=newer,
    )


async def _best_of_unseen_tabs(viewer: Viewer, asked: Asked, results: Results) -> list[Hit]:
    """A tab whose hits all lie deeper than the first page still shows its best ones."""
    kinds = {hit.kind for hit in results.hits}
    counts = shown.tab_counts(results)
    unseen = [tab for tab, of in TABS.items() if counts[tab] and not kinds & set(of)]
    queries = [replace(asked, tab=tab).query(limit=IN_GROUP) for tab in unseen]
    found = await asyncio.gather(*(search(viewer, replace(query, facets=False)) for query in queries))
    return [hit for each in found if each is not None for hit in each.hits]


async def _typed(viewer: Viewer, asked: Asked) -> TypedPage:
    results, completed = None, []
    enough = len(asked.words) >= LETTERS or script(asked.words) == "other"
    if enough:
        results = await search(viewer, asked.query(typing=True, limit=WHILE_TYPING))
        completed = await completions(viewer, asked.words, 4)
    found = results or Results()
    return TypedPage(
        text=asked.words,
        down=results is None and enough,
        total=found.total,
        understood=found.understood if found.respelled else "",
        rows=shown.rows(found.hits),
        completions=[(text, replace(asked, text=text).href()) for text in completed],
        href=asked.href(),
    )
