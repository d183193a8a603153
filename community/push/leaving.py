"""Devices are told nothing more."""

from community.accounts.departing import goes_along
from community.storage import execute


@goes_along
async def devices(member_id: int) -> None:
    await execute("DELETE FROM push_devices WHERE member_id = :member", member=member_id)
