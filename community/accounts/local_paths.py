"""Where to go after signing in: only ever inside this house."""

import re
from urllib.parse import unquote

MAX_CHARACTERS = 2000
# Segments of letters, digits and harmless signs. No backslash, which browsers read as a slash; no tab or newline, which they
# drop (WHATWG URL, 4.4); no empty segment, since "//host" names another site; none that begins with a dot.
_PATH = re.compile(r"/|(?:/[\w~!$&'()*+,;=:@-][\w.~!$&'()*+,;=:@-]*)+/?")
_PLAIN = re.compile(r"[^\x00-\x20\x7f-\xa0\\\u2028\u2029]*")


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` if it is a path of this site, however often one decodes it, else `otherwise`."""
    if not wanted or len(wanted) > MAX_CHARACTERS or not _PLAIN.fullmatch(wanted):
        return otherwise
    path = re.split(r"[?#]", wanted, maxsplit=1)[0]
    return wanted if all(_PATH.fullmatch(spelling) for spelling in _decodings(path)) else otherwise


def _decodings(path: str) -> list[str]:
    once = unquote(path)
    return [path.replace("%", "x"), once, unquote(once).replace("%", "x")]
