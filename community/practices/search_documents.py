"""Practices as the search sees them: one document each, of the current edition."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from community.audience import GUEST, visible_sql
from community.practices.labels import needs
from community.storage import rows
from community.text.plain import plain
from search.documents import Document

KINDS = ("practice",)

_EDITIONS = """
    SELECT e.id, e.practice_id, e.audience, e.title, e.summary, e.lang, e.country, e.place, e.institution_name, e.partners, e.tags,
        e.target_groups, e.published_at, p.version, p.kind, i.name AS institution
    FROM editions AS e JOIN practices AS p ON p.id = e.practice_id
    LEFT JOIN institutions AS i ON i.id = e.institution_id AND {maker_seen}
    WHERE e.practice_id IN :ids AND e.is_current AND e.state = 'published'
"""
_SECTIONS = "SELECT edition_id, html FROM practice_sections WHERE edition_id IN :ids ORDER BY id"
_CODES = "SELECT edition_id, kind, code FROM practice_codes WHERE edition_id IN :ids ORDER BY code"


async def documents(kind: str, ids: Sequence[int]) -> list[Document]:
    """The documents of those practices that stand in the library; an id without one has none any more."""
    maker_seen, keys = visible_sql(GUEST, "i.audience")
    found = await rows(_EDITIONS.format(maker_seen=maker_seen), ids=list(ids), **keys)
    if not found:
        return []
    editions = [row["id"] for row in found]
    words: dict[int, list[str]] = defaultdict(list)
    codes: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in await rows(_SECTIONS, ids=editions):
        words[row["edition_id"]].append(plain(row["html"]))
    for row in await rows(_CODES, ids=editions):
        codes[row["edition_id"], row["kind"]].append(row["code"])
    return [_document(row, words[row["id"]], codes) for row in found]


def _document(row: dict[str, Any], words: list[str], codes: dict[tuple[int, str], list[str]]) -> Document:
    maker = row["institution"] or row["institution_name"]
    lists = [*json.loads(row["partners"]), *json.loads(row["tags"])]
    wanted = [str(needs()[need]) for need in codes[row["id"], "need"] if need in needs()]
    said = (row["summary"], *words, maker, row["place"], row["target_groups"], *lists, *wanted)
    return Document(
        key=f"practice:{row['practice_id']}", kind="practice", audience=row["audience"], title=row["title"],
        url=f"/practices/{row['practice_id']}", version=row["version"], body="\n".join(filter(None, dict.fromkeys(said))),
        language=row["lang"], country=row["country"], themes=tuple(codes[row["id"], "theme"]),
        fields=tuple(codes[row["id"], "field"]), updated_at=row["published_at"],
        meta={"kind": row["kind"]} | ({"maker": maker} if maker else {}),
    )  # fmt: skip


async def ids_of(kind: str, after: int, limit: int) -> list[int]:
    """Ids in order, for building an index anew."""
    found = await rows("SELECT id FROM practices WHERE id > :after ORDER BY id LIMIT :most", after=after, most=limit)
    return [row["id"] for row in found]
