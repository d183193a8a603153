"""What only the house may read or make: sealed values and pseudonyms, with keys that are not in the database.

AES-256-GCM, the keys derived from GUILDHALL_SECRET (HKDF, RFC 5869). A value is bound to its owner: moved into another row it
does not open.
"""

import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from community.settings import settings

NONCE_BYTES = 12


def seal(text: str, owner: str) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return b64encode(nonce + _cipher().encrypt(nonce, text.encode(), owner.encode())).decode()


def unseal(sealed: str, owner: str) -> str | None:
    """The text; None for what was sealed with another secret, or for somebody else."""
    content = b64decode(sealed)
    try:
        return _cipher().decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], owner.encode()).decode()
    except InvalidTag:
        return None


def pseudonym(owner: str) -> str:
    """43 signs of base64url that always stand for the same owner and tell nobody who it is."""
    return urlsafe_b64encode(derived(settings().signing_secret(), f"pseudonym of {owner}")).rstrip(b"=").decode()


def _cipher() -> AESGCM:
    return _cipher_of(settings().signing_secret())


@lru_cache(maxsize=2)
def _cipher_of(secret: str) -> AESGCM:
    return AESGCM(derived(secret, "sealed values"))


def derived(secret: str, purpose: str, length: int = 32) -> bytes:
    """A key for one purpose; none tells anything of another."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"guildhall {purpose}".encode()).derive(secret.encode())
