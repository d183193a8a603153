"""Who has gone for good is asked nothing any more; the yes they gave stands, and their words say no name."""

from community.accounts.departing import goes_along
from community.storage import execute


@goes_along
async def questions(member_id: int) -> None:
    """Without an answer nothing is quoted."""
    await execute("UPDATE harvest_answers SET answer = 'no' WHERE member_id = :member AND answer = ''", member=member_id)
