"""Handles: short names that no other can be mistaken for."""

import hmac
import re
import secrets

from community.accounts.models import Member
from community.settings import settings
from community.text import fold
from community.text.gettext import _

PATTERN = re.compile(r"[a-z][a-z0-9_]{2,29}")
_RESERVED_WORDS = (
    "admin administrator all anonymous api bot coordinator demo everybody everyone guest guildhall help here info inquiry join "
    "me member members moderator moderators network nobody noreply null official postmaster root security settings signin "
    "signout signup suggest suspended staff steward stewards stewardship support system team test undefined webmaster you"
)
# Names of the house that must not stand inside a handle either: "guildhall_support", "the_steward".
_HOUSE_WORDS = ("guildhall", "steward", "moderator", "administrator", "former_member")
_LOOK_ALIKES = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("8", "b"), ("_", ""))


def skeleton(handle: str) -> str:
    """What the handle looks like at a glance: two with the same skeleton are taken for each other (after UTS 39)."""
    seen = handle.lower()
    for written, looks_like in _LOOK_ALIKES:
        seen = seen.replace(written, looks_like)
    return seen


_RESERVED = frozenset(skeleton(word) for word in _RESERVED_WORDS.split())
_HOUSE = tuple(skeleton(word) for word in _HOUSE_WORDS)


def checked_handle(text: str) -> str:
    """The handle as it is stored. Raises ValueError with a sentence; whether it is taken is for the database to say."""
    handle = text.strip().removeprefix("@").lower()
    if not PATTERN.fullmatch(handle):
        raise ValueError(_("A handle has 3 to 30 letters a to z, digits or _ and begins with a letter."))
    if is_reserved(handle):
        raise ValueError(_("This handle could be taken for the house itself. Choose another."))
    return handle


def is_reserved(handle: str) -> bool:
    shape = skeleton(handle)
    return shape in _RESERVED or any(word in shape for word in _HOUSE)


def checked_name(text: str) -> str:
    """A name people are shown under. Raises ValueError for one that pretends to be the house."""
    letters = skeleton(re.sub(r"[^a-z0-9]", "", fold(text)))
    if letters in _RESERVED or any(word in letters for word in _HOUSE):
        raise ValueError(_("This name could be taken for the house itself. Write your own name."))
    if not any(char.isalpha() for char in text):
        raise ValueError(_("Write the name that colleagues know you by."))
    return text


def retired(shape: str) -> str:
    """What stands for the skeleton of a handle whose member has left: nobody gets it again, since old texts still call them by it,
    and nobody reads it here.
    """
    return "-" + hmac.new(settings().signing_secret().encode(), shape.encode(), "sha256").hexdigest()[:39]


async def free_handle(name: str) -> str:
    """A handle made from a name that nobody has or had; for names without Latin letters, "member_" and a number."""
    stem = "_".join(re.findall(r"[a-z0-9]+", fold(name)))[:22].strip("_")
    if not PATTERN.fullmatch(stem) or is_reserved(stem):
        stem = "member_" + secrets.token_hex(2)
    candidate, number = stem, 2
    while await Member.filter(handle_folded__in=[shape := skeleton(candidate), retired(shape)]).exists():
        candidate, number = f"{stem}_{number}" if number < 10 else f"{stem}_{secrets.token_hex(3)}", number + 1
    return candidate
