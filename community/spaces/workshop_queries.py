"""What the pages of workshops show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community import clock
from community.audience import Viewer
from community.institutions.queries import Person, people
from community.spaces.models import Workshop
from community.storage import rows


@dataclass(frozen=True)
class WorkshopLine:
    id: int
    title: str
    uses_spent: int
    uses_allowed: int
    expires_at: datetime


@dataclass(frozen=True)
class Guest:
    """Who came by the code and has confirmed the address. `is_new` while their posts wait elsewhere."""

    person: Person
    is_new: bool


async def workshops_at(viewer: Viewer, **place: Any) -> list[WorkshopLine]:
    """The codes of a place that still work, the newest first. For those who may host there."""
    found = Workshop.filter(stopped_at=None, expires_at__gt=clock.now(), **place).order_by("-id").limit(20)
    return [WorkshopLine(one.id, one.title, one.uses_spent, one.uses_allowed, one.expires_at) for one in await found]


async def guests_of(workshop_id: int) -> list[Guest]:
    found = await rows(
        """SELECT g.member_id, m.trust FROM workshop_guests AS g JOIN members AS m ON m.id = g.member_id
           WHERE g.workshop_id = :id AND m.confirmed_at IS NOT NULL AND m.suspended_at IS NULL ORDER BY g.id LIMIT 200""",
        id=workshop_id,
    )  # fmt: skip
    shown = await people(one["member_id"] for one in found)
    return [Guest(shown[one["member_id"]], one["trust"] == "newcomer") for one in found if one["member_id"] in shown]


def place_of(workshop: Workshop) -> tuple[str, str]:
    """The name and the address of where a code leads. The workshop's place is fetched with it."""
    if workshop.institution_id is not None:
        return workshop.institution.name, f"/institutions/{workshop.institution.slug}"
    return workshop.space.name, f"/spaces/{workshop.space.slug}"
