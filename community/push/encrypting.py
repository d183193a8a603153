"""What goes to a push service: words that only the device can read (RFC 8291), in our name (RFC 8292).

A few lines on `cryptography`, which is here anyway: the libraries for it bring aiohttp and requests, or leave the port out of the
audience, and are as many lines to look after.
"""

import json
import secrets
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from community.push.encoding import decoded, unpadded
from community.push.keys import HouseKey

RECORD = 4096  # bytes: all of it is one record, which no service needs to take when it is longer (RFC 8291 4)
STEP = 256  # what is sent is a multiple of this, so that its length says nothing
MOST_BYTES = 2048
TOKEN_S = 12 * 3600  # services take none that is good for more than a day


def encrypted(
    words: bytes, p256dh: str, auth: str, *, salt: bytes = b"", once: EllipticCurvePrivateKey | None = None, step: int = STEP
) -> bytes:
    """The body for a device (aes128gcm, RFC 8188). Salt and key are fresh each time; a test of the standard's example brings them.

    Raises ValueError for keys that are none, and for words that are too long.
    """
    if len(words) > MOST_BYTES:
        raise ValueError("too long")
    salt, own = salt or secrets.token_bytes(16), once or generate_private_key(SECP256R1())
    theirs, ours = decoded(p256dh), _point(own.public_key())
    shared = own.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
    material = _hkdf(decoded(auth), b"WebPush: info\0" + theirs + ours, 32, shared)
    key = _hkdf(salt, b"Content-Encoding: aes128gcm\0", 16, material)
    nonce = _hkdf(salt, b"Content-Encoding: nonce\0", 12, material)
    padded = words + b"\2" + b"\0" * (-(len(words) + 1) % step)
    return salt + RECORD.to_bytes(4) + bytes([len(ours)]) + ours + AESGCM(key).encrypt(nonce, padded, None)


def _hkdf(salt: bytes, info: bytes, size: int, material: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=size, salt=salt, info=info).derive(material)


def _point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def authorization(endpoint: str, key: HouseKey, contact: str, now: float) -> str:
    """The header that says who sends: good for one push service and half a day."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(now) + TOKEN_S, "sub": contact}
    signed = ".".join(
        unpadded(json.dumps(part, separators=(",", ":")).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    r, s = decode_dss_signature(key.private.sign(signed.encode(), ECDSA(SHA256())))
    return f"vapid t={signed}.{unpadded(r.to_bytes(32) + s.to_bytes(32))}, k={key.public}"
