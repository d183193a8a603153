"""Messages as the search sees them: each is a document below its room, whose key it carries."""

from collections.abc import Sequence
from typing import Any

from community.audience import member_key
from community.chat.hanging import NOTHING, Hanging, hanging_on
from community.institutions.queries import Person, people
from community.storage import rows
from community.text.plain import excerpt, plain
from search.documents import Document

KINDS = ("message",)

_MESSAGES = """
    SELECT m.id, m.html, m.lang, m.version, m.created_at, m.author_id, m.attached, r.id AS room, r.name, r.audience
    FROM messages AS m JOIN rooms AS r ON r.id = m.room_id
    WHERE m.id IN :ids AND m.state = 'posted'
"""


async def documents(kind: str, ids: Sequence[int]) -> list[Document]:
    """The documents of those that still stand; an id without one has none any more."""
    found = await rows(_MESSAGES, ids=list(ids))
    by = await people(row["author_id"] for row in found)
    hanging = await hanging_on(found)
    return [_document(row, by.get(row["author_id"]), hanging.get(row["id"], NOTHING)) for row in found]


def _document(row: dict[str, Any], author: Person | None, hanging: Hanging) -> Document:
    """What was said, and the names of the files that hang on it; of who has left no name."""
    words = "\n".join((plain(row["html"]), *(file.name for file in hanging.files))).strip()
    return Document(
        key=f"message:{row['id']}", kind="message", audience=row["audience"], title=excerpt(words, 90),
        url=f"/messages/{row['id']}", version=row["version"], body=words, root=f"room:{row['room']}",
        author=member_key(row["author_id"]), language=row["lang"], country=author.country if author else "",
        meta={"author": author.name if author else "", "in": row["name"]}, updated_at=row["created_at"],
    )  # fmt: skip


async def ids_of(kind: str, after: int, limit: int) -> list[int]:
    """Ids in order, for building an index anew."""
    found = await rows("SELECT id FROM messages WHERE id > :after ORDER BY id LIMIT :most", after=after, most=limit)
    return [row["id"] for row in found]


async def messages_of(room_id: int) -> list[int]:
    """All that stands in a room, for when its audience or name changes."""
    found = await rows("SELECT id FROM messages WHERE room_id = :id AND state = 'posted' ORDER BY id", id=room_id)
    return [row["id"] for row in found]
