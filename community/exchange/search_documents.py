"""Open listings as the search sees them. One that is not open has no document."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from community.storage import rows
from community.text.plain import plain
from search.documents import Document

KINDS = ("listing",)

_LISTINGS = """
    SELECT l.id, l.ref, l.title, l.summary, l.about_html, l.outcomes, l.programme, l.city, l.country, l.language, l.direction,
        l.activity, l.participant, l.version, l.updated_at, l.audience, i.name AS institution
    FROM listings AS l JOIN institutions AS i ON i.id = l.institution_id
    WHERE l.id IN :ids AND l.status = 'open'
"""
_CODES = "SELECT listing_id, code FROM listing_fields WHERE listing_id IN :ids ORDER BY id"


async def documents(kind: str, ids: Sequence[int]) -> list[Document]:
    """The documents of those of the listings that are open."""
    assert kind in KINDS
    codes: dict[int, list[str]] = defaultdict(list)
    for row in await rows(_CODES, ids=list(ids)):
        codes[row["listing_id"]].append(row["code"])
    return [_document(row, tuple(codes[row["id"]])) for row in await rows(_LISTINGS, ids=list(ids))]


def _document(row: dict[str, Any], codes: tuple[str, ...]) -> Document:
    body = (row["summary"], plain(row["about_html"]), row["outcomes"], row["institution"], row["city"], row["programme"])
    return Document(
        key=f"listing:{row['id']}", kind="listing", audience=row["audience"], title=row["title"], url=f"/listings/{row['ref']}",
        version=row["version"], body="\n".join(part for part in body if part), language=row["language"],
        country=row["country"], fields=codes, updated_at=row["updated_at"],
        meta={name: row[name] for name in ("institution", "direction", "activity", "participant", "ref")},
    )  # fmt: skip
