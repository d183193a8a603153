"""What waits for a member, in words made from the things as they are now."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community.accounts.blocking import blocked_by
from community.audience import Viewer, visible_sql
from community.institutions.queries import Person, people
from community.notifications.kinds import group_of
from community.notifications.wording import happened, how_many, reason
from community.storage import query_with, rows, value
from community.storage.slices import import_all

MOST_WAITING = 20  # lines
MOST_READ = 400  # notifications that are read to make them
MOST_BEHIND = 50  # of a room that is watched: above, "50+ new" says it all
FAR = "far"  # the `via` of a notice that stands for all of these
MOST_ASKED = 3  # of one line, in case the oldest is gone

UNREAD = """
    NOT EXISTS (SELECT 1 FROM reading_positions AS p WHERE p.member_id = n.member_id AND p.number >= n.place
                AND p.thread_id = CASE WHEN n.root LIKE 'thread:%' THEN CAST(SUBSTR(n.root, 8) AS BIGINT) END)
    AND NOT EXISTS (SELECT 1 FROM room_positions AS q WHERE q.member_id = n.member_id AND q.seq >= n.place
                    AND q.room_id = CASE WHEN n.root LIKE 'room:%' THEN CAST(SUBSTR(n.root, 6) AS BIGINT) END)
"""
# An invitation says nothing while whoever sent it does not moderate there, nor a question to who does not.
_STANDS = """
    (n.kind NOT IN ('space_invited', 'space_asked') OR EXISTS (
        SELECT 1 FROM space_knocks AS k
        JOIN grants AS g ON 'space:' || k.space_id = g.audience AND g.role = 'moderator'
            AND 'member:' || (CASE WHEN k.kind = 'invited' THEN k.by_id ELSE n.member_id END) = g.holder
        WHERE k.member_id IN (n.member_id, n.actor_id) AND n.root = 'knock:' || k.id))
"""


@dataclass(frozen=True)
class Subject:
    """What a notification is about, as its reader may see it now. `excerpt` is plain text; `lang` is its language."""

    title: str
    href: str
    excerpt: str = ""
    lang: str = "en"


@dataclass(frozen=True)
class Waiting:
    """One line of what waits: one thing, or several of a kind about one root, such as five posts of a thread.

    `id` and `created_at` are those of the newest, `subject` and `cause` those of the oldest, where reading goes on. `actor` is who
    caused the newest, None when it was the house; `others` are how many more people did, `number` how many things there are, and
    `is_many` that there are too many to be told of each.
    """

    id: int
    kind: str
    root: str
    cause: str
    created_at: datetime
    actor: Person | None
    others: int
    number: int
    subject: Subject
    via: str = ""
    is_many: bool = False

    @property
    def happened(self) -> str:
        return happened(self.kind, self.actor.name if self.actor else "", self.others) or self.subject.title

    @property
    def new(self) -> str:
        """How much is new; "" for one thing."""
        return how_many(self.number, f"{MOST_BEHIND}+" if self.is_many else "")

    @property
    def because(self) -> str:
        return reason(self.kind, self.via)


Resolver = Callable[[Viewer, Sequence[int]], Awaitable[dict[int, Subject]]]

_resolvers: dict[str, Resolver] = {}


def describes(kind_of_cause: str) -> Callable[[Resolver], Resolver]:
    """Register who can say what `reply:5` is: {id: Subject} of those the viewer may see now. Others are not shown."""

    def register(resolver: Resolver) -> Resolver:
        _resolvers[kind_of_cause] = resolver
        return resolver

    return register


_ROWS = """
    SELECT n.id, n.kind, n.cause, n.root, n.via, n.actor_id, n.created_at FROM notifications AS n
    WHERE n.member_id = :member AND n.done_at IS NULL AND {wanted} AND {visible} AND {unread} {blocked}
    ORDER BY n.created_at DESC, n.id DESC LIMIT :most
"""


_COUNT = """
    SELECT COUNT(DISTINCT n.root || ' ' || n.kind) FROM notifications AS n
    WHERE n.member_id = :member AND n.done_at IS NULL AND n.bell AND {visible} AND {unread} AND {stands} {blocked}
"""


async def waiting_for(viewer: Viewer) -> list[Waiting]:
    """The lines of what waits on the site, the newest first, at most 20."""
    return (await _lines(viewer, "n.bell"))[:MOST_WAITING]


async def told_by(viewer: Viewer, mail_id: int) -> list[Waiting]:
    """What of a letter's content its reader may see at this moment and has not read on the site meanwhile."""
    return await _lines(viewer, "n.mail_id = :mail", mail=mail_id)


