"""Blocking: no message, mention or notification passes between two members, and the other is not told."""

from community.accounts.models import Block, Member
from community.accounts.policies import can_block
from community.audience import Viewer, member_key, raise_rights
from community.errors import NotFound, ensure
from community.storage import unit_of_work


async def block(actor: Viewer, member_id: int) -> None:
    """Repeating it changes nothing. Raises NotFound, Refused for oneself."""
    async with unit_of_work():
        member = await Member.get_or_none(id=member_id)
        if member is None:
            raise NotFound
        ensure(can_block(actor, member))
        if not await Block.filter(blocker_id=actor.member, blocked_id=member_id).exists():
            await Block.create(blocker_id=actor.member, blocked_id=member_id)
            await _ask_again(actor, member_id)


async def unblock(actor: Viewer, member_id: int) -> None:
    async with unit_of_work():
        if await Block.filter(blocker_id=actor.member, blocked_id=member_id).delete():
            await _ask_again(actor, member_id)


async def _ask_again(actor: Viewer, member_id: int) -> None:
    """Open sockets of both carry who is blocked: let them be asked anew."""
    for key in (member_key(actor.member or 0), member_key(member_id)):
        await raise_rights(key)
