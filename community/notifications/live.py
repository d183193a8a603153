"""The number on the bell of a page that is open: topic `waiting:5`, for member 5 alone.

Its sequence counts how often that number may have changed: something more waits, or something was read or dealt with, in whatever
window. Each entry says how many lines wait now.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from community.accounts.identity import viewer_for
from community.audience import Viewer
from community.discussions.having_read import when_read
from community.notifications.queries import UNREAD, count_waiting
from community.storage import execute, rows
from community.storage.live import Entry, Head, LiveTopic, topic

EPOCH = "1"


@topic("waiting")
class WaitingTopic(LiveTopic):
    gathers = False

    async def may_follow(self, viewer: Viewer, id: int) -> bool:
        return viewer.signed_in and viewer.member == id

    async def head(self, ids: Sequence[int]) -> Mapping[int, Head]:
        """Also of those who were never told anything."""
        found = await rows("SELECT member_id, seq FROM notice_marks WHERE member_id IN :ids", ids=list(ids))
        seqs = {row["member_id"]: row["seq"] for row in found}
        return {one: (EPOCH, seqs.get(one, 0)) for one in ids}

    async def entries(self, id: int, after: int, limit: int) -> list[Entry]:
        (_epoch, newest) = (await self.head([id]))[id]
        frame = {"kind": "waiting", "number": await count_waiting(await viewer_for(id))}
        return [(seq, frame) for seq in range(after + 1, min(newest, after + limit) + 1)]


async def bell_rings(member_id: int) -> None:
    """Another number may wait for a member. In the caller's unit."""
    await execute(
        """INSERT INTO notice_marks (member_id, seq) VALUES (:member, 1)
           ON CONFLICT (member_id) DO UPDATE SET seq = notice_marks.seq + 1""",
        member=member_id,
    )  # fmt: skip


async def bells_ring(which: str, **by: Any) -> None:
    """The same for everybody for whom one of these waits, `which` being a condition on notifications AS n; before it is changed."""
    await execute(
        f"""INSERT INTO notice_marks (member_id, seq)
            SELECT DISTINCT n.member_id, 1 FROM notifications AS n
            WHERE n.done_at IS NULL AND n.bell AND {which} ORDER BY n.member_id
            ON CONFLICT (member_id) DO UPDATE SET seq = notice_marks.seq + 1""",
        **by,
    )


@when_read
async def quiet_down(member_id: int, root: str, up_to: int) -> None:
    """They read: the number falls on their other pages too, where something of it was news."""
    if not root:
        await bells_ring("n.member_id = :member", member=member_id)
    else:
        which = f"n.member_id = :member AND n.root = :root AND n.place <= :up_to AND {UNREAD}"
        await bells_ring(which, member=member_id, root=root, up_to=up_to)
