"""What the pages of one listing and of a coordinator's own need."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community.audience import Viewer, visible_sql
from community.exchange import labels
from community.exchange.models import Listing
from community.exchange.reasons import Reason, because, reasons_of
from community.storage import row, rows


@dataclass(frozen=True)
class House:
    """An institution beside its listing. `answered` of `asked` inquiries of the last two years had an answer."""

    id: int
    name: str
    slug: str
    mark: str
    city: str
    country: str
    asked: int
    answered: int


@dataclass(frozen=True)
class Fit:
    """How a listing of the reader's own compares with another one; `score` 0..100 or None. `starts`, `ends` are our window."""

    id: int
    ref: str
    title: str
    score: float | None
    completeness: int
    reasons: tuple[Reason, ...]
    because: str
    unknown: tuple[str, ...]
    window: tuple[Any, Any]


@dataclass(frozen=True)
class Titled:
    title: str
    url: str
    language: str


@dataclass(frozen=True)
class Found:
    """Another institution's listing that fits one of ours."""

    ref: str
    title: str
    language: str
    institution: str
    mark: str
    score: float
    because: str

    @property
    def url(self) -> str:
        return f"/listings/{self.ref}"


@dataclass(frozen=True)
class OwnListing:
    """A line of "Your listings"."""

    id: int
    ref: str
    title: str
    direction: str
    status: str
    window: str
    language: str
    matches: int
    best: float | None
    inquiries: int
    expires_at: datetime | None

    @property
    def url(self) -> str:
        return f"/listings/{self.ref}"


_HOUSE = """
    SELECT i.id, i.name, i.slug, i.mark, i.city, i.country,
        (SELECT COUNT(*) FROM inquiries AS q WHERE q.host_id = i.id AND q.created_at > :since
            AND (q.answered_at IS NOT NULL OR q.status = 'lapsed' OR q.created_at < :settled)) AS asked,
        (SELECT COUNT(*) FROM inquiries AS q WHERE q.host_id = i.id AND q.created_at > :since
            AND q.answered_at IS NOT NULL) AS answered
    FROM institutions AS i WHERE i.id = :id
"""
_COORDINATORS = "SELECT holder FROM grants WHERE audience = :key AND role = 'coordinator' ORDER BY since, id LIMIT 12"
_FITS = """
    SELECT o.id, o.ref, o.title, o.starts, o.ends, m.score, m.completeness, m.parts, m.unknown
    FROM matches AS m JOIN listings AS o ON o.id = CASE WHEN m.offer_id = :id THEN m.request_id ELSE m.offer_id END
    WHERE (m.offer_id = :id AND m.taker_id IN :own) OR (m.request_id = :id AND m.giver_id IN :own)
    ORDER BY COALESCE(m.score, -1) DESC, o.id
"""
_BEST = """
    SELECT l.ref, l.title, l.language, i.name AS institution, i.mark, m.score, m.parts
    FROM (SELECT offer_id AS theirs, score, parts FROM matches WHERE request_id IN :ours AND score IS NOT NULL
        UNION ALL SELECT request_id AS theirs, score, parts FROM matches WHERE offer_id IN :ours AND score IS NOT NULL) AS m
    JOIN listings AS l ON l.id = m.theirs JOIN institutions AS i ON i.id = l.institution_id
    WHERE {seen} ORDER BY m.score DESC, l.id LIMIT {most}
"""
_OWN = """
    SELECT l.id, l.ref, l.title, l.direction, l.status, l.starts, l.ends, l.language, l.expires_at,
        (SELECT COUNT(*) FROM matches AS m WHERE m.score IS NOT NULL AND (m.offer_id = l.id OR m.request_id = l.id)) AS matches,
        (SELECT MAX(m.score) FROM matches AS m WHERE m.offer_id = l.id OR m.request_id = l.id) AS best,
        (SELECT COUNT(*) FROM inquiries AS q WHERE q.listing_id = l.id AND q.standing IS NOT NULL) AS inquiries
    FROM listings AS l WHERE l.institution_id IN :own AND {seen} ORDER BY l.updated_at DESC, l.id DESC LIMIT 100
"""
_OPEN = "SELECT id, title FROM listings WHERE institution_id IN :own AND status = 'open' ORDER BY id"
_PLACES = "SELECT latitude, longitude FROM institutions WHERE id IN :ids AND latitude IS NOT NULL AND longitude IS NOT NULL"
_HOUSES = "SELECT id, name, country FROM institutions WHERE id IN :ids ORDER BY name_folded"


