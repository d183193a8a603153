"""The list of discussions, in three fixed queries."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from community.audience import Viewer, visible_sql
from community.discussions.places import place_name
from community.discussions.queries import thread_url
from community.institutions.queries import Person, people
from community.storage import rows
from community.text.gettext import language
from community.web.paging import Cursor, Key, Page, page_of

THREADS_A_PAGE = 25
SHOWN = ("all", "unread", "following", "unanswered")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Filters:
    """Of a list of threads: `place` is a category's code or "", `show` one of SHOWN."""

    place: str = ""
    show: str = "all"
    lang: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Theme:
    """A category as a card: how many threads the viewer may see in it, and in how many something is new to them."""

    id: int
    code: str
    name: str
    space_id: int | None
    threads: int
    unread: int

    @property
    def is_space(self) -> bool:
        return self.space_id is not None

    @property
    def target(self) -> str:
        """What is followed or muted here: the theme, or the whole space."""
        return f"space:{self.space_id}" if self.is_space else f"theme:{self.id}"

    @property
    def url(self) -> str:
        return f"/discussions?theme={self.code}"


@dataclass(frozen=True)
class ThreadRow:
    """A thread in a list. `unread` counts posts that stand after the reading position."""

    id: int
    title: str
    lang: str
    kind: str
    category: str
    is_answered: bool
    is_closed: bool
    is_pinned: bool
    is_muted: bool
    replies: int
    unread: int
    url: str
    last_by: Person | None
    last_at: datetime


async def themes_for(viewer: Viewer) -> list[Theme]:
    """The categories that the viewer sees, themes first, in one query."""
    in_category, keys = visible_sql(viewer, "c.audience")
    in_thread, _keys = visible_sql(viewer, "t.audience")
    found = await rows(
        _THEMES.format(in_category=in_category, in_thread=in_thread, levels=_LEVELS, new=_NEW), me=viewer.member or 0, **keys
    )
    name = language()
    return [
        Theme(row["id"], row["code"], place_name(row["code"], row["space"], name), row["space_id"],
              row["threads"], row["unread"] if viewer.signed_in else 0)
        for row in found
    ]  # fmt: skip


# The nearest choice counts: for the thread, for its theme, for the space.
_LEVELS = """LEFT JOIN followings AS f ON f.member_id = :me AND f.target = 'thread:' || t.id
    LEFT JOIN followings AS g ON g.member_id = :me AND g.target = 'theme:' || c.id
    LEFT JOIN followings AS h ON h.member_id = :me AND h.target = 'space:' || c.space_id"""
_LEVEL = "COALESCE(f.level, g.level, h.level, '')"
_NEW = f"""t.last_number > COALESCE(p.number, 0) AND {_LEVEL} <> 'mute' AND EXISTS (
    SELECT 1 FROM replies AS r WHERE r.thread_id = t.id AND r.number > COALESCE(p.number, 0) AND r.state = 'posted')"""

_THEMES = """
    SELECT c.id, c.code, c.space_id, s.name AS space, COUNT(t.id) AS threads, COUNT(CASE WHEN {new} THEN 1 END) AS unread
    FROM categories AS c
    LEFT JOIN spaces AS s ON s.id = c.space_id
    LEFT JOIN threads AS t ON t.category_id = c.id AND {in_thread}
    LEFT JOIN reading_positions AS p ON p.thread_id = t.id AND p.member_id = :me
    {levels}
    WHERE {in_category}
    GROUP BY c.id, c.code, c.space_id, c.position, s.name
    ORDER BY CASE WHEN s.name IS NULL THEN 0 ELSE 1 END, c.position, c.id
"""

_THREADS = """
    SELECT t.id, t.title, t.lang, t.kind, t.answer_id, t.closed, t.pinned, t.reply_count, t.last_number, t.last_at,
        t.last_author_id, c.code, s.name AS space, {level} AS level, COALESCE(p.number, 0) AS read_to,
        (SELECT MIN(r.number) FROM replies AS r
         WHERE r.thread_id = t.id AND r.number > p.number AND r.state = 'posted' AND r.author_id <> :me) AS first_new,
        (SELECT COUNT(*) FROM replies AS r
         WHERE r.thread_id = t.id AND r.number > COALESCE(p.number, 0) AND r.state = 'posted') AS unread
    FROM threads AS t
    JOIN categories AS c ON c.id = t.category_id
    LEFT JOIN spaces AS s ON s.id = c.space_id
    LEFT JOIN reading_positions AS p ON p.thread_id = t.id AND p.member_id = :me
    {levels}
    WHERE {seen} AND {wanted}
    ORDER BY {order} LIMIT :most
"""


