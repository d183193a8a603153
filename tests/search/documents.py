"""Small documents to look for."""

from datetime import UTC, datetime
from typing import Any

from search.documents import Document, Segment

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def document(key: str, title: str = "A thread", body: str = "", **kw: Any) -> Document:
    kind = key.partition(":")[0]
    values = {"kind": kind, "audience": "public", "url": f"/{kind}s/1", "version": 1, "language": "en", "updated_at": AT}
    return Document(key=key, title=title, body=body, **{**values, **kw})


def marked(segments: tuple[Segment, ...]) -> list[str]:
    return [segment.text for segment in segments if segment.marked]


def whole(segments: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in segments)
