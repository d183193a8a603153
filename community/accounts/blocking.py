"""Blocking: no message, mention or notification passes between two members, and the other is not told."""

from collections.abc import Awaitable, Callable

from community import clock
from community.accounts.models import Block, Member
from community.accounts.policies import can_block
from community.audience import Viewer, member_key, raise_rights
from community.errors import NotFound, ensure
from community.storage import execute, unit_of_work
from community.storage.slices import import_all

Parting = Callable[[int, int, bool], Awaitable[None]]

_partings: list[Parting] = []


def parts(parting: Parting) -> Parting:
    """Register what ends with a block and comes back with its end: called with who blocks, who is blocked, and whether it begins,
    in the transaction that writes it.
    """
    _partings.append(parting)
    return parting


_BLOCK = """
    INSERT INTO blocks (blocker_id, blocked_id, since) VALUES (:me, :other, :now)
    ON CONFLICT (blocker_id, blocked_id) DO NOTHING
"""


async def block(actor: Viewer, member_id: int) -> None:
    """Repeating it changes nothing. Raises NotFound, Refused for oneself."""
    async with unit_of_work():
        member = await Member.get_or_none(id=member_id)
        if member is None:
            raise NotFound
        ensure(can_block(actor, member))
        if await execute(_BLOCK, me=actor.member, other=member_id, now=clock.now()):
            await _part(actor, member_id, begins=True)


async def unblock(actor: Viewer, member_id: int) -> None:
    async with unit_of_work():
        if await Block.filter(blocker_id=actor.member, blocked_id=member_id).delete():
            await _part(actor, member_id, begins=False)


async def has_blocked(member_id: int, other_id: int) -> bool:
    return await Block.filter(blocker_id=member_id, blocked_id=other_id).exists()


async def blocked_by(viewer: Viewer) -> tuple[int, ...]:
    """Those whom the viewer has blocked; not those by whom they are blocked, of which nobody is told."""
    if not viewer.blocked:
        return ()
    return tuple(sorted([one.blocked_id for one in await Block.filter(blocker_id=viewer.member)]))


async def _part(actor: Viewer, member_id: int, *, begins: bool) -> None:
    """Open sockets of both carry who is blocked: let them be asked anew."""
    import_all("parting")
    for parting in _partings:
        await parting(actor.member or 0, member_id, begins)
    for one in sorted((actor.member or 0, member_id)):  # in one order, so that two who block each other never wait for each other
        await raise_rights(member_key(one))
