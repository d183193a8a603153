"""Institutions as the search sees them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from community.storage import rows
from community.text.plain import plain
from community.text.vocabularies import isced_field
from search.documents import Document

KINDS = ("institution",)

_INSTITUTIONS = """
    SELECT id, slug, name, name_language, names, country, city, about_html, about_language, audience, version, mark, created_at
    FROM institutions WHERE id IN :ids
"""
_FIELDS = "SELECT institution_id, code FROM institution_traits WHERE institution_id IN :ids AND kind = 'field' ORDER BY code"


async def documents(kind: str, ids: Sequence[int]) -> list[Document]:
    fields: dict[int, list[str]] = defaultdict(list)
    for row in await rows(_FIELDS, ids=list(ids)):
        fields[row["institution_id"]].append(row["code"])
    return [_document(row, tuple(fields[row["id"]])) for row in await rows(_INSTITUTIONS, ids=list(ids))]


def _document(row: dict[str, Any], fields: tuple[str, ...]) -> Document:
    names = json.loads(row["names"])
    words = [*names.values(), row["city"], *(isced_field(code).label("en") for code in fields), plain(row["about_html"])]
    return Document(
        key=f"institution:{row['id']}", kind="institution", audience=row["audience"], title=row["name"],
        url=f"/institutions/{row['slug']}", version=row["version"], body="\n".join(word for word in words if word),
        language=row["about_language"], country=row["country"], fields=fields,
        meta={"city": row["city"], "mark": row["mark"]}, updated_at=row["created_at"],
    )  # fmt: skip


async def ids_of(kind: str, after: int, limit: int) -> list[int]:
    """Ids in order, for building an index anew."""
    found = await rows("SELECT id FROM institutions WHERE id > :after ORDER BY id LIMIT :most", after=after, most=limit)
    return [row["id"] for row in found]
