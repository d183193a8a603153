"""Telling members: once per cause, in the way each has chosen. The only writer of what waits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from community import clock
from community.audience import key_of
from community.mail import send_composed
from community.mail.models import WITHDRAWN
from community.notifications.digests import expect_digest
from community.notifications.hours import Hours, zone_named
from community.notifications.kinds import Group, Way, group_of
from community.notifications.live import bell_rings
from community.notifications.models import NOWHERE
from community.notifications.pushing import push_soon
from community.storage import execute, rows, unit_of_work

AT_ONCE = 50  # members told in one unit of work: what a killed worker does again
MOST_PUSHES = 30  # to one member in an hour: what comes then waits on the bell
MOST_LETTERS = 40  # letters at once to one member in a day (SECURITY 38); the rest waits for the digest


@dataclass(frozen=True)
class About:
    """What a notification rests on, and the thing whose audience it carries. See `models.Notification`.

    `audience` is named where it is not the root's own key, such as that of the coordinators of a listing's institution.
    `patience` is how long a letter waits for the member to read it on the site.
    """

    cause: str
    root: str
    actor_id: int | None = None
    place: int = NOWHERE
    audience: str = ""
    patience: timedelta = timedelta(0)


@dataclass(frozen=True)
class Reader:
    """How one member wants to be told of a group of kinds, at this moment."""

    id: int
    bell: bool
    push: bool
    mail: Way
    hours: Hours


async def tell(kind: str, members: Iterable[int], about: About, via: Mapping[int, str] | None = None) -> None:
    """Tell several members, each once per cause: a later reason for the same cause counts only where the first was turned off.

    Nobody who is suspended, nobody who is the actor, and nobody between whom and the actor there is a block; nobody where the root
    is gone. `via` says for each what they watch or follow. The root's key is read with the row that carries it: read before, it
    could be a wider one than what the root has been narrowed to meanwhile.
    """
    ids = [member for member in dict.fromkeys(members) if member != about.actor_id]
    for start in range(0, len(ids), AT_ONCE):
        async with unit_of_work():
            if key := about.audience or await key_of(about.root):
                for reader in await _readers(ids[start : start + AT_ONCE], group_of(kind), about.actor_id):
                    await _tell(reader, kind, replace(about, audience=key), (via or {}).get(reader.id, ""))


async def _tell(reader: Reader, kind: str, about: About, via: str) -> None:
    if not reader.bell and not reader.push and reader.mail == "no":
        return
    new = await rows(
        """INSERT INTO notifications (member_id, cause, kind, root, place, audience, actor_id, via, bell, push, mail, created_at)
           VALUES (:member, :cause, :kind, :root, :place, :audience, :actor, :via, :bell, :push, :mail, :at)
           ON CONFLICT (member_id, cause) DO NOTHING RETURNING id""",
        member=reader.id, cause=about.cause, kind=kind, root=about.root, place=about.place, audience=about.audience,
        actor=about.actor_id, via=via, bell=reader.bell, push=reader.push, mail=reader.mail, at=clock.now(),
    )  # fmt: skip
    if new and reader.bell:
        await bell_rings(reader.id)
    if new and reader.push:
        await push_soon(reader.id, new[0]["id"], reader.hours)
    if new and reader.mail == "once":
        await _mail(reader, about, new[0]["id"])
    elif new and reader.mail == "digest":
        await expect_digest(reader.id, reader.hours)


async def _mail(reader: Reader, about: About, notification_id: int) -> None:
    due = clock.now() + about.patience
    later = reader.hours.after_quiet(due) or (due if about.patience else None)
    mail_id = await send_composed(reader.id, about.cause, "notice", later)
    await execute("UPDATE notifications SET mail_id = :mail WHERE id = :id", mail=mail_id, id=notification_id)


_READERS = """
    SELECT m.id, m.time_zone, c.bell, c.push, c.mail, h.rhythm, h.quiet_from, h.quiet_until,
        (SELECT COUNT(*) FROM mails AS l WHERE l.member_id = m.id AND l.composer = 'notice' AND l.created_at > :since
            AND (l.failed IS NULL OR l.failed <> :withdrawn)) AS letters,
        CASE WHEN EXISTS (SELECT 1 FROM push_devices AS d WHERE d.member_id = m.id)
            THEN (SELECT COUNT(*) FROM notifications AS n WHERE n.member_id = m.id AND n.push AND n.created_at > :lately)
        END AS pushes
    FROM members AS m LEFT JOIN notice_choices AS c ON c.member_id = m.id AND c.code = :code
    LEFT JOIN notice_hours AS h ON h.member_id = m.id
    WHERE m.id IN :ids AND m.suspended_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM blocks AS b
        WHERE (b.blocker_id = m.id AND b.blocked_id = :actor) OR (b.blocker_id = :actor AND b.blocked_id = m.id))
    ORDER BY m.id
"""


async def _readers(ids: Sequence[int], group: Group, actor_id: int | None) -> list[Reader]:
    found = await rows(
        _READERS,
        ids=list(ids),
        code=group.code,
        actor=actor_id or 0,
        since=clock.now() - timedelta(days=1),
        withdrawn=WITHDRAWN,
        lately=clock.now() - timedelta(hours=1),
    )
    return [_reader(row, group) for row in found]


def _reader(row: dict[str, Any], group: Group) -> Reader:
    has_chosen = row["mail"] is not None
    mail: Way = row["mail"] if has_chosen else group.mail
    quiet = None if row["quiet_from"] is None or row["quiet_until"] is None else (row["quiet_from"], row["quiet_until"])
    return Reader(
        row["id"], bool(row["bell"]) if has_chosen else group.bell,
        row["pushes"] is not None and row["pushes"] < MOST_PUSHES and bool(group.push if row["push"] is None else row["push"]),
        "digest" if mail == "once" and row["letters"] >= MOST_LETTERS else mail,
        Hours(zone_named(row["time_zone"]), quiet, row["rhythm"] or "weekly"),
    )  # fmt: skip
