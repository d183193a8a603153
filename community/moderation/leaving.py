"""What somebody was deciding on, had reported and was told goes with them; the log of decisions stays and names nobody."""

from community.accounts.departing import goes_along
from community.storage import execute


@goes_along
async def desk(member_id: int) -> None:
    await execute("DELETE FROM queue_claims WHERE member_id = :member", member=member_id)
    await execute("DELETE FROM reports WHERE author_id = :member", member=member_id)
    await execute("DELETE FROM rulings WHERE member_id = :member AND is_for_member = :yes", member=member_id, yes=True)
