"""What was begun and is not finished: a second step after the pass phrase, a passkey's answer to a challenge.

The browser holds a random token in a cookie, the table its SHA-256. A row is for one purpose, for some minutes, and once.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from community import clock
from community.accounts.models import BegunProof
from community.accounts.sessions import hash_of
from community.storage import unit_of_work

Purpose = Literal["code", "passkey", "new-passkey"]
LIVES = timedelta(minutes=10)
MOST_FAILURES = 5


@dataclass(frozen=True)
class Begun:
    """A proof just begun: the only moment at which its token is known. `challenge` is base64url."""

    purpose: Purpose
    token: str
    challenge: str


async def begin(purpose: Purpose, member_id: int | None = None, *, keep: bool = False) -> Begun:
    """Note what a browser has begun, and sweep out what nobody finished. In the caller's unit."""
    await BegunProof.filter(expires_at__lt=clock.now()).delete()
    begun = Begun(purpose, secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    await BegunProof.create(
        token_hash=hash_of(begun.token), purpose=purpose, member_id=member_id, challenge=begun.challenge, keep=keep,
        expires_at=clock.now() + LIVES,
    )  # fmt: skip
    return begun


async def living(token: str, purpose: Purpose) -> BegunProof | None:
    """What this browser has begun and may still finish."""
    return await BegunProof.filter(token_hash=hash_of(token), purpose=purpose, expires_at__gt=clock.now()).first()


async def spend(token: str, purpose: Purpose) -> BegunProof | None:
    """Use it up, whatever becomes of it: of two at the same moment one gets it, the other None."""
    async with unit_of_work():
        begun = await living(token, purpose)
        won = begun is not None and await BegunProof.filter(id=begun.id).delete()
        return begun if won else None


async def failed(begun: BegunProof) -> None:
    """Count a wrong answer; after a few of them it is to be begun anew. In the caller's unit, the member locked."""
    if begun.failures + 1 >= MOST_FAILURES:
        await BegunProof.filter(id=begun.id).delete()
    else:
        await BegunProof.filter(id=begun.id).update(failures=begun.failures + 1)


async def withdraw(member_id: int) -> None:
    """Make worthless what a member's devices have begun. In the caller's unit."""
    await BegunProof.filter(member_id=member_id).delete()
