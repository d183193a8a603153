"""What a block ends in conversations."""

from community.accounts.blocking import parts
from community.conversations import storing


@parts
async def out_of_the_pair(blocker_id: int, blocked_id: int, begins: bool) -> None:
    await storing.part(blocker_id, blocked_id, begins=begins)
