"""The code of a workshop: eight signs to read off a wall and type on a phone.

A code is made from the workshop's client id with a secret that is not in the database, where only another digest of it lies: a copy
of the database opens nothing, and the host can be shown the code again.
"""

import hmac
import re
from uuid import UUID

from community.settings import settings

LENGTH = 8
# No vowels, so that no word comes out, and of signs that look alike one: 24 of them, 24^8 = 1.1e11 codes.
ALPHABET = "CDFHJKMNPQRTVWXY23456789"
_LOOKS_LIKE = str.maketrans({"S": "5", "B": "8", "Z": "2", "G": "6"})


def code_of(client_id: UUID) -> str:
    number = int(_digest("workshop code", client_id.hex), 16)
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def read_code(typed: str) -> str:
    """The code somebody means, whatever the case, the spaces and the signs that look alike; "" for what is none."""
    code = re.sub(r"[\s\-\u2010-\u2015.]", "", typed.upper()).translate(_LOOKS_LIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def shown(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def stored(code: str) -> str:
    """What the database holds of it. Keyed: all codes there are could be tried against a plain digest."""
    return _digest("stored workshop code", code)


def address_of(code: str) -> str:
    """What the picture for phones leads to."""
    return f"{settings().public_origin}/join/code?code={shown(code)}"


def _digest(purpose: str, text: str) -> str:
    return hmac.new(settings().signing_secret().encode(), f"{purpose} {text}".encode(), "sha256").hexdigest()
