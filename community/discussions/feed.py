"""An Atom feed of the newest threads that everybody may read (RFC 4287)."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import Response

from community.audience import GUEST, visible_sql
from community.settings import settings
from community.storage import rows
from community.text.gettext import _
from community.text.plain import excerpt, plain
from community.web.conditional import not_modified

_NEWEST = """
    SELECT t.id, t.title, t.lang, t.created_at, t.last_at, t.version, r.html, m.name
    FROM threads AS t
    JOIN replies AS r ON r.thread_id = t.id AND r.number = 1
    JOIN members AS m ON m.id = t.author_id
    WHERE {seen} ORDER BY t.id DESC LIMIT 30
"""


async def show_feed(request: Request) -> Response:
    """The same for everybody, whoever asks: a feed reader sends no cookie, and what it keeps it may show to others."""
    seen, keys = visible_sql(GUEST, "t.audience")
    found = await rows(_NEWEST.format(seen=seen), **keys)
    etag = _etag(found)
    if unchanged := not_modified(request, etag):
        return unchanged
    origin = settings().public_origin
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    _fill(
        feed,
        id=f"{origin}/discussions",
        title=_("Discussions"),
        updated=_moment(max((row["last_at"] for row in found), default=None)),
    )
    SubElement(feed, "link", href=f"{origin}/discussions/feed", rel="self")
    for row in found:
        entry = SubElement(feed, "entry", {"xml:lang": row["lang"]})
        address = f"{origin}/threads/{row['id']}"
        _fill(entry, id=address, title=_clean(row["title"]), updated=_moment(row["last_at"]), published=_moment(row["created_at"]))
        SubElement(entry, "link", href=address)
        SubElement(SubElement(entry, "author"), "name").text = _clean(row["name"]) or _("A former member")
        SubElement(entry, "summary").text = _clean(excerpt(plain(row["html"]), 400))
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="utf-8")
    return Response(body, media_type="application/atom+xml", headers={"etag": etag})


def _etag(found: list[dict[str, Any]]) -> str:
    """Of which threads in which versions, by whom: a sum would be the same when an older one takes the place of one that was
    hidden, and a version knows nothing of a name that changes, or goes.
    """
    listed = ",".join(f"{row['id']}:{row['version']}:{row['name']}" for row in found)
    return f'W/"{sha256(listed.encode()).hexdigest()[:24]}"'


def _fill(parent: Element, **children: str) -> None:
    for name, text in children.items():
        SubElement(parent, name).text = text


def _moment(at: datetime | None) -> str:
    return (at or datetime(1970, 1, 1, tzinfo=UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _clean(text: str) -> str:
    """XML 1.0 knows no control characters."""
    return "".join(char for char in text if char >= " " or char in "\n\t")
