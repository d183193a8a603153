"""Conversations somebody was in, or was asked into, end for them when they go for good."""

from community.accounts.departing import goes_along
from community.audience import Grant, member_key
from community.conversations import storing
from community.storage import execute


@goes_along
async def groups(member_id: int) -> None:
    """Whoever has been there longest becomes host after the host."""
    keys = await Grant.filter(holder=member_key(member_id), audience__startswith=f"{storing.KIND}:")
    for number in sorted({int(one.audience.partition(":")[2]) for one in keys}):
        conversation = await storing.locked_conversation(number)
        if conversation.pair is None:
            await storing.go(conversation, member_id)


@goes_along
async def requests(member_id: int) -> None:
    await execute(
        """DELETE FROM conversation_requests
           WHERE member_id = :member OR (author_id = :member AND state IN ('asked', 'declined'))""",
        member=member_id,
    )  # fmt: skip
