"""What stewards look at."""

from dataclasses import dataclass

from community.storage.dead_letters import Backlog, DeadLetter, backlog, dead_letters


@dataclass(frozen=True)
class DeadLettersPage:
    """What was given up, newest first, and what still waits."""

    letters: list[DeadLetter]
    backlog: Backlog


async def dead_letters_page() -> DeadLettersPage:
    return DeadLettersPage(await dead_letters(), await backlog())
