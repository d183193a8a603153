"""One's own settings."""

from dataclasses import dataclass

from community.accounts.models import Member
from community.audience import Viewer
from community.errors import NotFound
from community.storage import unit_of_work


@dataclass(frozen=True)
class Choices:
    """`language` is BCP 47, `time_zone` an IANA name, both checked by the form."""

    language: str
    time_zone: str
    is_under_18: bool


async def choose(actor: Viewer, choices: Choices) -> None:
    async with unit_of_work():
        changed = await Member.filter(id=actor.member).update(
            language=choices.language, time_zone=choices.time_zone, is_under_18=choices.is_under_18
        )
        if not changed:
            raise NotFound
