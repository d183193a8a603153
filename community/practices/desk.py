"""What stewards see of the practices that were handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from community.audience import Viewer
from community.institutions.queries import Person, people
from community.practices.models import Edition, PracticeSubmission
from community.practices.policies import can_decide
from community.practices.queries import maker_of
from community.practices.reading import Reading, reading
from community.practices.record import restored


@dataclass(frozen=True)
class SubmissionLine:
    """One that waits. `url` is where it is decided."""

    id: int
    title: str
    lang: str
    by: Person | None
    at: datetime

    @property
    def url(self) -> str:
        return f"/practices/submitted/{self.id}"


@dataclass(frozen=True)
class DeskPage:
    lines: list[SubmissionLine]


@dataclass(frozen=True)
class SubmissionPage:
    """A submission as it was handed in. `verdict` is "" while it waits; `number` says which edition it would become."""

    id: int
    number: int
    by: Person | None
    at: datetime
    read: Reading
    verdict: str
    can_decide: bool
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


async def waiting_submissions(viewer: Viewer, most: int = 100) -> list[SubmissionLine]:
    """Those nobody has decided on, the oldest first; none for whoever is no steward. Two queries."""
    seen = PracticeSubmission.visible_to(viewer).filter(verdict="").order_by("id").limit(most)
    found = await seen.only("id", "title", "lang", "author_id", "submitted_at")
    by = await people(one.author_id for one in found)
    return [SubmissionLine(one.id, one.title, one.lang, by.get(one.author_id), one.submitted_at) for one in found]


async def count_submissions(viewer: Viewer) -> int:
    """How many wait for this steward."""
    return await PracticeSubmission.visible_to(viewer).filter(verdict="").count()


async def submission_page(
    viewer: Viewer, submission_id: int, values: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> SubmissionPage:
    found = await PracticeSubmission.visible_to(viewer).select_related("edition").get(id=submission_id)
    edition: Edition = found.edition
    record = restored(found.content["record"])
    return SubmissionPage(
        id=found.id, number=edition.number, by=(await people([found.author_id])).get(found.author_id), at=found.submitted_at,
        read=reading(record, found.content["html"], await maker_of(viewer, record)), verdict=found.verdict,
        can_decide=not found.verdict and can_decide(viewer, edition), values=values or {}, errors=errors or {},
    )  # fmt: skip
