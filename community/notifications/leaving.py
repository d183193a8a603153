"""What waited for somebody, and how they wanted to be told, goes with them."""

from community.accounts.departing import goes_along
from community.storage import execute

_TABLES = ("notifications", "notice_choices", "notice_hours", "notice_marks")


@goes_along
async def notices(member_id: int) -> None:
    for table in _TABLES:
        await execute(f"DELETE FROM {table} WHERE member_id = :member", member=member_id)
