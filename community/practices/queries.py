"""What the pages of a practice show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from community.audience import Viewer, visible_sql
from community.discussions.beneath import beneath
from community.errors import NotFound
from community.institutions.queries import Person, people
from community.practices.adaptations import Adaptations, adaptations_of
from community.practices.cards import PracticeCard, cards_sql, made
from community.practices.models import Edition, Practice
from community.practices.policies import can_adapt, can_archive, can_begin_edition, can_endorse
from community.practices.reading import Maker, Reading, reading
from community.practices.record import Record
from community.practices.storing import contents_of
from community.practices.workflow import OPEN, READABLE
from community.storage import row, rows

__all__ = ["PracticeCard", "PracticePage", "practice_page", "practices_of_institution", "recent_practices"]

MOST_ENDORSEMENTS = 20


@dataclass(frozen=True)
class EditionLine:
    """A published edition in the list of them."""

    number: int
    at: datetime
    href: str
    is_shown: bool


@dataclass(frozen=True)
class EndorsementLine:
    person: Person | None
    line: str
    since: datetime


@dataclass(frozen=True)
class Pointer:
    title: str
    href: str
    lang: str


@dataclass(frozen=True)
class Ties:
    """Other practices this one is tied to: the original it adapts, the lead it answers, and what answers it if it is a lead."""

    original: Pointer | None
    lead: Pointer | None
    answers: list[Pointer]


@dataclass(frozen=True)
class Discussion:
    """The thread about a practice, and how many posts answer its opening."""

    href: str
    replies: int


@dataclass(frozen=True)
class PracticePage:
    """A practice as it is read. `edition_id` is what an adaptation starts from; `newer` is the address of the current edition.

    `endorsement` is the reader's own line, None where they have not endorsed it. `draft` is the address of the edition on its way,
    "" where there is none or the reader is no author. `beneath` are the messages it began with.
    """

    id: int
    edition_id: int
    number: int
    state: str
    published_at: datetime
    read: Reading
    is_lead: bool
    is_paraphrased: bool
    ties: Ties
    discussion: Discussion | None
    newer: str
    editions: list[EditionLine]
    adaptations: Adaptations
    endorsements: list[EndorsementLine]
    endorsed_by: int
    endorsement: str | None
    draft: str
    can_endorse: bool
    can_adapt: bool
    can_begin_edition: bool
    can_archive: bool
    signed_in: bool
    record: Record
    version: int
    beneath: Markup

    @property
    def url(self) -> str:
        return f"/practices/{self.id}/editions/{self.number}" if self.newer else f"/practices/{self.id}"


async def practice_page(viewer: Viewer, practice_id: int, number: int | None = None) -> PracticePage:
    """The current edition, or the published one with this number. Raises NotFound for what is not there, or not to be read."""
    if number is not None and number >= 2**31:  # no column holds it
        raise NotFound
    wanted: dict[str, Any] = {"is_current": True} if number is None else {"number": number, "state__in": sorted(READABLE)}
    seen = Edition.visible_to(viewer).filter(practice_id=practice_id).select_related("practice")
    edition = await seen.get_or_none(**wanted)
    if edition is None:
        raise NotFound
    record, prose = await contents_of(edition)
    editions = await _editions(viewer, practice_id)
    count, own = await _endorsed(viewer, practice_id)
    return PracticePage(
        id=practice_id, edition_id=edition.id, number=edition.number, state=edition.state, published_at=edition.published_at,
        read=reading(record, {name: one.html for name, one in prose.items()}, await maker_of(viewer, record)),
        is_lead=edition.practice.kind == "lead", is_paraphrased=edition.practice.source_id is not None,
        ties=await _ties(viewer, edition.practice), discussion=await _discussion(viewer, edition.practice.thread_id),
        newer="" if edition.is_current else f"/practices/{practice_id}",
        editions=[_line(one, edition) for one in editions if one["state"] in READABLE],
        adaptations=await adaptations_of(viewer, practice_id),
        endorsements=await _endorsements(practice_id), endorsed_by=count, endorsement=own,
        draft=f"/practices/{practice_id}/draft" if any(one["state"] in OPEN for one in editions) else "",
        can_endorse=edition.practice.kind == "practice" and can_endorse(viewer, edition), can_adapt=can_adapt(viewer, edition),
        can_begin_edition=can_begin_edition(viewer, edition), can_archive=can_archive(viewer, edition),
        signed_in=viewer.signed_in, record=record, version=edition.version,
        beneath=await beneath(viewer, f"practice:{practice_id}") if edition.practice.harvested else Markup(),
    )  # fmt: skip


async def maker_of(viewer: Viewer, record: Record) -> Maker:
    """The institution that signs, as far as this viewer sees it; else the name that was written."""
    if record.institution_id is None:
        return Maker(record.institution_name)
    seen, keys = visible_sql(viewer)
    found = await row(
        f"SELECT name, slug, mark, latitude, longitude FROM institutions WHERE id = :id AND {seen}",
        id=record.institution_id,
        **keys,
    )
    if found is None:
        return Maker(record.institution_name)
    return Maker(found["name"], f"/institutions/{found['slug']}", found["mark"], found["latitude"], found["longitude"])


async def _editions(viewer: Viewer, practice_id: int) -> list[dict[str, Any]]:
    """All that this viewer sees, the newest first."""
    seen, keys = visible_sql(viewer)
    return await rows(
        f"""SELECT id, number, state, is_current, published_at FROM editions WHERE practice_id = :id AND {seen}
            ORDER BY number DESC""",
        id=practice_id, **keys,
    )  # fmt: skip


def _line(found: Mapping[str, Any], shown: Edition) -> EditionLine:
    href = f"/practices/{shown.practice_id}/editions/{found['number']}"
    return EditionLine(found["number"], found["published_at"], href, found["id"] == shown.id)


_TIES = """
    SELECT e.practice_id, e.title, e.lang, p.lead_id FROM editions AS e JOIN practices AS p ON p.id = e.practice_id
    WHERE e.is_current AND {seen} AND (p.id = :origin OR p.id = :lead OR p.lead_id = :id) ORDER BY e.practice_id
