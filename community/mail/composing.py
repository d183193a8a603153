"""Letters that are written as they leave, from the things and the rights of that moment.

What waits in the ledger for such a letter is only who is told and why: a text that is deleted, a thread that moves or a right that
ends meanwhile leaves no trace in it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from community.mail.blanks import filled
from community.mail.models import Mail


@dataclass(frozen=True)
class Composed:
    """A letter as it goes out. `headers` are those beside the ones every letter has."""

    subject: str
    text: str
    language: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotBefore:
    """The reader wants no mail until then."""

    at: datetime


Composer = Callable[[Mail], Awaitable[Composed | NotBefore | None]]

_composers: dict[str, Composer] = {}


def composes(name: str) -> Callable[[Composer], Composer]:
    """Register who writes letters of a kind. None says that there is nothing left to tell this reader."""

    def register(composer: Composer) -> Composer:
        _composers[name] = composer
        return composer

    return register


async def composed(mail: Mail) -> Composed | NotBefore | None:
    """The letter of a row of the ledger."""
    if mail.composer:
        return await _composers[mail.composer](mail)
    return Composed(mail.subject, await filled(mail.text), mail.language)
