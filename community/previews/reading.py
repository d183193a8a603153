"""What a page says of itself, as plain text. Nothing is parsed as HTML: two kinds of tags are looked for, in one pass each."""

import re
from dataclasses import dataclass
from html import unescape

from community.previews.fetching import Page
from community.text.cleaning import clean_line

TITLE, DESCRIPTION, SITE = 120, 200, 80
_TITLE = re.compile(rb"<title(?:\s[^<>]{0,200})?>([^<]{0,2000})", re.IGNORECASE)
_META = re.compile(rb"<meta\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:-]{1,30})\s{0,5}=\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_CHARSET = re.compile(rb"charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([a-zA-Z0-9_-]{3,20})", re.IGNORECASE)
# Python knows encodings that take quadratic time, or that are none: only those that pages are written in.
_ENCODINGS = re.compile(
    r"(utf-?(8|16|16le|16be)|us-ascii|(iso-?8859|iso8859)-?\d{1,2}|latin-?1|(windows|cp)-?(125\d|874|949|932)|koi8-[ru]|gb(k|2312|18030)|"
    r"big5(-hkscs)?|shift[_-]jis|euc-(jp|kr)|tis-620)",
    re.IGNORECASE,
)
_NAMES = {
    "og:title": "title", "twitter:title": "title", "og:description": "description", "twitter:description": "description",
    "description": "description", "og:site_name": "site", "application-name": "site",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """Plain texts, each one line; `title` is "" where the page says nothing that could stand on a card."""

    title: str = ""
    description: str = ""
    site: str = ""


def said_by(page: Page) -> Said:
    encoding = _encoding(page)
    found: dict[str, str] = {}
    for tag in _META.finditer(page.content):
        given = _attributes(tag[1].decode(encoding, "replace"))
        name = _NAMES.get((given.get("property") or given.get("name") or "").lower())
        if name and (text := given.get("content", "").strip()):
            found.setdefault(name, text)
    named = _TITLE.search(page.content)
    title = _line(found.get("title") or (named[1].decode(encoding, "replace") if named else ""), TITLE)
    description = _line(found.get("description", ""), DESCRIPTION)
    return (
        Said(title, "" if description == title else description, _line(found.get("site") or page.host, SITE)) if title else Said()
    )


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(text)}


def _encoding(page: Page) -> str:
    declared = _CHARSET.search(page.content_type.encode("latin-1", "replace")) or _CHARSET.search(page.content[:2048])
    name = declared[1].decode() if declared else "utf-8"
    if name.lower().startswith("utf-16") and not page.content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-8"
    try:
        return name if _ENCODINGS.fullmatch(name) and b"".decode(name) == "" else "utf-8"
    except LookupError:
        return "utf-8"


def _line(text: str, most: int) -> str:
    """One line without markup, controls and changes of the writing direction, cut at a word."""
    line = clean_line(unescape(text).replace("\x00", ""))
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return (cut.rpartition(" ")[0] if " " in cut[most // 2 :] else cut).rstrip(" ,;:.-–—") + "…"
