"""Events as the search sees them, with what they say of their programme."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from community.audience import GUEST, visible_sql
from community.storage import rows
from search.documents import Document

KINDS = ("event",)

_EVENTS = """
    SELECT e.id, e.slug, e.title, e.summary, e.host, e.place, e.language, e.audience, e.version, e.updated_at,
        e.partners, e.documents, i.name AS institution
    FROM events AS e LEFT JOIN institutions AS i ON i.id = e.institution_id AND {maker_seen} WHERE e.id IN :ids
"""
_SESSIONS = "SELECT event_id, code, title, speakers FROM event_sessions WHERE event_id IN :ids ORDER BY number"


async def documents(kind: str, ids: Sequence[int]) -> list[Document]:
    """A document for each that there is."""
    assert kind in KINDS
    maker_seen, keys = visible_sql(GUEST, "i.audience")
    found = await rows(_EVENTS.format(maker_seen=maker_seen), ids=list(ids), **keys)
    programme: dict[int, list[str]] = defaultdict(list)
    for one in await rows(_SESSIONS, ids=list(ids)):
        programme[one["event_id"]] += [one["code"], one["title"], one["speakers"]]
    return [_document(row, programme[row["id"]]) for row in found]


def _document(row: dict[str, Any], programme: list[str]) -> Document:
    host = row["host"] or row["institution"] or ""
    named = [one["name"] for one in json.loads(row["documents"])]
    said = (row["summary"], host, row["place"], *programme, *json.loads(row["partners"]), *named)
    return Document(
        key=f"event:{row['id']}", kind="event", audience=row["audience"], title=row["title"], url=f"/events/{row['slug']}",
        version=row["version"], body="\n".join(filter(None, dict.fromkeys(said))), language=row["language"],
        updated_at=row["updated_at"], meta={"institution": host} if host else {},
    )  # fmt: skip
