"""What pages ask about accounts."""

from dataclasses import dataclass
from datetime import datetime

from community import clock
from community.accounts import second_step
from community.accounts.applying import ANSWER_WITHIN
from community.accounts.devices import device_of
from community.accounts.proving import is_fresh
from community.audience import Viewer
from community.settings import settings
from community.storage import rows


@dataclass(frozen=True)
class OpenSession:
    """One device that is signed in. `is_this` is the one that asks."""

    id: int
    device: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class Blocked:
    id: int
    name: str
    handle: str


@dataclass(frozen=True)
class OwnPasskey:
    id: int
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Ways:
    """How a member signs in beside the pass phrase. `may_change` after a fresh proof; passkeys work at `origin` alone."""

    may_change: bool
    passkeys: list[OwnPasskey]
    app_is_on: bool
    codes_left: int
    origin: str


@dataclass(frozen=True)
class Applicant:
    """Somebody who asked to join and has confirmed the address. `answer` is what they wrote to a steward's `question`."""

    id: int
    member_id: int
    name: str
    line: str
    language: str
    applied_at: datetime
    question: str
    answer: str
    domain: str


async def my_sessions(viewer: Viewer, most: int) -> list[OpenSession]:
    """The viewer's own, this one first, then by last use."""
    found = await rows(
        """SELECT id, user_agent, created_at, seen_at FROM sessions WHERE member_id = :member AND expires_at > :now
           ORDER BY CASE WHEN id = :this THEN 0 ELSE 1 END, seen_at DESC, id DESC LIMIT :most""",
        member=viewer.member, now=clock.now(), this=viewer.session, most=most,
    )  # fmt: skip
    return [
        OpenSession(row["id"], device_of(row["user_agent"]), row["created_at"], row["seen_at"], row["id"] == viewer.session)
        for row in found
    ]


async def my_ways(viewer: Viewer) -> Ways:
    member = viewer.member or 0
    keys = await rows("SELECT id, name, created_at, used_at FROM passkeys WHERE member_id = :member ORDER BY id", member=member)
    passkeys = [OwnPasskey(row["id"], row["name"], row["created_at"], row["used_at"]) for row in keys]
    return Ways(
        await is_fresh(viewer), passkeys, await second_step.is_on(member), await second_step.codes_left(member),
        settings().public_origin,
    )  # fmt: skip


async def should_turn_on_second_step(viewer: Viewer) -> bool:
    """Whether to ask a steward, whose account can do most, to protect it by more than a pass phrase."""
    return viewer.is_steward and viewer.member is not None and not await second_step.is_on(viewer.member)


async def my_blocks(viewer: Viewer) -> list[Blocked]:
    found = await rows(
        """SELECT m.id, m.name, m.handle FROM blocks AS b JOIN members AS m ON m.id = b.blocked_id
           WHERE b.blocker_id = :member ORDER BY m.name_folded, m.id""",
        member=viewer.member,
    )  # fmt: skip
    return [Blocked(row["id"], row["name"], row["handle"]) for row in found]


async def waiting_applicants(viewer: Viewer) -> list[Applicant]:
    """Those whom a steward has still to decide on, the longest waiting first; nobody for others than stewards.

    Who was asked something is away until they answer, or for as long as they have to. The mail domain goes along, not the address.
    """
    if not viewer.is_steward:
        return []
    found = await rows(
        """SELECT a.id, a.member_id, m.name, a.line, m.language, a.created_at AS applied_at, a.question, a.answer, m.email
           FROM applications AS a JOIN members AS m ON m.id = a.member_id
           WHERE a.decided_at IS NULL AND m.confirmed_at IS NOT NULL AND (a.asked_at IS NULL OR a.asked_at < :unanswered)
           ORDER BY a.created_at, a.id""",
        unanswered=clock.now() - ANSWER_WITHIN,
    )  # fmt: skip
    return [
        Applicant(**{key: value for key, value in one.items() if key != "email"}, domain=_domain(one["email"])) for one in found
    ]


def _domain(email: str) -> str:
    return email.rpartition("@")[2]
