"""Which addresses may stand in what members write."""

import re
from urllib.parse import unquote, urlsplit

# Browsers drop tabs and newlines inside an address and read a backslash as a slash.
_TRICKS = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029\ufeff]")
_OUTSIDE = frozenset(("http", "https"))
_FILE = re.compile(r"/files/\d{1,18}/[^/?#]{1,200}")
_QUOTED = re.compile(r"/(replies|threads|rooms|practices|messages)/(\d{1,18})(?:[/?#].*)?")


def allowed_href(address: str) -> bool:
    """Whether a link may lead there: http and https with a host, mailto, a path of this site, a place on the page.

    An allow-list, since every list of refused schemes has had a hole; `//evil.example` is no path of this site.
    """
    if not address or len(address) > 2000 or _TRICKS.search(address):
        return False
    if address.startswith("/"):
        return is_local(address)
    if address.startswith("#"):
        return True
    return _allowed_outside(address)


def _allowed_outside(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme in _OUTSIDE:
        return bool(host) and parts.username is None and parts.password is None
    return parts.scheme == "mailto" and "@" in parts.path and "%0" not in address.lower()


def is_local(path: str) -> bool:
    """Whether an address is a path of this very site, in every spelling that browsers know."""
    if not path.startswith("/") or _TRICKS.search(path):
        return False
    opened = unquote(path.replace("%25", "%"))
    return not opened.startswith(("//", "/\\", "/\t", "/\n", "/\r")) and "\\" not in opened.split("?")[0]


def is_outside(address: str) -> bool:
    return urlsplit(address).scheme in _OUTSIDE


def is_file(address: str) -> bool:
    """Whether an image may be shown from there: only from this site's own files, so that no reader is counted elsewhere."""
    return _FILE.fullmatch(address) is not None


def quoted_thing(address: str) -> str | None:
    """The key of what a quotation's source line leads to: /replies/12 -> "reply:12"."""
    found = _QUOTED.fullmatch(address)
    if found is None:
        return None
    kinds = {"replies": "reply", "threads": "thread", "rooms": "room", "practices": "practice", "messages": "message"}
    return f"{kinds[found[1]]}:{found[2]}"