"""


async def _ties(viewer: Viewer, practice: Practice) -> Ties:
    seen, keys = visible_sql(viewer, "e.audience")
    nowhere = 0  # no row has this number
    found = await rows(
        _TIES.format(seen=seen),
        id=practice.id,
        origin=practice.origin_practice_id or nowhere,
        lead=practice.lead_id or nowhere,
        **keys,
    )
    by_id = {one["practice_id"]: Pointer(one["title"], f"/practices/{one['practice_id']}", one["lang"]) for one in found}
    answers = [by_id[one["practice_id"]] for one in found if one["lead_id"] == practice.id]
    return Ties(by_id.get(practice.origin_practice_id or nowhere), by_id.get(practice.lead_id or nowhere), answers)


async def _discussion(viewer: Viewer, thread_id: int | None) -> Discussion | None:
    if thread_id is None:
        return None
    seen, keys = visible_sql(viewer)
    found = await row(f"SELECT id, reply_count FROM threads WHERE id = :id AND {seen}", id=thread_id, **keys)
    return Discussion(f"/threads/{found['id']}", max(0, found["reply_count"] - 1)) if found else None


async def _endorsed(viewer: Viewer, practice_id: int) -> tuple[int, str | None]:
    """How many use it, and the viewer's own line."""
    found = await row(
        """SELECT COUNT(*) AS n, MAX(CASE WHEN member_id = :me THEN line END) AS own
           FROM practice_endorsements WHERE practice_id = :id""",
        id=practice_id, me=viewer.member or 0,
    )  # fmt: skip
    return (found["n"], found["own"]) if found else (0, None)


async def _endorsements(practice_id: int) -> list[EndorsementLine]:
    """The newest, those first that say how."""
    found = await rows(
        """SELECT member_id, line, since AS since_at FROM practice_endorsements WHERE practice_id = :id
           ORDER BY CASE WHEN line = '' THEN 1 ELSE 0 END, id DESC LIMIT :most""",
        id=practice_id, most=MOST_ENDORSEMENTS,
    )  # fmt: skip
    by = await people(one["member_id"] for one in found)
    return [EndorsementLine(by.get(one["member_id"]), one["line"], one["since_at"]) for one in found]


async def recent_practices(viewer: Viewer, most: int) -> list[PracticeCard]:
    """The newest of the library, described ones before leads. Two queries."""
    text, keys = cards_sql(viewer)
    order = "ORDER BY CASE WHEN p.kind = 'lead' THEN 1 ELSE 0 END, e.published_at DESC, e.id DESC LIMIT :most"
    return await made(await rows(f"{text} {order}", most=most, **keys))


async def practices_of_institution(viewer: Viewer, institution_id: int, most: int) -> list[PracticeCard]:
    """What an institution has signed. Two queries."""
    text, keys = cards_sql(viewer)
    condition = "AND e.institution_id = :institution ORDER BY e.published_at DESC, e.id DESC LIMIT :most"
    return await made(await rows(f"{text} {condition}", institution=institution_id, most=most, **keys))