async def threads_for(viewer: Viewer, filters: Filters, cursor: Cursor, size: int = THREADS_A_PAGE) -> Page[ThreadRow]:
    """One page of the threads that the viewer sees, newest post first, in two queries."""
    seen, parameters = visible_sql(viewer, "t.audience")
    wanted, values = _wanted(viewer, filters)
    if cursor.key and len(cursor.key) == 2 and all(isinstance(part, int) for part in cursor.key):
        sign = ">" if cursor.backwards else "<"
        wanted.append(f"(t.last_at {sign} :at OR (t.last_at = :at AND t.id {sign} :last_id))")
        values |= {"at": _EPOCH + timedelta(microseconds=_within_time(cursor.key[0])), "last_id": cursor.key[1]}
    else:
        cursor = Cursor()
    order = "t.last_at, t.id" if cursor.backwards else "t.last_at DESC, t.id DESC"
    sql = _THREADS.format(seen=seen, wanted=" AND ".join(wanted), order=order, level=_LEVEL, levels=_LEVELS)
    found = await rows(sql, me=viewer.member or 0, most=size + 1, **parameters, **values)
    paged = page_of(found, size, _key, cursor)
    return Page(await _shown(viewer, paged.items), paged.next, paged.previous)


def _within_time(microseconds: Any) -> int:
    return max(0, min(int(microseconds), 4_000_000_000_000_000))


def _wanted(viewer: Viewer, filters: Filters) -> tuple[list[str], dict[str, Any]]:
    """The filters as conditions of fixed text, and their values."""
    conditions, values = ["1 = 1"], {}
    for column, value in (("c.code", filters.place), ("t.lang", filters.lang), ("t.kind", filters.kind)):
        if value:
            name = column.replace(".", "_")
            conditions.append(f"{column} = :{name}")
            values[name] = value
    if filters.show == "unread" and viewer.signed_in:
        conditions.append(_NEW)
    if filters.show == "following" and viewer.signed_in:
        conditions.append(f"{_LEVEL} IN ('watch', 'follow')")
    if filters.show == "unanswered":
        conditions.append("t.reply_count <= 1 AND t.kind <> 'announcement' AND NOT t.closed")
    return conditions, values


def _key(row: dict[str, Any]) -> Key:
    since: timedelta = row["last_at"] - _EPOCH
    return since // timedelta(microseconds=1), row["id"]


async def pinned_in(viewer: Viewer, filters: Filters) -> list[ThreadRow]:
    """The threads that moderators keep on top of a theme."""
    seen, parameters = visible_sql(viewer, "t.audience")
    pinned = {"wanted": "t.pinned AND c.code = :code", "order": "t.last_at DESC, t.id DESC"}
    sql = _THREADS.format(seen=seen, level=_LEVEL, levels=_LEVELS, **pinned)
    found = await rows(sql, me=viewer.member or 0, code=filters.place, most=5, **parameters)
    return await _shown(viewer, found)


async def _shown(viewer: Viewer, found: list[dict[str, Any]]) -> list[ThreadRow]:
    by = await people(row["last_author_id"] for row in found if row["last_author_id"])
    name = language()
    return [
        ThreadRow(
            id=row["id"], title=row["title"], lang=row["lang"], kind=row["kind"],
            category=place_name(row["code"], row["space"], name), is_answered=row["answer_id"] is not None,
            is_closed=bool(row["closed"]), is_pinned=bool(row["pinned"]), is_muted=row["level"] == "mute",
            replies=max(0, row["reply_count"] - 1), unread=row["unread"] if viewer.signed_in and row["level"] != "mute" else 0,
            url=thread_url(row["id"], row["first_new"]),
            last_by=by.get(row["last_author_id"]), last_at=row["last_at"],
        )
        for row in found
    ]  # fmt: skip
