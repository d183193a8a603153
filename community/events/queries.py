"""What pages ask about events."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community import clock
from community.audience import Viewer, visible_sql
from community.events.models import Event, EventSession
from community.events.timing import Span
from community.storage import row, rows

HOME = 3

_CARDS = """
    SELECT e.id, e.slug, e.title, e.summary, e.language, e.mode, e.place, e.precision, e.starts_at, e.ends_at, e.time_zone, e.state,
        e.host, e.capacity, e.registrants_said, e.countries_said, e.registrants_note, e.source_id, i.name AS institution, i.mark,
        (SELECT COUNT(*) FROM event_registrations AS r WHERE r.event_id = e.id AND r.state = 'registered') AS registered,
        (SELECT r.state FROM event_registrations AS r WHERE r.event_id = e.id AND r.member_id = :member) AS mine
    FROM events AS e LEFT JOIN institutions AS i ON i.id = e.institution_id AND {maker_seen}
    WHERE {seen}
"""
_COUNTS = """
    SELECT COUNT(CASE WHEN r.state = 'registered' THEN 1 END) AS registered,
        COUNT(CASE WHEN r.state = 'waiting' THEN 1 END) AS waiting,
        COUNT(DISTINCT CASE WHEN r.state = 'registered' AND r.country <> '' THEN r.country END) AS countries
    FROM event_registrations AS r WHERE r.event_id = :id
"""
_CHOSEN = """
    SELECT c.session_id, COUNT(*) AS n FROM event_choices AS c JOIN event_registrations AS r ON r.id = c.registration_id
    WHERE r.event_id = :id AND r.state = 'registered' GROUP BY c.session_id
"""
_MINE = """
    SELECT r.state, r.ticket, c.session_id,
        (SELECT COUNT(*) FROM event_registrations AS w WHERE w.event_id = r.event_id AND w.state = 'waiting'
            AND w.ticket < r.ticket) AS ahead
    FROM event_registrations AS r LEFT JOIN event_choices AS c ON c.registration_id = r.id
    WHERE r.event_id = :id AND r.member_id = :member AND r.state <> 'cancelled'
"""
_GUESTS = """
    SELECT r.id, r.member_id, r.state, r.since, s.code, s.title FROM event_registrations AS r
    LEFT JOIN event_choices AS c ON c.registration_id = r.id LEFT JOIN event_sessions AS s ON s.id = c.session_id
    WHERE r.event_id = :id AND r.state <> 'cancelled' ORDER BY r.state, r.ticket, s.number LIMIT 2000
"""
_HOUSE = "SELECT i.id, i.name, i.slug, i.mark, i.city FROM institutions AS i WHERE i.id = :id AND {seen}"


@dataclass(frozen=True)
class Figures:
    """Who comes: our own count, or what was published. `note` is a published phrase that stands instead of a number."""

    registered: int = 0
    waiting: int = 0
    countries: int = 0
    note: str = ""


@dataclass(frozen=True)
class Card:
    """An event in a list. `mine` is the reader's registration: "registered", "waiting" or ""."""

    id: int
    url: str
    title: str
    summary: str
    language: str
    mode: str
    place: str
    span: Span
    time_zone: str
    state: str
    host: str
    mark: str
    capacity: int | None
    figures: Figures
    mine: str
    is_report: bool

    @property
    def free(self) -> int | None:
        """Seats that are left; None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.figures.registered)


@dataclass(frozen=True)
class House:
    id: int
    name: str
    slug: str
    mark: str
    city: str


@dataclass(frozen=True)
class Mine:
    """The reader's registration: its state, what was chosen, and how many wait before them."""

    state: str
    chosen: frozenset[int]
    ahead: int


@dataclass(frozen=True)
class Comer:
    """A registration as the organiser sees it."""

    member_id: int
    state: str
    since: datetime
    chosen: tuple[str, ...]


async def cards(viewer: Viewer, where: str, values: Mapping[str, Any]) -> list[Card]:
    """Events that the viewer sees. `where` begins with " AND" and holds the order and the limit, too."""
    seen, keys = visible_sql(viewer, "e.audience")
    maker_seen, _same = visible_sql(viewer, "i.audience")
    text = _CARDS.format(seen=seen, maker_seen=maker_seen) + where
    return [_card(found) for found in await rows(text, member=viewer.member or 0, **keys, **values)]


