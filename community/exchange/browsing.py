"""The list of open listings: in pages, with its facets, its points on the map, and the scores of whoever looks."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from community.audience import Viewer, visible_sql
from community.exchange import labels
from community.exchange.filters import Filters
from community.exchange.reasons import because, reasons_of
from community.storage import rows
from community.text.lists import listed
from community.text.vocabularies import country_name, language_name
from community.web.maps import Point
from community.web.paging import Cursor, Page, moment_of, page_of

PAGE = 20
MOST_POINTS = 400

_MINE = """
    WITH mine AS (
        SELECT theirs, ours, score, completeness, parts,
            ROW_NUMBER() OVER (PARTITION BY theirs ORDER BY COALESCE(score, -1) DESC, ours) AS place
        FROM (SELECT offer_id AS theirs, request_id AS ours, score, completeness, parts FROM matches WHERE taker_id IN :own
            UNION ALL
            SELECT request_id AS theirs, offer_id AS ours, score, completeness, parts FROM matches WHERE giver_id IN :own)
            AS both_ways)
"""
_CARDS = """
    SELECT l.id, l.ref, l.title, l.summary, l.language, l.direction, l.activity, l.participant, l.places, l.starts, l.ends,
        l.city, l.country, l.latitude, l.longitude, l.costs, l.reciprocity, l.status, l.opened_at,
        i.name AS institution, i.slug, i.mark, mine.score, mine.parts, o.title AS ours, o.ref AS ours_ref
    FROM listings AS l JOIN institutions AS i ON i.id = l.institution_id
    LEFT JOIN mine ON mine.theirs = l.id AND mine.place = 1 LEFT JOIN listings AS o ON o.id = mine.ours
    WHERE l.status = 'open' AND {seen}{where}
"""
_SPOKEN = "SELECT listing_id, tag FROM listing_languages WHERE listing_id IN :ids ORDER BY id"
_POINTS = """
    SELECT l.id, l.latitude AS lat, l.longitude AS lon, l.title FROM listings AS l
    WHERE l.status = 'open' AND l.latitude IS NOT NULL AND l.longitude IS NOT NULL AND {seen}{where}
    ORDER BY l.opened_at DESC LIMIT {most}
"""
_EXTENT = """
    SELECT COUNT(*) AS listings, COUNT(DISTINCT l.country) AS countries FROM listings AS l WHERE l.status = 'open' AND {seen}
"""
_FACET = """
    SELECT '{name}' AS facet, {column} AS code, COUNT(DISTINCT l.id) AS n FROM listings AS l{join}
    WHERE l.status = 'open' AND {seen}{where} GROUP BY {column}
"""
_FACETS: Mapping[str, tuple[str, str]] = {
    "direction": ("l.direction", ""),
    "activity": ("l.activity", ""),
    "participant": ("l.participant", ""),
    "country": ("l.country", ""),
    "field": ("c.code", " JOIN listing_fields AS c ON c.listing_id = l.id"),
    "language": ("s.tongue", " JOIN listing_languages AS s ON s.listing_id = l.id"),
}


@dataclass(frozen=True)
class Card:
    """An open listing in a list. `score` 0..100 or None; `because` its reason, both against `ours`, a listing of the reader's."""

    id: int
    ref: str
    title: str
    summary: str
    language: str
    direction: str
    institution: str
    slug: str
    mark: str
    place: str
    window: str
    facts: tuple[str, ...]
    both_ways: bool
    latitude: float | None
    longitude: float | None
    opened_at: datetime
    score: float | None = None
    because: str = ""
    ours: str = ""
    ours_ref: str = ""

    @property
    def url(self) -> str:
        return f"/listings/{self.ref}"


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Group:
    name: str
    legend: str
    options: tuple[Option, ...] = field(default=())


async def cards(viewer: Viewer, filters: Filters, cursor: Cursor, *, matches: bool = False) -> Page[Card]:
    """One page of open listings: the newest first, or (`matches`) those with a score against the viewer's own, best first."""
    seen, values = visible_sql(viewer, "l.audience")
    where, more = filters.conditions()
    if not (key := _key(cursor, matches=matches)):
        cursor = Cursor()
    text = _MINE + _CARDS.format(seen=seen, where=where) + _ordered(cursor, matches=matches)
    found = await rows(text, own=sorted(viewer.coordinates), **values, **more, **key)
    spoken = await _spoken(row["id"] for row in found)
    made = [_card(row, spoken[row["id"]]) for row in found]
    return page_of(made, PAGE, _score_key if matches else _time_key, cursor)


