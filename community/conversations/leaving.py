"""Conversations somebody was in, or was asked into, end for them when they go for good."""

from community.accounts.departing import goes_along
from community.audience import Grant, member_key
from community.chat.facts import RoomChanged
from community.conversations import storing
from community.storage import announce, execute, rows


@goes_along
async def groups(member_id: int) -> None:
    """Whoever has been there longest becomes host after the host."""
    keys = await Grant.filter(holder=member_key(member_id), audience__startswith=f"{storing.KIND}:")
    for number in sorted({int(one.audience.partition(":")[2]) for one in keys}):
        conversation = await storing.locked_conversation(number)
        if conversation.pair is None:
            await storing.go(conversation, member_id)


@goes_along
async def pairs(member_id: int) -> None:
    """The other one keeps what was written; nobody would read what is written now."""
    found = await rows(
        """SELECT r.id FROM conversations AS c JOIN rooms AS r ON r.id = c.room_id
           WHERE (c.pair LIKE :first OR c.pair LIKE :second) AND r.closed = :no ORDER BY r.id""",
        first=f"{member_id}:%", second=f"%:{member_id}", no=False,
    )  # fmt: skip
    for one in found:
        await execute("UPDATE rooms SET closed = :yes, version = version + 1 WHERE id = :id", yes=True, id=one["id"])
        await announce(RoomChanged(one["id"]))


@goes_along
async def requests(member_id: int) -> None:
    await execute(
        """DELETE FROM conversation_requests
           WHERE member_id = :member OR (author_id = :member AND state IN ('asked', 'declined'))""",
        member=member_id,
    )  # fmt: skip
