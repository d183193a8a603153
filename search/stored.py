"""A document as an engine keeps it, to be shown later."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from search.documents import Document


def packed(document: Document) -> bytes:
    values: dict[str, Any] = {**asdict(document), "meta": dict(document.meta)}
    if document.updated_at:
        values["updated_at"] = document.updated_at.isoformat()
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(stored: bytes) -> Document:
    values = json.loads(stored)
    if values["updated_at"]:
        values["updated_at"] = datetime.fromisoformat(values["updated_at"])
    return Document(**{**values, "themes": tuple(values["themes"]), "fields": tuple(values["fields"])})
