"""What somebody had begun to write goes with them."""

from community.accounts.departing import goes_along
from community.storage import execute


@goes_along
async def drafts(member_id: int) -> None:
    await execute("DELETE FROM drafts WHERE member_id = :member", member=member_id)
