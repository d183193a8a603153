"""The only writers of notifications."""

from community import clock
from community.audience import Viewer, moves_with
from community.errors import NotFound
from community.notifications.models import NOWHERE, Notification
from community.storage import execute, unit_of_work


async def notify(
    member_id: int, *, cause: str, kind: str, root: str, audience: str, actor_id: int | None = None, place: int = NOWHERE
) -> None:
    """Tell one member, once per cause; repeating it changes nothing. `root` and `audience` are those of the thing it is about."""
    async with unit_of_work():
        await execute(
            """INSERT INTO notifications (member_id, cause, kind, root, place, audience, actor_id, created_at)
               VALUES (:member, :cause, :kind, :root, :place, :audience, :actor, :at)
               ON CONFLICT (member_id, cause) DO NOTHING""",
            member=member_id, cause=cause, kind=kind, root=root, place=place, audience=audience, actor=actor_id, at=clock.now(),
        )  # fmt: skip


async def finish(actor: Viewer, notification_id: int) -> None:
    """The member has dealt with it."""
    async with unit_of_work():
        mine = await Notification.visible_to(actor).locked(notification_id)
        if mine.member_id != actor.member:
            raise NotFound
        if mine.done_at is None:
            mine.done_at = clock.now()
            await mine.save(update_fields=["done_at"])


async def finish_all(actor: Viewer) -> None:
    """The member has seen everything that waited."""
    async with unit_of_work():
        await Notification.visible_to(actor).filter(member_id=actor.member, done_at=None).update(done_at=clock.now())


async def finish_about(member_id: int, root: str) -> None:
    """What concerned this thing is dealt with, such as an inquiry that has been answered."""
    async with unit_of_work():
        await execute(
            "UPDATE notifications SET done_at = :at WHERE member_id = :member AND root = :root AND done_at IS NULL",
            at=clock.now(), member=member_id, root=root,
        )  # fmt: skip


async def finish_for_all(root: str, but: str = "") -> None:
    """Nobody has to deal with this thing any more; `but` is a cause that still waits."""
    async with unit_of_work():
        await execute(
            "UPDATE notifications SET done_at = :at WHERE root = :root AND cause <> :but AND done_at IS NULL",
            at=clock.now(), root=root, but=but,
        )  # fmt: skip


async def retract(root: str, causes: list[str]) -> None:
    """What these rest on is gone. No list shows them; without this the number on the bell would still count them."""
    async with unit_of_work():
        await execute("DELETE FROM notifications WHERE root = :root AND cause IN :causes", root=root, causes=causes)


@moves_with
async def follow_audience(root: str, audience: str) -> None:
    await execute("UPDATE notifications SET audience = :audience WHERE root = :root", audience=audience, root=root)