async def waiting_as(viewer: Viewer, notification_id: int) -> Waiting | None:
    """One thing that waits, while it still does and the viewer may see it."""
    return next(iter(await _lines(viewer, "n.id = :id", id=notification_id)), None)


async def undigested(viewer: Viewer, since: datetime) -> list[int]:
    """The ids of what one digest has room to tell: what no letter told, and the reader may see, has not read and wants mailed."""
    found = await _rows(viewer, "n.mail = 'digest' AND n.mail_id IS NULL AND n.created_at > :since", since=since)
    no = await rows("SELECT code FROM notice_choices WHERE member_id = :member AND mail = 'no'", member=viewer.member)
    unwanted = {one["code"] for one in no}
    found = [row for row in found if group_of(row["kind"]).code not in unwanted]
    lines = list(dict.fromkeys((row["root"], row["kind"]) for row in found))[:MOST_WAITING]
    return [row["id"] for row in found if (row["root"], row["kind"]) in lines]


async def count_waiting(viewer: Viewer) -> int:
    """How many lines wait: what the viewer may no longer see is not counted."""
    visible, keys = visible_sql(viewer, "n.audience")
    blocked, ids = await _not_blocked(viewer)
    sql = query_with(_COUNT, visible=visible, unread=UNREAD, stands=_STANDS, blocked=blocked)
    return int(await value(sql, member=viewer.member, **keys, **ids) or 0)


async def _rows(viewer: Viewer, wanted: str, **parameters: Any) -> list[dict[str, Any]]:
    visible, keys = visible_sql(viewer, "n.audience")
    blocked, ids = await _not_blocked(viewer)
    sql = query_with(_ROWS, wanted=wanted, visible=visible, unread=UNREAD, blocked=blocked)
    return await rows(sql, member=viewer.member, most=MOST_READ, **keys, **ids, **parameters)


async def _not_blocked(viewer: Viewer) -> tuple[str, dict[str, Any]]:
    """Without those whom the viewer has blocked. What somebody did who has blocked the viewer since stays: they are not told."""
    if not (blocked := await blocked_by(viewer)):
        return "", {}
    return "AND (n.actor_id IS NULL OR n.actor_id NOT IN :blocked)", {"blocked": list(blocked)}


async def _lines(viewer: Viewer, wanted: str, **parameters: Any) -> list[Waiting]:
    found = await _rows(viewer, wanted, **parameters)
    lines: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in found:
        lines.setdefault((row["root"], row["kind"]), []).append(row)
    shown = list(lines.values())[:MOST_WAITING]
    subjects = await _subjects(viewer, [row["cause"] for line in shown for row in line[-MOST_ASKED:]])
    actors = await people([line[0]["actor_id"] for line in shown if line[0]["actor_id"]])
    made = (_line(line, subjects, actors) for line in shown)
    return [line for line in made if line]


def _line(line: list[dict[str, Any]], subjects: dict[str, Subject], actors: dict[int, Person]) -> Waiting | None:
    """The rows of one line, the newest first; None where none of them can be said any more."""
    newest, cause = line[0], next((row["cause"] for row in reversed(line) if row["cause"] in subjects), "")
    if not cause:
        return None
    others = {row["actor_id"] for row in line} - {newest["actor_id"], None}
    return Waiting(
        newest["id"], newest["kind"], newest["root"], cause, newest["created_at"], actors.get(newest["actor_id"]), len(others),
        len(line), subjects[cause], line[-1]["via"],
        newest["kind"] == "room_watched" and (len(line) >= MOST_BEHIND or any(row["via"] == FAR for row in line)),
    )  # fmt: skip


async def _subjects(viewer: Viewer, causes: Sequence[str]) -> dict[str, Subject]:
    import_all("subjects")  # a worker by itself has not made the pages, which do
    by_kind: dict[str, list[int]] = {}
    for cause in causes:
        kind, _, number = cause.partition(":")
        by_kind.setdefault(kind, []).append(int(number.split(":")[0]))
    found: dict[str, Subject] = {}
    for kind, ids in by_kind.items():
        if kind in _resolvers:
            described = await _resolvers[kind](viewer, ids)
            found |= {cause: described[int(cause.split(":")[1])] for cause in causes
                      if cause.startswith(f"{kind}:") and int(cause.split(":")[1]) in described}  # fmt: skip
    return found
