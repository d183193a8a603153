"""Links that are mailed: signed, for one purpose, once, for some hours.

A token is a signature over its row, made with a secret that is not in the database: whoever reads the database, or a mail that
still waits in the ledger, can open nothing. The row holds the token's SHA-256 and a nonce to sign again when the mail leaves.
"""

import secrets
from datetime import datetime, timedelta
from typing import Literal

from itsdangerous import BadSignature, URLSafeSerializer

from community import clock
from community.accounts.models import MailedToken
from community.accounts.sessions import hash_of
from community.mail import blank, fills
from community.settings import settings

Purpose = Literal["confirm", "reset", "answer"]
LIVES: dict[str, timedelta] = {"confirm": timedelta(days=3), "reset": timedelta(hours=2), "answer": timedelta(days=14)}


async def issue(member_id: int, purpose: Purpose, lives: timedelta | None = None) -> MailedToken:
    """Make a token; those made before for the same purpose are worth nothing any more. In the caller's unit."""
    await withdraw(member_id, purpose)
    await MailedToken.filter(member_id=member_id, expires_at__lt=clock.now()).delete()
    nonce = secrets.token_urlsafe(12)
    expires_at = clock.now() + (lives or LIVES[purpose])
    return await MailedToken.create(
        token_hash=hash_of(_signed(purpose, nonce)), nonce=nonce, purpose=purpose, member_id=member_id, expires_at=expires_at
    )


def text_of(token: MailedToken) -> str:
    return _signed(token.purpose, token.nonce)


def blank_of(token: MailedToken) -> str:
    """What stands for the token in a stored mail until it leaves."""
    return blank("token", token.id)


async def living(text: str, purpose: Purpose) -> MailedToken | None:
    """The token, while it may be spent. Reading it spends nothing: mail scanners follow every link."""
    if not _is_ours(text, purpose):
        return None
    return await MailedToken.filter(token_hash=hash_of(text), purpose=purpose, spent_at=None, expires_at__gt=clock.now()).first()


async def spend(text: str, purpose: Purpose) -> MailedToken | None:
    """Use the token up: of two at the same moment one gets it, the other None. In the caller's unit."""
    token = await living(text, purpose)
    if token is None:
        return None
    now: datetime = clock.now()
    won = await MailedToken.filter(id=token.id, spent_at=None).update(spent_at=now)
    return token if won else None


async def withdraw(member_id: int, purpose: Purpose) -> None:
    """Make what was mailed for a purpose worthless. In the caller's unit."""
    await MailedToken.filter(member_id=member_id, purpose=purpose, spent_at=None).delete()


@fills("token")
async def _fill(token_id: int) -> str:
    token = await MailedToken.get_or_none(id=token_id)
    return text_of(token) if token else ""


def _signed(purpose: str, nonce: str) -> str:
    return str(_signer(purpose).dumps(nonce))


def _is_ours(text: str, purpose: str) -> bool:
    try:
        _signer(purpose).loads(text)
    except (BadSignature, ValueError):
        return False
    return True


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(settings().signing_secret(), salt=f"mailed {purpose}")
