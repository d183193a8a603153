"""What follows for accounts from what happened."""

from community.accounts.departing import forget
from community.accounts.facts import MemberLeft
from community.accounts.models import Member
from community.storage import listens, unit_of_work


@listens(MemberLeft)
async def on_member_left(fact: MemberLeft) -> None:
    """Once more: what was on its way while they went, such as how far somebody has read, came after it."""
    if await Member.filter(id=fact.member_id).exclude(left_at=None).exists():
        async with unit_of_work():
            await forget(fact.member_id)
