"""The writers of what waits: told, dealt with, taken back."""

from collections.abc import Collection

from community import clock
from community.audience import Viewer, moves_with
from community.errors import NotFound
from community.notifications.live import bell_rings, bells_ring
from community.notifications.models import NOWHERE, Notification
from community.notifications.telling import About, tell
from community.storage import execute, unit_of_work, value


async def notify(
    member_id: int, *, cause: str, kind: str, root: str, audience: str = "", actor_id: int | None = None, place: int = NOWHERE
) -> None:
    """Tell one member, once per cause; repeating it changes nothing. `root` is the thing it is about, `audience` as in `About`."""
    await tell(kind, [member_id], About(cause, root, actor_id, place, audience))


async def finish(actor: Viewer, notification_id: int) -> None:
    """The member has dealt with it, and with what stood in one line with it. What came in since they looked stays."""
    async with unit_of_work():
        mine = await Notification.visible_to(actor).locked(notification_id)
        if mine.member_id != actor.member:
            raise NotFound
        await bell_rings(mine.member_id)
        await execute(
            """UPDATE notifications SET done_at = :at
               WHERE member_id = :member AND root = :root AND kind = :kind AND id <= :id AND done_at IS NULL""",
            at=clock.now(), member=mine.member_id, root=mine.root, kind=mine.kind, id=mine.id,
        )  # fmt: skip


async def finish_all(actor: Viewer) -> None:
    """The member has seen everything that waited."""
    async with unit_of_work():
        await bell_rings(actor.member or 0)
        await Notification.visible_to(actor).filter(member_id=actor.member, done_at=None).update(done_at=clock.now())


async def finish_about(member_id: int, root: str, but: Collection[str] = ()) -> None:
    """What concerned this thing is dealt with, such as an inquiry that has been answered; `but` are causes that still wait."""
    async with unit_of_work():
        await bells_ring(
            "n.member_id = :member AND n.root = :root AND n.cause NOT IN :but", member=member_id, root=root, but=list(but)
        )
        await execute(
            """UPDATE notifications SET done_at = :at
               WHERE member_id = :member AND root = :root AND cause NOT IN :but AND done_at IS NULL""",
            at=clock.now(), member=member_id, root=root, but=list(but),
        )  # fmt: skip


async def finish_above(member_id: int, root: str, place: int) -> None:
    """Whoever writes in a thread or a room has read what stands above. Writes nothing where nothing waits, as is the rule."""
    which = "n.member_id = :member AND n.root = :root AND n.place <= :place"
    by = {"member": member_id, "root": root, "place": place}
    if await value(f"SELECT 1 AS found FROM notifications AS n WHERE n.done_at IS NULL AND {which} LIMIT 1", **by):
        async with unit_of_work():
            await bells_ring(which, **by)
            await execute(
                """UPDATE notifications SET done_at = :at
                   WHERE member_id = :member AND root = :root AND place <= :place AND done_at IS NULL""",
                at=clock.now(), **by,
            )  # fmt: skip


async def finish_for_all(root: str, but: Collection[str] = ()) -> None:
    """Nobody has to deal with this thing any more; `but` are causes that still wait."""
    async with unit_of_work():
        await bells_ring("n.root = :root AND n.cause NOT IN :but", root=root, but=list(but))
        await execute(
            "UPDATE notifications SET done_at = :at WHERE root = :root AND cause NOT IN :but AND done_at IS NULL",
            at=clock.now(), root=root, but=list(but),
        )  # fmt: skip


async def retract(root: str, causes: list[str]) -> None:
    """What these rest on is gone. No list shows them; without this the number on the bell would still count them."""
    async with unit_of_work():
        await bells_ring("n.root = :root AND n.cause IN :causes", root=root, causes=causes)
        await execute("DELETE FROM notifications WHERE root = :root AND cause IN :causes", root=root, causes=causes)


@moves_with
async def follow_audience(root: str, audience: str) -> None:
    await execute("UPDATE notifications SET audience = :audience WHERE root = :root", audience=audience, root=root)