def _card(found: Mapping[str, Any]) -> Card:
    same = {name: found[name] for name in ("id", "title", "summary", "language", "mode", "place", "time_zone", "state", "capacity")}
    return Card(
        **same, url=f"/events/{found['slug']}", span=Span(found["precision"], found["starts_at"], found["ends_at"]),
        host=found["host"] or found["institution"] or "", mark=found["mark"] or "",
        figures=_published(found) or Figures(found["registered"]),
        mine=found["mine"] if found["mine"] in {"registered", "waiting"} else "", is_report=found["source_id"] is not None,
    )  # fmt: skip


async def coming_up(viewer: Viewer, most: int = HOME) -> list[Card]:
    """What begins next, for the home page."""
    where = " AND e.ends_at > :now AND e.state = 'planned' ORDER BY e.starts_at, e.id LIMIT :most"
    return await cards(viewer, where, {"now": clock.now(), "most": most})


async def of_institution(viewer: Viewer, institution_id: int, most: int) -> list[Card]:
    where = " AND e.institution_id = :institution AND e.ends_at > :now ORDER BY e.starts_at, e.id LIMIT :most"
    return await cards(viewer, where, {"institution": institution_id, "now": clock.now(), "most": most})


async def of_space(viewer: Viewer, key: str, most: int) -> list[Card]:
    """What is for the members of a space alone."""
    events = await Event.visible_to(viewer).filter(audience=key, ends_at__gt=clock.now()).order_by("starts_at").limit(most)
    return (
        await cards(viewer, " AND e.id IN :ids ORDER BY e.starts_at, e.id", {"ids": [one.id for one in events]}) if events else []
    )


async def figures(event: Event) -> Figures:
    published = {name: getattr(event, name) for name in ("ends_at", "registrants_said", "countries_said", "registrants_note")}
    return _published(published) or Figures(**(await row(_COUNTS, id=event.id) or {}))


def _published(found: Mapping[str, Any]) -> Figures | None:
    """What was said afterwards; before that our own count stands."""
    if found["ends_at"] > clock.now() or not (found["registrants_said"] or found["countries_said"] or found["registrants_note"]):
        return None
    return Figures(found["registrants_said"] or 0, 0, found["countries_said"] or 0, found["registrants_note"])


async def chosen(event: Event) -> dict[int, int]:
    """{session id: how many of those with a seat chose it}."""
    return {found["session_id"]: found["n"] for found in await rows(_CHOSEN, id=event.id)}


async def mine(viewer: Viewer, event: Event) -> Mine | None:
    found = await rows(_MINE, id=event.id, member=viewer.member) if viewer.member else []
    picked = frozenset(one["session_id"] for one in found if one["session_id"])
    return Mine(found[0]["state"], picked, found[0]["ahead"]) if found else None


async def comers(event: Event) -> list[Comer]:
    """Everybody with a seat, then who waits, in the order they came; for those who run the event."""
    by_id: dict[int, Comer] = {}
    for found in await rows(_GUESTS, id=event.id):
        known = by_id.get(found["id"]) or Comer(found["member_id"], found["state"], found["since"], ())
        picked = (found["code"] or found["title"],) if found["title"] else ()
        by_id[found["id"]] = Comer(known.member_id, known.state, known.since, known.chosen + picked)
    return list(by_id.values())


async def house(viewer: Viewer, institution_id: int | None) -> House | None:
    """The institution, where the viewer may see it."""
    seen, keys = visible_sql(viewer, "i.audience")
    found = await row(_HOUSE.format(seen=seen), id=institution_id, **keys) if institution_id else None
    return House(**found) if found else None


async def sessions_of(event: Event) -> list[EventSession]:
    """The programme: by time, what has none in the order of the form."""
    found = await EventSession.filter(event_id=event.id)
    return sorted(found, key=lambda one: (one.starts_at or event.starts_at, one.number))


async def space_names(keys: Collection[str]) -> dict[str, str]:
    """{key: name} of spaces by their keys, for those who hold a role there."""
    ids = [int(key.removeprefix("space:")) for key in keys]
    found = await rows("SELECT id, name FROM spaces WHERE id IN :ids ORDER BY name_folded", ids=ids) if ids else []
    return {f"space:{one['id']}": one["name"] for one in found}
