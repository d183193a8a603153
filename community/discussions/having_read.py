"""What follows when a member has read: a higher slice may want to know, such as the one that counts what waits."""

from collections.abc import Awaitable, Callable

HavingRead = Callable[[int, str, int], Awaitable[None]]

_heeding: list[HavingRead] = []


def when_read(heed: HavingRead) -> HavingRead:
    """Register who hears that a member reads a thread ("thread:9") or a room up to a number, before it is stored and in the same
    unit of work; with the root "", that everything counts as read. It is asked often, and should be quick.
    """
    _heeding.append(heed)
    return heed


async def reads(member_id: int, root: str, up_to: int) -> None:
    for heed in _heeding:
        await heed(member_id, root, up_to)
