"""Addresses that members give of themselves elsewhere."""

from urllib.parse import urlsplit

from community.text.gettext import _

MOST = 5


def checked_links(text: str) -> str:
    """One http(s) address a line, five at most. Raises ValueError with a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise ValueError(_("Five addresses at most."))
    if not all(map(_is_address, lines)):
        raise ValueError(_("Write each whole address on a line of its own, beginning with https://"))
    return "\n".join(lines)


def _is_address(line: str) -> bool:
    try:
        parts = urlsplit(line)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = not any(char.isspace() for char in line) and not parts.username and len(line) <= 300
    return parts.scheme in {"http", "https"} and "." in host and plain
