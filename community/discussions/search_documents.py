"""Threads and posts as the search sees them.

A thread's document holds its title and opening text; every further post is a document of its own below it, so that a hit leads
to the very post, and a reply costs one document and not the whole thread anew. Its title is its own first words, since with the
thread's the posts of one thread would fill the first page of hits; the thread's ends the body, so that words of both find it.
"""

import json
from collections.abc import Sequence
from typing import Any

from community.institutions.queries import Person, people
from community.storage import rows
from community.text.plain import excerpt, plain, without_quotations
from search.documents import Document

KINDS = ("thread", "reply")

_THREADS = """
    SELECT t.id, t.title, t.audience, t.lang, t.tags, t.version, t.last_at, t.reply_count, t.author_id, c.code, c.space_id, r.html
    FROM threads AS t JOIN categories AS c ON c.id = t.category_id JOIN replies AS r ON r.thread_id = t.id AND r.number = 1
    WHERE t.id IN :ids
"""

_REPLIES = """
    SELECT r.id, r.number, r.html, r.lang, r.version, r.created_at, r.author_id, t.id AS thread, t.title, t.audience,
        t.version AS of_thread, c.code, c.space_id
    FROM replies AS r JOIN threads AS t ON t.id = r.thread_id JOIN categories AS c ON c.id = t.category_id
    WHERE r.id IN :ids AND r.number > 1 AND r.state = 'posted'
"""


async def documents(kind: str, ids: Sequence[int]) -> list[Document]:
    """The documents of those that still stand; an id without one has none any more."""
    if kind == "thread":
        found = await rows(_THREADS, ids=list(ids))
    else:
        found = await rows(_REPLIES, ids=list(ids))
    by = await people(row["author_id"] for row in found)
    make = _thread if kind == "thread" else _reply
    return [make(row, by.get(row["author_id"])) for row in found]


def _thread(row: dict[str, Any], by: Person | None) -> Document:
    tags = json.loads(row["tags"])
    return Document(
        key=f"thread:{row['id']}", kind="thread", audience=row["audience"], title=row["title"], url=f"/threads/{row['id']}",
        version=row["version"], body="\n".join([plain(row["html"]), " ".join(tags)]).strip(), language=row["lang"],
        country=_country(by), themes=_themes(row), updated_at=row["last_at"],
        meta={"author": _name(by), "replies": str(max(0, row["reply_count"] - 1))},
    )  # fmt: skip


def _reply(row: dict[str, Any], by: Person | None) -> Document:
    words = plain(without_quotations(row["html"])) or plain(row["html"])
    return Document(
        key=f"reply:{row['id']}", kind="reply", audience=row["audience"], title=excerpt(words, 90), url=f"/replies/{row['id']}",
        version=row["version"] + row["of_thread"], body=f"{words}\n{row['title']}", root=f"thread:{row['thread']}",
        language=row["lang"], country=_country(by), themes=_themes(row),
        meta={"author": _name(by), "number": str(row["number"]), "in": row["title"]}, updated_at=row["created_at"],
    )  # fmt: skip


def _name(by: Person | None) -> str:
    """Who has left is found by no name."""
    return by.name if by else ""


def _country(by: Person | None) -> str:
    return by.country if by else ""


def _themes(row: dict[str, Any]) -> tuple[str, ...]:
    return () if row["space_id"] else (row["code"],)


async def ids_of(kind: str, after: int, limit: int) -> list[int]:
    """Ids in order, for building an index anew."""
    table = "threads" if kind == "thread" else "replies"
    found = await rows(f"SELECT id FROM {table} WHERE id > :after ORDER BY id LIMIT :most", after=after, most=limit)
    return [row["id"] for row in found]


async def replies_of(thread_id: int) -> list[int]:
    """All posts below a thread, for when its audience or title changes."""
    found = await rows("SELECT id FROM replies WHERE thread_id = :id AND number > 1 ORDER BY id", id=thread_id)
    return [row["id"] for row in found]
