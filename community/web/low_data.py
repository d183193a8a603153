"""Low-data mode: pictures become links with their description, and load when somebody asks for one."""

import re
from html import escape, unescape

from community.text.gettext import _

# Our own markup and sanitised content only: attributes are quoted, and no ">" stands inside one.
_PICTURE = re.compile(r"(?P<link><a\b[^>]*>\s*)?<img\b(?P<attributes>[^>]*)>")
_ATTRIBUTE = re.compile(r'\b(src|alt)="([^"]*)"')


def without_pictures(html: str) -> str:
    """The page with each `<img>` as a link to it; inside a link only its description is left."""
    return _PICTURE.sub(_as_link, html)


def _as_link(found: re.Match[str]) -> str:
    given = {name: unescape(value) for name, value in _ATTRIBUTE.findall(found["attributes"])}
    words = escape(_("Picture: %(what)s") % {"what": given["alt"]} if given.get("alt") else _("Picture"))
    if found["link"]:
        return f"{found['link']}{words}"
    return f'<a class="tag" href="{escape(given.get("src", ""))}">{words}</a>'
