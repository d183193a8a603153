"""What somebody said of themselves goes with them."""

from community.accounts.departing import goes_along
from community.accounts.unnaming import unname_table, unnames
from community.audience import withhold
from community.members.search_documents import TIERS
from community.storage import execute


@goes_along
async def profile(member_id: int) -> None:
    """No search finds it from now on, though the index learns of it a moment later."""
    await execute("DELETE FROM profile_details WHERE member_id = :member", member=member_id)
    await withhold([f"member:{member_id}:{tier}" for tier in TIERS])


@unnames
async def biographies(member_id: int, handle: str) -> None:
    await unname_table("profile_details", "value", "html", member_id, handle)
