"""Emptying what somebody who left has posted and said, some at a time. Begun again after a crash it goes on where it was: what is
empty is not found again.
"""

from collections.abc import Awaitable, Callable

from community import clock
from community.accounts.models import Departure
from community.storage import enqueue, job, unit_of_work
from community.storage.slices import import_all

AT_ONCE = 50  # posts of one run, each in a unit of its own

Count = Callable[[int], Awaitable[int]]
Emptying = Callable[[int, int], Awaitable[int]]

_emptyings: list[tuple[Emptying, Count]] = []


def empties(count: Count) -> Callable[[Emptying], Emptying]:
    """Register what empties texts of a member: called with the member's id and how many at most, it says how many it has emptied.
    `count` says how many stand.
    """

    def register(emptying: Emptying) -> Emptying:
        _emptyings.append((emptying, count))
        return emptying

    return register


async def begin_emptying(member_id: int) -> None:
    """In the caller's unit."""
    await Departure.filter(member_id=member_id).update(to_empty=await left_to_empty(member_id))
    await enqueue(empty_some, member_id=member_id)


async def left_to_empty(member_id: int) -> int:
    import_all("leaving")
    return sum([await count(member_id) for _emptying, count in _emptyings])


@job
async def empty_some(member_id: int) -> None:
    """The next few, and then a job for those after them."""
    import_all("leaving")
    left = AT_ONCE
    for emptying, _count in _emptyings:
        if left > 0:
            left -= await emptying(member_id, left)
    async with unit_of_work():
        if left <= 0:
            await enqueue(empty_some, member_id=member_id)
        else:
            await Departure.filter(member_id=member_id, emptied_at=None).update(emptied_at=clock.now())
