"""From a session cookie to a Viewer, in one fixed query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from community import clock
from community.accounts import sessions
from community.audience import GUEST, MEMBERS, PUBLIC, STEWARDS, Viewer, member_key
from community.held import held_of, held_sql
from community.settings import settings
from community.storage import beside, rows

_SIGNED_IN = """
    SELECT s.id AS session, s.token_hash, s.expires_at, s.seen_at, m.id, m.handle, m.name, m.trust, m.language, m.time_zone,
        m.is_under_18, b.blocker_id, b.blocked_id, {held} AS held
    FROM sessions AS s JOIN members AS m ON m.id = s.member_id
    LEFT JOIN blocks AS b ON b.blocker_id = m.id OR b.blocked_id = m.id
    WHERE s.token_hash IN :hashes AND s.expires_at > :now AND m.suspended_at IS NULL
"""
_MEMBER = """
    SELECT m.id, m.handle, m.name, m.trust, m.language, m.time_zone, m.is_under_18, b.blocker_id, b.blocked_id, {held} AS held
    FROM members AS m LEFT JOIN blocks AS b ON b.blocker_id = m.id OR b.blocked_id = m.id
    WHERE m.id = :id AND m.suspended_at IS NULL
"""


@dataclass(frozen=True)
class SignedIn:
    """Who a token belongs to, and when that ends by itself."""

    viewer: Viewer
    expires_at: datetime


def cookie_name() -> str:
    """`__Host-` binds the cookie to this host and to https; browsers refuse it on plain http."""
    return "__Host-session" if urlsplit(settings().public_origin).scheme == "https" else "session"


async def identify(request: HTTPConnection) -> Viewer:
    """Who sent a request: a member with a living session, else a guest."""
    token = request.cookies.get(cookie_name())
    return await identify_token(token) if token else GUEST


async def identify_token(token: str) -> Viewer:
    """The viewer a session token makes; GUEST for one that is unknown, expired, ended, or whose member is suspended."""
    found = await signed_in_by(token)
    return found.viewer if found else GUEST


async def signed_in_by(token: str) -> SignedIn | None:
    """The same with the moment of expiry, for a socket that lives longer than a request."""
    return (await signed_in_by_each([token])).get(token)


async def signed_in_by_each(tokens: Iterable[str]) -> dict[str, SignedIn]:
    """The same for several tokens at once, in the same query; whose token does not stand for anybody is left out."""
    hashes = {sessions.hash_of(token): token for token in tokens}
    by_token: dict[str, list[dict[str, Any]]] = {}
    for row in await rows(_SIGNED_IN.format(held=held_sql("m.id")), hashes=list(hashes), now=clock.now()):
        by_token.setdefault(hashes[row["token_hash"]], []).append(row)
    for found in by_token.values():
        _note_use(found[0]["session"], found[0]["seen_at"])
    return {token: SignedIn(_viewer(found, found[0]["session"]), found[0]["expires_at"]) for token, found in by_token.items()}


async def viewer_for(member_id: int) -> Viewer:
    """What a member may see at this moment, without a session: for listeners and jobs that act or tell on somebody's behalf.

    GUEST for a member who is suspended or gone: what fires late finds the rights as they are.
    """
    found = await rows(_MEMBER.format(held=held_sql("m.id")), id=member_id)
    return _viewer(found, None) if found else GUEST


def _viewer(found: list[dict[str, Any]], session: int | None) -> Viewer:
    """From one row a block, each with the same member."""
    row = found[0]
    blocked = frozenset(one[side] for one in found for side in ("blocker_id", "blocked_id") if one[side]) - {row["id"]}
    keys, roles = held_of(row["held"])
    own = {PUBLIC, MEMBERS, member_key(row["id"])} | ({STEWARDS} if row["trust"] == "steward" else set())
    return Viewer(
        member=row["id"], handle=row["handle"], name=row["name"], trust=row["trust"], audiences=keys | own, roles=roles,
        language=row["language"], time_zone=row["time_zone"], session=session, is_under_18=bool(row["is_under_18"]),
        blocked=blocked,
    )  # fmt: skip


def _note_use(session_id: int, seen_at: datetime) -> None:
    """Write `seen_at` beside the request, and seldom: a read must never wait for the one writer."""
    if clock.now() - seen_at < sessions.SEEN_EVERY:
        return
    beside(sessions.seen(session_id))
