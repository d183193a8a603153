"""The link in a letter that stops letters like it (RFC 8058): signed, for one member and one kind, for no other purpose.

It opens nothing and shows nothing of the member, and works as long as the letter lies in somebody's mailbox: without an end, so
that a letter of last year can still be stopped.
"""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer

from community.notifications.kinds import group_named
from community.settings import settings

DIGEST = "digest"


@dataclass(frozen=True)
class Stop:
    """What a link stops: letters of one group of kinds (`code`), or the digest."""

    member_id: int
    code: str


def stop_token(member_id: int, code: str) -> str:
    return str(_signer().dumps([member_id, code]))


def read_stop(token: str) -> Stop | None:
    """What the token stops; None for any that is not of our making."""
    try:
        member_id, code = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Stop(member_id, code) if code == DIGEST or group_named(code) else None


def stop_headers(member_id: int, code: str) -> dict[str, str]:
    """What lets a mail program offer the button."""
    return {"List-Unsubscribe": f"<{stop_url(member_id, code)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def stop_url(member_id: int, code: str) -> str:
    return f"{settings().public_origin}/unsubscribe/{stop_token(member_id, code)}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().signing_secret(), salt="unsubscribe")
