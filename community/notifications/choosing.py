"""What a member wants to be told of, how, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from community import clock
from community.audience import Viewer
from community.notifications.digests import write_digest
from community.notifications.hours import Hours, Rhythm, zone_named
from community.notifications.kinds import GROUPS, Group, Way, group_named
from community.notifications.unsubscribing import DIGEST, Stop
from community.storage import enqueue, execute, row, rows, unit_of_work


@dataclass(frozen=True)
class Choice:
    """For one group of kinds: whether it is shown on the site, whether and how it is mailed, whether devices are told.

    A `push` of None leaves what was chosen before.
    """

    code: str
    bell: bool
    mail: Way
    push: bool | None = None


async def choices_of(viewer: Viewer) -> list[Choice]:
    """One for each group, in the order of the settings."""
    found = await rows("SELECT code, bell, mail, push FROM notice_choices WHERE member_id = :member", member=viewer.member)
    chosen = {one["code"]: one for one in found}
    return [_choice(group, chosen.get(group.code)) for group in GROUPS]


def _choice(group: Group, chosen: dict[str, Any] | None) -> Choice:
    if chosen is None:
        return Choice(group.code, group.bell, group.mail, group.push)
    push = group.push if chosen["push"] is None else bool(chosen["push"])
    return Choice(group.code, bool(chosen["bell"]), chosen["mail"], push)


async def hours_of(viewer: Viewer) -> Hours:
    found = await row("SELECT rhythm, quiet_from, quiet_until FROM notice_hours WHERE member_id = :member", member=viewer.member)
    zone = zone_named(viewer.time_zone)
    if found is None:
        return Hours(zone)
    is_set = found["quiet_from"] is not None and found["quiet_until"] is not None
    return Hours(zone, (found["quiet_from"], found["quiet_until"]) if is_set else None, found["rhythm"])


async def choose(actor: Viewer, choices: Iterable[Choice], rhythm: Rhythm, quiet: tuple[int, int] | None) -> None:
    """Keep what a member has chosen; what is not among `choices` stays as it was. A digest that is due comes at its new time."""
    async with unit_of_work():
        for one in choices:
            await execute(
                """INSERT INTO notice_choices (member_id, code, bell, mail, push) VALUES (:member, :code, :bell, :mail, :push)
                   ON CONFLICT (member_id, code) DO UPDATE SET bell = excluded.bell, mail = excluded.mail,
                       push = COALESCE(excluded.push, notice_choices.push)""",
                member=actor.member, code=one.code, bell=one.bell, mail=one.mail, push=one.push,
            )  # fmt: skip
        begin, end = quiet or (None, None)
        await execute(
            """INSERT INTO notice_hours (member_id, rhythm, quiet_from, quiet_until) VALUES (:member, :rhythm, :begin, :end)
               ON CONFLICT (member_id) DO UPDATE SET rhythm = excluded.rhythm, quiet_from = excluded.quiet_from,
                   quiet_until = excluded.quiet_until""",
            member=actor.member, rhythm=rhythm, begin=begin, end=end,
        )  # fmt: skip
        await _put_off_digest(actor, Hours(zone_named(actor.time_zone), quiet, rhythm))


async def _put_off_digest(actor: Viewer, hours: Hours) -> None:
    due = hours.next_digest(clock.now())
    changed = await execute(
        """UPDATE notice_hours SET digest_at = :due
           WHERE member_id = :member AND rhythm <> 'off' AND digest_at IS NOT NULL AND digest_at <> :due""",
        member=actor.member, due=due,
    )  # fmt: skip
    if changed:
        await enqueue(write_digest, run_at=due, member_id=actor.member)


async def stop_letters(stop: Stop) -> None:
    """Send no more letters of this kind; whether it is shown on the site stays as it was. Repeating it changes nothing."""
    async with unit_of_work():
        if not await row("SELECT id FROM members WHERE id = :member AND left_at IS NULL", member=stop.member_id):
            return
        if stop.code == DIGEST:
            await execute(
                """INSERT INTO notice_hours (member_id, rhythm) VALUES (:member, 'off')
                   ON CONFLICT (member_id) DO UPDATE SET rhythm = 'off'""",
                member=stop.member_id,
            )  # fmt: skip
        elif group := group_named(stop.code):
            await execute(
                """INSERT INTO notice_choices (member_id, code, bell, mail) VALUES (:member, :code, :bell, 'no')
                   ON CONFLICT (member_id, code) DO UPDATE SET mail = 'no'""",
                member=stop.member_id, code=group.code, bell=group.bell,
            )  # fmt: skip
