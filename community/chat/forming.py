"""The form of a room on pages that stand open: topic `form:5`. Its sequence counts how often what may be written there has changed,
for all or for one: closed, opened, slowed down, somebody muted, a request accepted. The page asks for its own form anew.
"""

from collections.abc import Mapping, Sequence

from community.audience import Viewer, visible_sql
from community.storage import after_commit, execute, rows, value, wake
from community.storage.live import Entry, Head, LiveTopic, topic

_FRAME = {"kind": "form"}


@topic("form")
class FormTopic(LiveTopic):
    gathers = False

    async def may_follow(self, viewer: Viewer, id: int) -> bool:  # noqa: A002 - the topic's id
        seen, keys = visible_sql(viewer)
        return bool(await value(f"SELECT 1 FROM rooms WHERE id = :id AND {seen}", id=id, **keys))

    async def head(self, ids: Sequence[int]) -> Mapping[int, Head]:
        found = await rows("SELECT id, epoch, form_seq FROM rooms WHERE id IN :ids", ids=list(ids))
        return {row["id"]: (row["epoch"], row["form_seq"]) for row in found}

    async def entries(self, id: int, after: int, limit: int) -> list[Entry]:  # noqa: A002 - the topic's id
        (_epoch, newest) = (await self.head([id])).get(id, ("", 0))
        return [(seq, _FRAME) for seq in range(after + 1, min(newest, after + limit) + 1)]


async def form_changes(room_id: int) -> None:
    """In the caller's unit, which has locked the room or its conversation."""
    await execute("UPDATE rooms SET form_seq = form_seq + 1 WHERE id = :id", id=room_id)
    after_commit(lambda: wake(f"form:{room_id}"))
