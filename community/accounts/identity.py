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
from community.grants import held_of, held_sql
from community.settings import settings
from community.storage import beside, joined, query_with, row, rows

_SIGNED_IN = """
    SELECT s.id AS session, s.token_hash, s.expires_at, s.seen_at, {viewer}
    FROM sessions AS s JOIN members AS m ON m.id = s.member_id
    WHERE s.token_hash IN :hashes AND s.expires_at > :now AND m.suspended_at IS NULL
"""
_MEMBER = "SELECT {viewer} FROM members AS m WHERE m.id = :id AND m.suspended_at IS NULL"
_VIEWER = """
    m.id, m.handle, m.name, m.trust, m.language, m.time_zone, m.is_under_18, {held} AS held,
    (SELECT {ids} FROM blocks AS b WHERE b.blocker_id = m.id OR b.blocked_id = m.id) AS blocked
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
    found = await rows(query_with(_SIGNED_IN, viewer=_viewer_sql()), hashes=list(hashes), now=clock.now())
    for one in found:
        _note_use(one["session"], one["seen_at"])
    return {hashes[one["token_hash"]]: SignedIn(_viewer(one, one["session"]), one["expires_at"]) for one in found}


async def viewer_for(member_id: int) -> Viewer:
    """What a member may see at this moment, without a session: for listeners and jobs that act or tell on somebody's behalf.

    GUEST for a member who is suspended or gone: what fires late finds the rights as they are.
    """
    found = await row(query_with(_MEMBER, viewer=_viewer_sql()), id=member_id)
    return _viewer(found, None) if found else GUEST


def _viewer_sql() -> str:
    other = "CAST(CASE WHEN b.blocker_id = m.id THEN b.blocked_id ELSE b.blocker_id END AS VARCHAR(20))"
    return query_with(_VIEWER, held=held_sql("m.id"), ids=joined(other))


def _viewer(found: dict[str, Any], session: int | None) -> Viewer:
    keys, roles = held_of(found["held"])
    own = {PUBLIC, MEMBERS, member_key(found["id"])} | ({STEWARDS} if found["trust"] == "steward" else set())
    return Viewer(
        member=found["id"], handle=found["handle"], name=found["name"], trust=found["trust"], audiences=keys | own, roles=roles,
        language=found["language"], time_zone=found["time_zone"], session=session, is_under_18=bool(found["is_under_18"]),
        blocked=frozenset(map(int, found["blocked"].split(","))) if found["blocked"] else frozenset(),
    )  # fmt: skip


def _note_use(session_id: int, seen_at: datetime) -> None:
    """Write `seen_at` beside the request, and seldom: a read must never wait for the one writer."""
    if clock.now() - seen_at < sessions.SEEN_EVERY:
        return
    beside(sessions.seen(session_id))
