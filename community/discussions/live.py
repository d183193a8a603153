"""New posts as they arrive in pages that are open: topic `thread:9`, whose sequence is the number of the post.

A frame carries facts and the text's ready HTML; the page holds one template, of the parts that every post has, and fills it.
What depends on the reader (their language, zone, which buttons) is on the page and never in the frame.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from community.audience import Viewer, visible_sql
from community.institutions.queries import Person, people
from community.storage import rows, value
from community.storage.live import Entry, Head, LiveTopic, topic
from community.text.vocabularies import direction

EPOCH = "1"  # numbers are never given twice, and an import would write under new ids


@topic("thread")
class ThreadTopic(LiveTopic):
    async def may_follow(self, viewer: Viewer, id: int) -> bool:
        seen, keys = visible_sql(viewer)
        return bool(await value(f"SELECT 1 FROM threads WHERE id = :id AND {seen}", id=id, **keys))

    async def head(self, ids: Sequence[int]) -> Mapping[int, Head]:
        found = await rows("SELECT id, last_number FROM threads WHERE id IN :ids", ids=list(ids))
        return {row["id"]: (EPOCH, row["last_number"]) for row in found}

    async def entries(self, id: int, after: int, limit: int) -> list[Entry]:
        found = await rows(_POSTS, id=id, after=after, most=limit)
        by = await people(row["author_id"] for row in found)
        return [(row["number"], _frame(row, by.get(row["author_id"]))) for row in found]


_POSTS = """
    SELECT id, number, author_id, html, lang, state, created_at FROM replies
    WHERE thread_id = :id AND number > :after ORDER BY number LIMIT :most
"""


def _frame(row: dict[str, Any], by: Person | None) -> dict[str, Any]:
    """A post as it is now: one that was deleted meanwhile says only that."""
    frame: dict[str, Any] = {"kind": "post", "id": row["id"], "number": row["number"], "state": row["state"]}
    if row["state"] != "posted":
        return frame
    return frame | {
        "author": _author(by) if by else {"id": row["author_id"], "name": "", "url": "", "initials": "–", "tone": 1, "line": ""},
        "at": row["created_at"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lang": row["lang"],
        "dir": direction(row["lang"]),
        "html": row["html"],
    }


def _author(by: Person) -> dict[str, Any]:
    return {"id": by.id, "name": by.name, "url": by.url, "initials": by.initials, "tone": by.tone, "line": _line(by)}


def _line(by: Person) -> str:
    """As the macro person_line writes it."""
    place = ", ".join(part for part in (by.institution, by.city) if part)
    return " · ".join(part for part in (by.headline, place) if part)
