"""What waits for a member, in words made from the things as they are now."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from community.audience import Viewer, visible_sql
from community.institutions.queries import Person, people
from community.storage import rows, value

MOST_WAITING = 20

_UNREAD = """
    NOT EXISTS (SELECT 1 FROM reading_positions AS p WHERE p.member_id = n.member_id
                AND n.root = 'thread:' || p.thread_id AND p.number >= n.place)
    AND NOT EXISTS (SELECT 1 FROM room_positions AS q WHERE q.member_id = n.member_id
                    AND n.root = 'room:' || q.room_id AND q.seq >= n.place)
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
    """One thing that waits. `actor` is whoever caused it, None when it was the house."""

    id: int
    kind: str
    created_at: datetime
    actor: Person | None
    subject: Subject


Resolver = Callable[[Viewer, Sequence[int]], Awaitable[dict[int, Subject]]]

_resolvers: dict[str, Resolver] = {}


def describes(kind_of_cause: str) -> Callable[[Resolver], Resolver]:
    """Register who can say what `reply:5` is: {id: Subject} of those the viewer may see now. Others are not shown."""

    def register(resolver: Resolver) -> Resolver:
        _resolvers[kind_of_cause] = resolver
        return resolver

    return register


async def waiting_for(viewer: Viewer) -> list[Waiting]:
    """The newest unfinished notifications, most urgent first, at most 20."""
    visible, keys = visible_sql(viewer, "n.audience")
    found = await rows(
        f"""SELECT n.id, n.kind, n.cause, n.actor_id, n.created_at FROM notifications AS n
            WHERE n.member_id = :member AND n.done_at IS NULL AND {visible} AND {_UNREAD}
            ORDER BY n.created_at DESC, n.id DESC LIMIT :most""",
        member=viewer.member, most=MOST_WAITING, **keys,
    )  # fmt: skip
    subjects = await _subjects(viewer, [row["cause"] for row in found])
    actors = await people([row["actor_id"] for row in found if row["actor_id"]])
    return [
        Waiting(row["id"], row["kind"], row["created_at"], actors.get(row["actor_id"]), subjects[row["cause"]])
        for row in found
        if row["cause"] in subjects and row["actor_id"] not in viewer.blocked
    ]


async def count_waiting(viewer: Viewer) -> int:
    """How many wait: what the viewer may no longer see is not counted."""
    visible, keys = visible_sql(viewer, "n.audience")
    blocked = "AND (n.actor_id IS NULL OR n.actor_id NOT IN :blocked)" if viewer.blocked else ""
    found = await value(
        f"""SELECT COUNT(*) FROM notifications AS n
            WHERE n.member_id = :member AND n.done_at IS NULL AND {visible} AND {_UNREAD} {blocked}""",
        member=viewer.member, **keys, **({"blocked": sorted(viewer.blocked)} if viewer.blocked else {}),
    )  # fmt: skip
    return int(found or 0)


async def _subjects(viewer: Viewer, causes: Sequence[str]) -> dict[str, Subject]:
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
