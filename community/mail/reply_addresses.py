"""Addresses to answer a letter at: signed for one member and one thing, and for some weeks.

The part before the @ (64 characters at most, RFC 5321 4.5.3.1.1) holds a version, when it was issued, the member, the thing and a
signature over them, in base32: letters and digits that lose nothing when a mail server changes their case. Nothing is
stored, and nobody without the secret can make one or turn one into another; a member's are revoked together
when the pass phrase changes. Who answers must also write from the member's own address
(community/letterbox): a letter is easily forwarded, and the address goes along.
"""

import hmac
from base64 import b32decode, b32encode
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from community import clock
from community.mail.models import ReplyRevocation
from community.settings import settings
from community.storage import execute

LIVES = timedelta(days=90)
KINDS = {"thread": 1}
_NAMES = {number: kind for kind, number in KINDS.items()}
_VERSION = 1
_EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
_SIGNATURE_BYTES = 12
_MOST_DIGITS = 15  # as in our addresses: what a database can hold


@dataclass(frozen=True)
class ReplyAddress:
    """What an address of ours says: this member answers this thing, such as "thread:9"."""

    member_id: int
    target: str
    issued_at: datetime

    @property
    def expired(self) -> bool:
        return not timedelta(0) <= clock.now() - self.issued_at + timedelta(minutes=5) <= LIVES


def reply_address(member_id: int, target: str) -> str:
    """The address at which a member answers `target` ("thread:9") by mail; "" where the site takes no mail.

    Each call dates it anew. Put it into Reply-To. Raises ValueError for what cannot be answered by mail.
    """
    local, at, domain = settings().reply.rpartition("@")
    if not domain:
        return ""
    token = _token(member_id, target, clock.now())
    return f"{local}+{token}@{domain}" if at else f"{token}@{domain}"


def read_reply_address(address: str) -> ReplyAddress | None:
    """What an address that mail came to says, also when it has expired; None for any that is not of our making."""
    token = _token_in(address.strip().lower())
    try:
        packed = b32decode(token.upper() + "=" * (-len(token) % 8))
    except (Error, ValueError):
        return None
    said, signature = packed[:-_SIGNATURE_BYTES], packed[-_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(said)) or _text(packed) != token:
        return None
    return _unpacked(said)


def _token_in(address: str) -> str:
    """The signed part of an address under our domain, else ""."""
    local, at, domain = settings().reply.lower().rpartition("@")
    there, _, where = address.rpartition("@")
    if not domain or where != domain or len(there) > 64:
        return ""
    if not at:
        return there
    before, plus, token = there.partition("+")
    return token if plus and before == local else ""


def _token(member_id: int, target: str, issued_at: datetime) -> str:
    kind, _, number = target.partition(":")
    if kind not in KINDS or not number.isdecimal() or len(number) > _MOST_DIGITS:
        raise ValueError(f"{target!r} cannot be answered by mail")
    seconds = int((issued_at - _EPOCH).total_seconds())
    said = bytes((_VERSION, KINDS[kind])) + seconds.to_bytes(4) + _packed(member_id) + _packed(int(number))
    return _text(said + _signature(said))


def _packed(number: int) -> bytes:
    """Its length in bytes, then the number."""
    size = max(1, (number.bit_length() + 7) // 8)
    return bytes((size,)) + number.to_bytes(size)


def _unpacked(said: bytes) -> ReplyAddress | None:
    """From bytes whose signature is ours."""
    if said[:1] != bytes((_VERSION,)) or said[1] not in _NAMES:
        return None
    issued_at = _EPOCH + timedelta(seconds=int.from_bytes(said[2:6]))
    after = 7 + said[6]
    member_id, number = int.from_bytes(said[7:after]), int.from_bytes(said[after + 1 :])
    return ReplyAddress(member_id, f"{_NAMES[said[1]]}:{number}", issued_at)


def _signature(said: bytes) -> bytes:
    key = sha256(b"guildhall reply address\0" + settings().signing_secret().encode()).digest()
    return hmac.digest(key, said, "sha256")[:_SIGNATURE_BYTES]


def _text(packed: bytes) -> str:
    return b32encode(packed).decode().rstrip("=").lower()


async def revoke_reply_addresses(member_id: int) -> None:
    """Make every address worthless that was given to a member up to now. In the caller's unit."""
    await execute(
        """INSERT INTO reply_revocations (member_id, before) VALUES (:member, :at)
           ON CONFLICT (member_id) DO UPDATE SET before = excluded.before""",
        member=member_id, at=clock.now(),
    )  # fmt: skip


async def is_revoked(address: ReplyAddress) -> bool:
    found = await ReplyRevocation.get_or_none(member_id=address.member_id)
    return found is not None and address.issued_at <= found.before
