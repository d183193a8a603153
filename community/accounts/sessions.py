"""Sessions: one row a device. The token is in the device's cookie only; the table holds its SHA-256."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from community import clock
from community.accounts.models import Session
from community.audience import Viewer, member_key, raise_rights
from community.errors import NotFound
from community.storage import unit_of_work

KEPT_FOR = timedelta(days=60)
ON_A_SHARED_DEVICE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class OpenedSession:
    """A session just begun: the only moment at which its token is known. `kept` outlives the browser's window."""

    id: int
    token: str
    expires_at: datetime
    kept: bool


def hash_of(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


async def open_session(member_id: int, user_agent: str, *, keep: bool) -> OpenedSession:
    """Begin a session with a fresh token: one that was in the browser before is never taken over. In the caller's unit."""
    token, now = secrets.token_urlsafe(32), clock.now()
    await Session.filter(member_id=member_id, expires_at__lt=now).delete()  # what nothing reads any more
    expires_at = now + (KEPT_FOR if keep else ON_A_SHARED_DEVICE)
    session = await Session.create(
        token_hash=hash_of(token), member_id=member_id, user_agent=user_agent[:200], expires_at=expires_at,
        created_at=now, seen_at=now, proven_at=now,
    )  # fmt: skip
    return OpenedSession(session.id, token, expires_at, keep)


async def end_sessions(member_id: int, *, session_id: int | None = None, but: int | None = None) -> int:
    """End one session of a member, all, or all `but` one; what hung on them falls silent. In the caller's unit."""
    found = Session.filter(member_id=member_id)
    found = found.filter(id=session_id) if session_id is not None else found
    found = found.exclude(id=but) if but is not None else found
    ids: list[int] = [row.id for row in await found.only("id")]
    await Session.filter(id__in=ids).delete()
    for ended in ids:
        await raise_rights(f"session:{ended}")
    return len(ids)


def is_kept(session: Session) -> bool:
    """Whether it was to outlive the browser's window."""
    return bool(session.expires_at - session.created_at > ON_A_SHARED_DEVICE)


async def rotate(actor: Viewer, user_agent: str) -> OpenedSession:
    """End all of a member's sessions and give this device a fresh one, kept as long as the old. In the caller's unit.

    The proof that was given moves along with its age. Raises NotFound when the session in use has ended meanwhile.
    """
    used = await Session.get_or_none(id=actor.session, member_id=actor.member)
    if actor.member is None or used is None:
        raise NotFound
    await end_sessions(actor.member)
    await raise_rights(member_key(actor.member))
    opened = await open_session(actor.member, user_agent, keep=is_kept(used))
    await Session.filter(id=opened.id).update(proven_at=used.proven_at)
    return opened


async def sign_out(actor: Viewer) -> None:
    """End the session that is used now. Repeating it changes nothing."""
    if actor.member is not None and actor.session is not None:
        async with unit_of_work():
            await end_sessions(actor.member, session_id=actor.session)


async def end_one(actor: Viewer, session_id: int) -> None:
    """End one of one's own sessions. Somebody else's answers like one that does not exist: NotFound."""
    async with unit_of_work():
        if actor.member is None or not await end_sessions(actor.member, session_id=session_id):
            raise NotFound


async def end_others(actor: Viewer) -> int:
    """End all of one's sessions but the one used now; tells how many they were."""
    if actor.member is None:
        raise NotFound
    async with unit_of_work():
        return await end_sessions(actor.member, but=actor.session)


async def seen(session_id: int) -> None:
    """Note that a session is in use, at most every few minutes."""
    now = clock.now()
    async with unit_of_work():
        await Session.filter(id=session_id, seen_at__lt=now - SEEN_EVERY).update(seen_at=now)
