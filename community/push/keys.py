"""Who sends: the pair of keys by which push services and browsers know this house (VAPID, RFC 8292).

It is derived from GUILDHALL_SECRET, so that all processes have the same one and there is no file more to keep. With another secret
the house is another one: devices have to ask again.
"""

from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from community.accounts.sealing import derived
from community.push.encoding import unpadded
from community.settings import settings

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-5)


@dataclass(frozen=True)
class HouseKey:
    """`public` is the point as browsers want it (65 bytes, base64url), `mark` its beginning, to tell keys apart."""

    private: EllipticCurvePrivateKey
    public: str

    @property
    def mark(self) -> str:
        return self.public[2:18]


def house_key() -> HouseKey:
    return _key_of(settings().signing_secret())


@lru_cache(maxsize=2)
def _key_of(secret: str) -> HouseKey:
    number = int.from_bytes(derived(secret, "push", 48)) % (_ORDER - 1) + 1  # 16 bytes more than needed: no number is likelier
    private = derive_private_key(number, SECP256R1())
    return HouseKey(private, unpadded(private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))
