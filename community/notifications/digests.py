"""The digest: one light letter on a morning, of what no other letter has told."""

from datetime import timedelta

from community import clock
from community.accounts.identity import viewer_for
from community.audience import Viewer
from community.mail import send_composed
from community.notifications.hours import Hours, zone_named
from community.notifications.queries import undigested
from community.storage import enqueue, execute, job, unit_of_work, value

OLDEST = timedelta(days=30)  # what nobody has told by then is no news
A_DAY = timedelta(days=1)


async def expect_digest(member_id: int, hours: Hours) -> None:
    """Something waits for a member's next digest: let it come. In the caller's unit; one that is expected already stays."""
    if hours.rhythm == "off":
        return
    due = hours.next_digest(clock.now())
    expected = await execute(
        """INSERT INTO notice_hours (member_id, rhythm, digest_at) VALUES (:member, :rhythm, :due)
           ON CONFLICT (member_id) DO UPDATE SET digest_at = excluded.digest_at
           WHERE notice_hours.digest_at IS NULL OR notice_hours.digest_at < :long_ago""",
        member=member_id, rhythm=hours.rhythm, due=due, long_ago=clock.now() - A_DAY,
    )  # fmt: skip
    if expected:
        await enqueue(write_digest, run_at=due, member_id=member_id)


@job
async def write_digest(member_id: int) -> None:
    """Gather what is due into one letter, and nothing into none. What it gathers belongs to it from then on: run twice, or after a
    worker died half way, there is one letter all the same. What it has no room for waits for the next.
    """
    async with unit_of_work():
        was_due = await execute(
            "UPDATE notice_hours SET digest_at = NULL WHERE member_id = :member AND digest_at <= :now AND rhythm <> 'off'",
            member=member_id, now=clock.now(),
        )  # fmt: skip
        if not was_due:
            return  # another has been here, or it was put off
        viewer = await viewer_for(member_id)
        oldest = clock.now() - OLDEST
        if gathered := await undigested(viewer, oldest):
            await _write(viewer, gathered)
            if await undigested(viewer, oldest):
                await expect_digest(member_id, await _hours(viewer))


async def _hours(viewer: Viewer) -> Hours:
    rhythm = await value("SELECT rhythm FROM notice_hours WHERE member_id = :member", member=viewer.member)
    return Hours(zone_named(viewer.time_zone), rhythm=rhythm)


async def _write(viewer: Viewer, gathered: list[int]) -> None:
    member_id, day = viewer.member or 0, clock.now().astimezone(zone_named(viewer.time_zone)).date()
    mail_id = await send_composed(member_id, f"digest:{day}", "digest")
    if mail_id:
        await execute("UPDATE notifications SET mail_id = :mail WHERE id IN :ids", mail=mail_id, ids=gathered)
