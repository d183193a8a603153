"""Pass phrases: argon2id, never on the loop, at most two at once."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from community.text.gettext import _

R = TypeVar("R")

MIN_CHARACTERS, MAX_CHARACTERS, MIN_DISTINCT = 12, 200, 5
# OWASP's second choice of parameters: 19 MiB, 2 passes, 1 lane. argon2-cffi's own defaults take 0.7 s on 2 cores.
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
# Two at once: a flood of sign-ins takes 38 MiB and never the whole machine.
_two_at_once = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
# Of a phrase nobody knows: an unknown name costs as much time as a wrong phrase.
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$7cC9iQ5CRczTYoQ4VlVHuQ$eLsVGUMk0sSlSYYldDmhNx1CYhsjtQ1TaqqaZpS4O3o"


def checked_pass_phrase(text: str) -> str:
    """The phrase, NFC. Raises ValueError with a sentence."""
    phrase = unicodedata.normalize("NFC", text)
    if len(phrase) < MIN_CHARACTERS:
        raise ValueError(_("Use 12 characters or more. A sentence is fine."))
    if len(phrase) > MAX_CHARACTERS:
        raise ValueError(_("Use 200 characters or fewer."))
    if len(set(phrase)) < MIN_DISTINCT or "\x00" in phrase:
        raise ValueError(_("This is too easy to guess. A sentence of your own is best."))
    return phrase


async def hashed(phrase: str) -> str:
    return await _off_the_loop(_hasher.hash, unicodedata.normalize("NFC", phrase))


async def fits(stored: str, phrase: str) -> bool:
    """Whether the phrase is the stored one's. With nothing stored it takes the same time and is never so."""
    return await _off_the_loop(_verify, stored or NOBODYS_HASH, unicodedata.normalize("NFC", phrase)) and bool(stored)


def _verify(stored: str, phrase: str) -> bool:
    try:
        return _hasher.verify(stored, phrase)
    except (VerificationError, InvalidHashError):
        return False


async def _off_the_loop(work: Callable[..., R], *arguments: str) -> R:
    return await asyncio.get_running_loop().run_in_executor(_two_at_once, work, *arguments)
