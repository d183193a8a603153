"""What the pages show of inquiries and of rings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community.audience import Viewer, visible_sql
from community.errors import NotFound
from community.exchange import labels
from community.exchange.models import Inquiry
from community.exchange.policies import side_of
from community.exchange.workflows import INQUIRY, INQUIRY_STANDING, INQUIRY_WHO, verbs
from community.institutions.queries import Person, people
from community.storage import rows


@dataclass(frozen=True)
class Talk:
    """A line in a list of inquiries. `ours`: we asked; `our_turn`: the other side waits for us."""

    id: int
    ref: str
    title: str
    language: str
    partner: str
    mark: str
    status: str
    since: datetime
    ours: bool
    our_turn: bool

    @property
    def is_open(self) -> bool:
        return self.status in INQUIRY_STANDING

    @property
    def url(self) -> str:
        return f"/inquiries/{self.id}"

    @property
    def status_label(self) -> str:
        return labels.inquiry_states()[self.status]


@dataclass(frozen=True)
class Message:
    id: int
    html: str
    language: str
    at: datetime
    author: Person | None
    institution: str
    ours: bool


@dataclass(frozen=True)
class RingStep:
    """One leg in words: `taker` goes, `giver` hosts. `score` 0..100."""

    taker: str
    giver: str
    request: str
    request_ref: str
    offer: str
    offer_ref: str
    score: float
    ours: bool


@dataclass(frozen=True)
class RingSeen:
    """A proposed ring as one side sees it. `answers` are (institution, "yes" | "no" | "")."""

    proposal: int
    answer: str
    state: str
    lowest: float
    steps: tuple[RingStep, ...]
    answers: tuple[tuple[str, str], ...]


_TALKS = """
    SELECT q.id, l.ref, l.title, l.language, q.status, q.silent_since AS since_at, q.guest_id, q.host_id, q.waits_for,
        h.name AS host, h.mark AS host_mark, g.name AS guest, g.mark AS guest_mark
    FROM inquiries AS q JOIN listings AS l ON l.id = q.listing_id
    JOIN institutions AS h ON h.id = q.host_id JOIN institutions AS g ON g.id = q.guest_id
    WHERE {seen} AND (q.guest_id IN :own OR q.host_id IN :own){only} ORDER BY q.silent_since DESC, q.id DESC LIMIT 50
"""
_MESSAGES = """
    SELECT m.id, m.html, m.language, m.created_at, m.author_id, m.institution_id, i.name FROM inquiry_messages AS m
    JOIN institutions AS i ON i.id = m.institution_id WHERE m.inquiry_id = :id ORDER BY m.id
"""
_RINGS = """
    SELECT p.id, p.ring_id, p.answer, g.state, g.lowest, p.institution_id FROM ring_proposals AS p
    JOIN rings AS g ON g.id = p.ring_id WHERE g.state <> 'ended' AND {seen} ORDER BY g.lowest DESC, p.id
"""
_STEPS = """
    SELECT s.ring_id, s.place, s.score, r.ref AS request_ref, r.title AS request, o.ref AS offer_ref, o.title AS offer,
        t.id AS taker_id, t.name AS taker, v.id AS giver_id, v.name AS giver, a.answer
    FROM ring_legs AS s JOIN listings AS r ON r.id = s.request_id JOIN listings AS o ON o.id = s.offer_id
    JOIN institutions AS t ON t.id = r.institution_id JOIN institutions AS v ON v.id = o.institution_id
    JOIN ring_proposals AS a ON a.ring_id = s.ring_id AND a.institution_id = t.id
    WHERE s.ring_id IN :rings ORDER BY s.ring_id, s.place
"""


async def talk(viewer: Viewer, inquiry_id: int) -> Talk:
    """One inquiry of the viewer's institutions. Raises NotFound."""
    found = await _talks(viewer, " AND q.id = :id", {"id": inquiry_id})
    if not found:
        raise NotFound
    return found[0]


async def inquiries(viewer: Viewer, *, about: int | None = None, waiting: bool = False) -> list[Talk]:
    """The inquiries of the viewer's institutions, the last moved first: all, `about` one listing, or `waiting` for us."""
    only, more = ("", {}) if about is None else (" AND q.listing_id = :about", {"about": about})
    return await _talks(viewer, only + (" AND q.waits_for IN :own" if waiting else ""), more)


async def _talks(viewer: Viewer, only: str, more: dict[str, int]) -> list[Talk]:
    if not viewer.coordinates:
        return []
    seen, values = visible_sql(viewer, "q.audience")
    found = await rows(_TALKS.format(seen=seen, only=only), own=sorted(viewer.coordinates), **values, **more)
    return [_talk(one, viewer.coordinates) for one in found]


def _talk(found: Mapping[str, Any], own: frozenset[int]) -> Talk:
    ours = found["guest_id"] in own and found["host_id"] not in own
    other = "host" if ours else "guest"
    return Talk(
        found["id"], found["ref"], found["title"], found["language"], found[other], found[f"{other}_mark"], found["status"],
        found["since_at"], ours, found["waits_for"] in own,
    )  # fmt: skip


async def messages(viewer: Viewer, inquiry: Inquiry) -> list[Message]:
    """What was written in an inquiry that the viewer has been found to see, oldest first."""
    found = await rows(_MESSAGES, id=inquiry.id)
    writers = await people(one["author_id"] for one in found)
    return [
        Message(
            one["id"], one["html"], one["language"], one["created_at"], writers.get(one["author_id"]), one["name"],
            one["institution_id"] in viewer.coordinates,
        )
        for one in found
    ]  # fmt: skip


def possible(viewer: Viewer, inquiry: Inquiry) -> tuple[str, ...]:
    """What the viewer's side may do now."""
    return verbs(INQUIRY, INQUIRY_WHO, inquiry.status, side_of(viewer, inquiry))


async def rings(viewer: Viewer) -> list[RingSeen]:
    """The rings proposed to the viewer's institutions that still stand, best first. Two queries."""
    seen, values = visible_sql(viewer, "p.audience")
    found = await rows(_RINGS.format(seen=seen), **values)
    steps = await rows(_STEPS, rings=[one["ring_id"] for one in found]) if found else []
    return [_ring(one, [step for step in steps if step["ring_id"] == one["ring_id"]]) for one in found]


def _ring(found: Mapping[str, Any], steps: list[dict[str, Any]]) -> RingSeen:
    own = found["institution_id"]
    legs = tuple(
        RingStep(
            one["taker"], one["giver"], one["request"], one["request_ref"], one["offer"], one["offer_ref"], one["score"] / 10,
            own in (one["taker_id"], one["giver_id"]),
        )
        for one in steps
    )  # fmt: skip
    answers = tuple((one["taker"], one["answer"]) for one in steps)
    return RingSeen(found["id"], found["answer"], found["state"], found["lowest"] / 10, legs, answers)
