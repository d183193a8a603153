"""Codes that are good once: six digits of an app (RFC 6238), sixteen signs on paper. Rules only, no database."""

import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
import segno

from community.accounts.sessions import hash_of

STEP_SECONDS, STEPS_BESIDE, DIGITS = 30, 1, 6
RECOVERY_CODES, RECOVERY_SIGNS = 10, 16
# Crockford's base 32: no I, L, O or U, so that nothing read from paper is mistaken. 16 signs are 80 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")


def new_secret() -> str:
    """160 random bits, base 32: what the app and the house share."""
    return pyotp.random_base32()


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def fitting_step(secret: str, code: str, at: datetime, after: int) -> int | None:
    """The time step whose code this is: the present one or one beside it, and later than `after`. None for any other code."""
    app, now = pyotp.TOTP(secret), step_of(at)
    steps = range(max(now - STEPS_BESIDE, after + 1), now + STEPS_BESIDE + 1)
    return next((step for step in steps if compare_digest(app.generate_otp(step).encode(), code.encode())), None)


def cleaned(typed: str) -> str:
    """What was meant: without gaps, in capitals, digits of any script as ours, and O, I, L read as 0, 1, 1."""
    signs = (str(int(sign)) if sign.isdecimal() else sign for sign in typed.upper() if sign not in " -\u2010\u2011\u00a0\u202f")
    return "".join(signs).translate(_MISREAD)


def is_from_app(code: str) -> bool:
    return len(code) == DIGITS and code.isdecimal()


def new_recovery_codes() -> list[str]:
    return ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_SIGNS)) for _ in range(RECOVERY_CODES)]


def recovery_hash(member_id: int, code: str) -> str:
    return hash_of(f"recovery {member_id} {code}")


def in_groups(text: str, sign: str = " ") -> str:
    """In groups of four, the way people copy by hand."""
    return sign.join(text[at : at + 4] for at in range(0, len(text), 4))


def address_for_app(secret: str, account: str, host: str) -> str:
    """What an authenticator app reads out of the picture: otpauth://totp/..."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"Guildhall {host}")


def picture_of(address: str) -> str:
    """The QR code as an SVG element without style or script. Dark on white also at night: readers need the contrast."""
    return str(segno.make(address, error="m", micro=False).svg_inline(scale=4, light="#fff", svgclass=None, lineclass=None))