async def house(institution_id: int, since: datetime, settled: datetime) -> House:
    """`since`: how far back inquiries count; `settled`: what is older than this has had its time for an answer."""
    found = await row(_HOUSE, id=institution_id, since=since, settled=settled)
    return House(**(found or {}))


async def coordinator_ids(institution_id: int) -> list[int]:
    """The members who speak for an institution, longest first, twelve at most."""
    found = await rows(_COORDINATORS, key=f"coordinators:{institution_id}")
    return [int(one["holder"].removeprefix("member:")) for one in found if one["holder"].startswith("member:")]


async def fits(viewer: Viewer, listing_id: int) -> list[Fit]:
    """The stored comparisons of this listing with the viewer's own, best first."""
    if not viewer.coordinates:
        return []
    return [_fit(found) for found in await rows(_FITS, id=listing_id, own=sorted(viewer.coordinates))]


def _fit(found: Mapping[str, Any]) -> Fit:
    reasons = reasons_of(json.loads(found["parts"]))
    return Fit(
        found["id"], found["ref"], found["title"], None if found["score"] is None else found["score"] / 10, found["completeness"],
        reasons, because(reasons), tuple(json.loads(found["unknown"])), (found["starts"], found["ends"]),
    )  # fmt: skip


async def best_for(viewer: Viewer, listing_ids: Iterable[int], most: int = 10) -> list[Found]:
    """What fits these listings of the viewer's own best."""
    seen, values = visible_sql(viewer, "l.audience")
    found = await rows(_BEST.format(seen=seen, most=most), ours=list(listing_ids), **values)
    each = {one["ref"]: one for one in reversed(found)}
    return [
        Found(
            one["ref"], one["title"], one["language"], one["institution"], one["mark"], one["score"] / 10,
            because(reasons_of(json.loads(one["parts"]))),
        )
        for one in reversed(each.values())
    ]  # fmt: skip


async def best_matches(viewer: Viewer, most: int = 3) -> list[Found]:
    """What fits any open listing of the viewer's institutions best, for the home page. Nothing for who coordinates none."""
    if not viewer.coordinates:
        return []
    return await best_for(viewer, [listing_id for listing_id, _title in await own_open(viewer)], most)


async def own_listings(viewer: Viewer) -> list[OwnListing]:
    """The listings of the viewer's institutions in every state, the one changed last first."""
    if not viewer.coordinates:
        return []
    seen, values = visible_sql(viewer, "l.audience")
    found = await rows(_OWN.format(seen=seen), own=sorted(viewer.coordinates), **values)
    return [_own(one) for one in found]


def _own(found: Mapping[str, Any]) -> OwnListing:
    known = {name: found[name] for name in ("id", "ref", "title", "direction", "status", "language", "matches", "inquiries")}
    best = None if found["best"] is None else found["best"] / 10
    known["expires_at"] = found["expires_at"]
    return OwnListing(**known, window=labels.window(found["starts"], found["ends"]), best=best)


async def titled(viewer: Viewer, listing_id: int | None) -> Titled | None:
    """A listing's name and address, if the viewer sees it."""
    listing = await Listing.visible_to(viewer).get_or_none(id=listing_id) if listing_id else None
    return Titled(listing.title, listing.url, listing.language) if listing else None


async def own_open(viewer: Viewer) -> list[tuple[int, str]]:
    """(id, title) of the open listings of the viewer's institutions."""
    found = await rows(_OPEN, own=sorted(viewer.coordinates)) if viewer.coordinates else []
    return [(one["id"], one["title"]) for one in found]


async def places_of(ids: frozenset[int]) -> list[tuple[float, float]]:
    """(latitude, longitude) of those of the institutions that have a place on the map."""
    found = await rows(_PLACES, ids=sorted(ids)) if ids else []
    return [(one["latitude"], one["longitude"]) for one in found]


async def houses(ids: frozenset[int]) -> list[tuple[int, str, str]]:
    """(id, name, country) of these institutions."""
    return [(one["id"], one["name"], one["country"]) for one in await rows(_HOUSES, ids=sorted(ids))]
