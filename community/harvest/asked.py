"""What those whom a harvest concerns read of it: who made it and whom it quotes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community.audience import Viewer, visible_sql
from community.errors import NotFound
from community.harvest.queries import Quotable, quotable
from community.institutions.queries import Person, people
from community.storage import row, rows

MOST = 100


@dataclass(frozen=True)
class Asked:
    """One of those who were asked, and what they said: "", "yes" or "no"."""

    person: Person | None
    answer: str


@dataclass(frozen=True)
class HarvestPage:
    """A harvest for who made it, or for somebody whom it quotes.

    `own` are the reader's words that are quoted, and `answer` what they say to it, None where they are not asked. `people` are
    those who were asked, for who asks. `room`, `title` and `href` (those of what was made) are "" where the reader may not see it.
    """

    id: int
    asker: Person | None
    room: str
    room_lang: str
    kind: str
    title: str
    href: str
    own: list[Quotable]
    answer: str | None
    people: list[Asked]
    is_mine: bool


_HARVEST = """
    SELECT h.id, h.author_id, h.root, r.name, r.lang, r.audience FROM harvests AS h JOIN rooms AS r ON r.id = h.room_id
    WHERE h.id = :id
"""
_OWN = """
    SELECT m.id, m.seq, m.author_id, m.html, m.lang, m.created_at FROM harvest_lines AS l JOIN messages AS m ON m.id = l.message_id
    WHERE l.harvest_id = :id AND m.author_id = :me AND m.state = 'posted' ORDER BY l.position
"""


async def harvest_page(viewer: Viewer, harvest_id: int) -> HarvestPage:
    """Raises NotFound for everybody whom it does not concern."""
    found = await row(_HARVEST, id=harvest_id)
    answers = await rows("SELECT member_id, answer FROM harvest_answers WHERE harvest_id = :id ORDER BY id", id=harvest_id)
    mine = next((one["answer"] for one in answers if one["member_id"] == viewer.member), None)
    if found is None or (mine is None and found["author_id"] != viewer.member):
        raise NotFound
    is_mine = found["author_id"] == viewer.member
    by = await people([found["author_id"], *(one["member_id"] for one in answers)])
    title, href = await _made(viewer, found["root"])
    return HarvestPage(
        found["id"], by.get(found["author_id"]), _room(viewer, found), found["lang"], found["root"].partition(":")[0], title, href,
        await quotable(await rows(_OWN, id=harvest_id, me=viewer.member)), mine,
        [Asked(by.get(one["member_id"]), one["answer"]) for one in answers] if is_mine else [], is_mine,
    )  # fmt: skip


def _room(viewer: Viewer, found: dict[str, Any]) -> str:
    """Whoever has left a space reads its rooms' names no more."""
    return found["name"] if viewer.holds(found["audience"]) else ""


async def _made(viewer: Viewer, root: str) -> tuple[str, str]:
    """(title, address) of what was made, as this viewer may see it; empty where they may not."""
    kind, _colon, number = root.partition(":")
    seen, keys = visible_sql(viewer)
    if kind == "thread":
        found = await row(f"SELECT title FROM threads WHERE id = :id AND {seen}", id=int(number), **keys)
        return (found["title"], f"/threads/{number}") if found else ("", "")
    found = await row(f"SELECT title FROM editions WHERE practice_id = :id AND {seen} ORDER BY number DESC", id=int(number), **keys)
    return (found["title"], f"/practices/{number}") if found else ("", "")


@dataclass(frozen=True)
class HarvestLine:
    """A harvest in a list. `answer` is the reader's own, None where they made it; `waiting` how many have not answered yet."""

    id: int
    asker: Person | None
    room: str
    room_lang: str
    at: datetime
    answer: str | None
    waiting: int


_LIST = """
    SELECT h.id, h.author_id, h.created_at, r.name, r.lang, r.audience, a.answer,
        (SELECT COUNT(*) FROM harvest_answers AS w WHERE w.harvest_id = h.id AND w.answer = '') AS waiting
    FROM harvests AS h JOIN rooms AS r ON r.id = h.room_id
    LEFT JOIN harvest_answers AS a ON a.harvest_id = h.id AND a.member_id = :me
    WHERE h.author_id = :me OR a.id IS NOT NULL ORDER BY h.id DESC LIMIT :most
"""


async def harvests_of(viewer: Viewer) -> list[HarvestLine]:
    """Those that quote the viewer, and those they made, the newest first."""
    found = await rows(_LIST, me=viewer.member, most=MOST)
    by = await people(one["author_id"] for one in found)
    return [
        HarvestLine(
            one["id"], by.get(one["author_id"]), _room(viewer, one), one["lang"], one["created_at"], one["answer"],
            one["waiting"] if one["author_id"] == viewer.member else 0,
        )
        for one in found
    ]  # fmt: skip
