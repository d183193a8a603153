"""Spaces as the search sees them: their face, under the audience of the face."""

from collections.abc import Sequence

from community.storage import rows
from community.text.plain import plain
from search.documents import Document

KINDS = ("space",)


async def documents(kind: str, ids: Sequence[int]) -> list[Document]:
    found = await rows(
        "SELECT id, slug, name, about_html, language, audience, version, created_at FROM spaces WHERE id IN :ids", ids=list(ids)
    )
    return [
        Document(
            key=f"space:{row['id']}", kind="space", audience=row["audience"], title=row["name"], url=f"/spaces/{row['slug']}",
            version=row["version"], body=plain(row["about_html"]), language=row["language"], updated_at=row["created_at"],
        )
        for row in found
    ]  # fmt: skip


async def ids_of(kind: str, after: int, limit: int) -> list[int]:
    """Ids in order, for building an index anew."""
    found = await rows("SELECT id FROM spaces WHERE id > :after ORDER BY id LIMIT :most", after=after, most=limit)
    return [row["id"] for row in found]
