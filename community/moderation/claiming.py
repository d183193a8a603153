"""Who is on what: a moderator claims something that waits, so that two do not read the same at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from community import clock
from community.audience import Viewer
from community.errors import Conflict, NotFound
from community.moderation.queue import everything_waiting
from community.storage import execute, rows, unit_of_work
from community.text.gettext import _

KEPT_FOR = timedelta(minutes=20)  # then it lapses: nothing waits for somebody who went home

# Of two at the same moment one gets the row; a claim that has lapsed is anybody's.
_CLAIM = """
    INSERT INTO queue_claims (subject, member_id, until) VALUES (:subject, :me, :until)
    ON CONFLICT (subject) DO UPDATE SET member_id = excluded.member_id, until = excluded.until
    WHERE queue_claims.until <= :now OR queue_claims.member_id = excluded.member_id
"""
_CLAIMED = """
    SELECT c.subject, c.member_id, c.until, m.name FROM queue_claims AS c JOIN members AS m ON m.id = c.member_id
    WHERE c.until > :now AND m.suspended_at IS NULL
"""


@dataclass(frozen=True)
class Claim:
    """Who is on something, and until when."""

    member_id: int
    name: str
    until: datetime


async def claim(actor: Viewer, subject: str) -> None:
    """Take on something that waits, such as "flag:7". Again by the same moderator: for as long again.

    Raises NotFound for what does not wait for this moderator, Conflict while somebody else is on it.
    """
    await _ensure_waits(actor, subject)
    async with unit_of_work():
        now = clock.now()
        if not await execute(_CLAIM, subject=subject, me=actor.member, now=now, until=now + KEPT_FOR):
            raise Conflict(await _who_is_on(subject))


async def release(actor: Viewer, subject: str) -> None:
    """Leave it to others. Repeating it changes nothing."""
    async with unit_of_work():
        await execute("DELETE FROM queue_claims WHERE subject = :subject AND member_id = :me", subject=subject, me=actor.member)


async def settle(subject: str) -> None:
    """It has been decided: nobody is on it any more. What has lapsed goes along."""
    async with unit_of_work():
        await execute("DELETE FROM queue_claims WHERE subject = :subject OR until <= :now", subject=subject, now=clock.now())


async def ensure_free(actor: Viewer, subject: str) -> None:
    """Raise Conflict while somebody else is on it, NotFound where it is not this moderator's to decide: who is on it tells that it
    is there. Without a claim anybody decides who may.
    """
    found = (await claims()).get(subject)
    if found and found.member_id != actor.member:
        await _ensure_waits(actor, subject)
        raise Conflict(_on_it(found.name))


async def claims() -> dict[str, Claim]:
    """Those that hold at this moment, by what they are about."""
    found = await rows(_CLAIMED, now=clock.now())
    return {row["subject"]: Claim(row["member_id"], row["name"], row["until"]) for row in found}


async def _ensure_waits(actor: Viewer, subject: str) -> None:
    if subject not in {one.key for one in await everything_waiting(actor)}:
        raise NotFound


async def _who_is_on(subject: str) -> str:
    found = (await claims()).get(subject)
    return _on_it(found.name) if found else _("Somebody else was faster.")


def _on_it(name: str) -> str:
    return _("%(name)s is on it. If nothing is decided within twenty minutes, it is free again.") % {"name": name}