def _ordered(cursor: Cursor, *, matches: bool) -> str:
    """The part of the query that begins a page; the direction turns round when one goes back."""
    column = "mine.score" if matches else "l.opened_at"
    known = " AND mine.score IS NOT NULL" if matches else ""
    sign, order = (">", "ASC") if cursor.backwards else ("<", "DESC")
    after = f" AND ({column} {sign} :at OR ({column} = :at AND l.id {sign} :id))" if cursor.key else ""
    return f"{known}{after} ORDER BY {column} {order}, l.id {order} LIMIT {PAGE + 1}"


def _key(cursor: Cursor, *, matches: bool) -> dict[str, Any]:
    """The parameters of a cursor; none for one that another list has made."""
    kinds = [type(part) for part in cursor.key or ()]
    if matches:
        return dict(zip(("at", "id"), cursor.key or (), strict=True)) if kinds == [int, int] else {}
    if kinds != [str, int]:
        return {}
    moment, row_id = cursor.key or ()
    at = moment_of(moment)
    return {"at": at, "id": row_id} if at else {}


def _time_key(card: Card) -> tuple[str | int, ...]:
    return card.opened_at.isoformat(), card.id


def _score_key(card: Card) -> tuple[str | int, ...]:
    return round((card.score or 0) * 10), card.id


async def _spoken(ids: Iterable[int]) -> Mapping[int, list[str]]:
    tags: dict[int, list[str]] = defaultdict(list)
    wanted = list(ids)
    for row in await rows(_SPOKEN, ids=wanted) if wanted else []:
        tags[row["listing_id"]].append(row["tag"])
    return tags


def _card(row: Mapping[str, Any], tags: list[str]) -> Card:
    costs, parts = json.loads(row["costs"]), json.loads(row["parts"] or "null")
    scored = row["score"] is not None
    said = (listed(language_name(tag) for tag in tags), labels.funding(costs, row["direction"]))
    return Card(
        id=row["id"], ref=row["ref"], title=row["title"], summary=row["summary"], language=row["language"],
        direction=row["direction"], institution=row["institution"], slug=row["slug"], mark=row["mark"],
        place=listed((row["city"], country_name(row["country"]))),
        window=labels.window(row["starts"], row["ends"]), facts=tuple(fact for fact in said if fact),
        both_ways=row["reciprocity"] != "none", latitude=row["latitude"], longitude=row["longitude"],
        opened_at=row["opened_at"], score=row["score"] / 10 if scored else None,
        because=because(reasons_of(parts)) if scored else "", ours=row["ours"] or "", ours_ref=row["ours_ref"] or "",
    )  # fmt: skip


async def points(viewer: Viewer, filters: Filters, shown: Iterable[Card]) -> tuple[Point, ...]:
    """What the map shows: the matches with their scores, and up to 400 others."""
    seen, values = visible_sql(viewer, "l.audience")
    where, more = filters.conditions()
    scores = {card.id: f"{card.score:.0f}" for card in shown if card.score is not None}
    found = await rows(_POINTS.format(seen=seen, where=where, most=MOST_POINTS), **values, **more)
    made = [Point(row["lat"], row["lon"], "match" if row["id"] in scores else "other", scores.get(row["id"], "")) for row in found]
    return tuple(sorted(made, key=lambda point: point.kind))


async def extent(viewer: Viewer) -> tuple[int, int]:
    """How many listings are open, in how many countries."""
    seen, values = visible_sql(viewer, "l.audience")
    (found,) = await rows(_EXTENT.format(seen=seen), **values)
    return found["listings"], found["countries"]


async def facets(viewer: Viewer, filters: Filters) -> dict[str, dict[str, int]]:
    """{name: {code: number of open listings}}, each counted without its own filter and with all the others. One query."""
    seen, values = visible_sql(viewer, "l.audience")
    parts, used = [], dict(values)
    for name, (column, join) in _FACETS.items():
        where, more = filters.without(name).conditions()
        parts.append(_FACET.format(name=name, column=column, join=join, seen=seen, where=where))
        used |= more
    counted: dict[str, dict[str, int]] = {name: {} for name in _FACETS}
    for row in await rows(" UNION ALL ".join(parts), **used):
        counted[row["facet"]][row["code"]] = row["n"]
    return counted
