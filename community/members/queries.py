"""What pages ask about members."""

from dataclasses import dataclass, field
from datetime import datetime

from community.accounts.emptying import left_to_empty
from community.audience import Viewer
from community.errors import NotFound
from community.members.models import Detail
from community.members.people import Person, people
from community.storage import row, rows
from community.text import fold


@dataclass(frozen=True)
class Profile:
    """A member as one viewer may see them: the details of the tiers the viewer holds, in the order they were written.

    `trust` is told to stewards alone, and "" to others.
    """

    person: Person
    member_since: datetime
    time_zone: str
    details: list[Detail] = field(default_factory=list)
    is_mine: bool = False
    is_blocked: bool = False
    trust: str = ""

    def all(self, kind: str) -> list[Detail]:
        return [detail for detail in self.details if detail.kind == kind]

    def one(self, kind: str) -> Detail | None:
        return next(iter(self.all(kind)), None)


async def profile(viewer: Viewer, handle: str) -> Profile:
    """Raises NotFound for a handle nobody has, and for members who have not joined yet or are suspended."""
    found = await row(
        """SELECT id, created_at, time_zone, trust FROM members
           WHERE handle = :handle AND confirmed_at IS NOT NULL AND admitted_at IS NOT NULL AND suspended_at IS NULL""",
        handle=handle.lower(),
    )
    if found is None:
        raise NotFound
    details = await Detail.visible_to(viewer).filter(member_id=found["id"]).order_by("position", "id")
    person = (await people([found["id"]]))[found["id"]]
    is_mine = viewer.member == found["id"]
    blocked = viewer.signed_in and not is_mine and await _blocks(viewer, found["id"])
    trust = found["trust"] if viewer.is_steward else ""
    return Profile(person, found["created_at"], found["time_zone"], details, is_mine, blocked, trust)


async def called(handle: str) -> Person:
    """Whoever has this handle and has joined, also while they are suspended: for stewards. Raises NotFound."""
    found = await row(
        """SELECT id FROM members
           WHERE handle = :handle AND confirmed_at IS NOT NULL AND admitted_at IS NOT NULL AND left_at IS NULL""",
        handle=handle.lower(),
    )
    if found is None:
        raise NotFound
    return (await people([found["id"]]))[found["id"]]


async def _blocks(viewer: Viewer, member_id: int) -> bool:
    """Whether the viewer blocks them; the other way round nobody is told."""
    found = await row("SELECT id FROM blocks WHERE blocker_id = :me AND blocked_id = :them", me=viewer.member, them=member_id)
    return found is not None


@dataclass(frozen=True)
class SuspendedMember:
    id: int
    name: str
    handle: str
    suspended_at: datetime


@dataclass(frozen=True)
class Departed:
    """Somebody who has left, without a name. What they posted is being emptied while `to_empty` is not 0: `left` of it stands."""

    left_at: datetime
    to_empty: int
    left: int


async def departures(viewer: Viewer, most: int = 20) -> list[Departed]:
    """The newest first; nobody for others than stewards."""
    if not viewer.is_steward:
        return []
    found = await rows(
        "SELECT member_id, left_at, empties, to_empty, emptied_at FROM departures ORDER BY left_at DESC, id DESC LIMIT :most",
        most=most,
    )
    made = []
    for one in found:
        is_going_on = one["empties"] and one["emptied_at"] is None
        left = await left_to_empty(one["member_id"]) if is_going_on else 0
        made.append(Departed(one["left_at"], max(one["to_empty"], left) if is_going_on else 0, left))
    return made


async def suspended_members(viewer: Viewer) -> list[SuspendedMember]:
    """The newest first; nobody for others than stewards."""
    if not viewer.is_steward:
        return []
    found = await rows(
        """SELECT id, name, handle, suspended_at FROM members WHERE suspended_at IS NOT NULL AND left_at IS NULL
           ORDER BY suspended_at DESC LIMIT 200"""
    )
    return [SuspendedMember(one["id"], one["name"], one["handle"], one["suspended_at"]) for one in found]


@dataclass(frozen=True)
class Suggested:
    handle: str
    name: str


async def suggested(viewer: Viewer, typed: str, most: int = 6) -> list[Suggested]:
    """Members whose handle or name begins with what was typed, for completing an @mention; nobody blocked either way."""
    beginning = fold(typed)[:40].replace("!", "!!").replace("%", "!%").replace("_", "!_")
    if len(beginning) < 2:
        return []
    found = await rows(
        """SELECT id, handle, name FROM members WHERE confirmed_at IS NOT NULL AND admitted_at IS NOT NULL
           AND suspended_at IS NULL AND id NOT IN :blocked
           AND (handle LIKE :beginning ESCAPE '!' OR name_folded LIKE :beginning ESCAPE '!' OR name_folded LIKE :word ESCAPE '!')
           ORDER BY name_folded, id LIMIT :most""",
        blocked=sorted(viewer.blocked), beginning=f"{beginning}%", word=f"% {beginning}%", most=most,
    )  # fmt: skip
    return [Suggested(one["handle"], one["name"]) for one in found]
