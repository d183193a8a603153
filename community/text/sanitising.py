"""The last gate before HTML is stored: bleach with an allow-list, then nh3 as a second, maintained opinion.

bleach lets `javascript:1` pass, since digits look like a port, and ends with version 6.4: so the schemes are checked by us,
and nothing else in the house imports it.
"""

import re
from collections.abc import Mapping
from functools import cache

import bleach  # type: ignore[import-untyped]
import nh3

from community.text.addresses import allowed_href, is_file

TAGS = frozenset(
    (
        "a",
        "blockquote",
        "br",
        "cite",
        "code",
        "del",
        "div",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    )
)
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset(("href", "rel", "data-member", "data-institution")),
    "img": frozenset(("src", "alt", "loading")),
    "ol": frozenset(("start",)),
    "div": frozenset(("class", "tabindex")),
    "pre": frozenset(("dir", "tabindex")),
    "th": frozenset(("scope",)),
}
# Paragraphs of words and nothing else, as most messages are: bleach would change nothing and takes ten times as long as the rest.
_BARE = re.compile(r"(?:</?p>|<br ?/?>|&(?:amp|lt|gt|quot|#39);|[^<>&\x00-\x08\x0b\x0c\x0e-\x1f]++)*+")
# One such paragraph without an entity or a control character: bleach and nh3 would both give it back as it is.
_PLAIN = re.compile(r"<p>[^<>&\x00-\x1f\x7f-\xa0\ud800-\udfff]*+</p>\n")
FIXED_VALUES = {
    ("a", "rel"): frozenset(("nofollow noopener ugc",)),
    ("div", "class"): frozenset(("scroll",)),
    ("div", "tabindex"): frozenset(("0",)),
    ("pre", "dir"): frozenset(("ltr",)),
    ("pre", "tabindex"): frozenset(("0",)),
    ("th", "scope"): frozenset(("col", "row")),
    ("img", "loading"): frozenset(("lazy",)),
}


def safe_html(html: str) -> str:
    """HTML in which nothing can run, whatever came in. Cleaning it again changes nothing."""
    if _PLAIN.fullmatch(html):
        return html
    return _second_opinion().clean(html) if _BARE.fullmatch(html) else twice_read(html)


def twice_read(html: str) -> str:
    """The same by the long way, which spares nothing its first reading."""
    return _second_opinion().clean(_first_opinion(html))


def _first_opinion(html: str) -> str:
    return str(bleach.clean(html, tags=TAGS, attributes=_allowed, protocols=("http", "https", "mailto"), strip=True))


def _allowed(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    if (tag, name) in FIXED_VALUES:
        return value in FIXED_VALUES[tag, name]
    if name == "href":
        return allowed_href(value)
    if name == "src":
        return is_file(value)
    return name == "alt" or (value.isascii() and value.isdigit() and len(value) < 19)


@cache
def _second_opinion() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=lambda tag, name, value: value if _allowed(tag, name, value) else None,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
