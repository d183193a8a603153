"""Taking somebody's handle out of texts that others wrote: who has left is called by it nowhere any more."""

import re
from collections.abc import Collection

from community.text.syntax import HANDLE

NOBODY = "former_member"  # reserved: nobody can have it


def handles_in(html: str, member_id: int) -> frozenset[str]:
    """The handles by which a rendered text calls the member."""
    return frozenset(found.lower() for found in _mention(member_id).findall(html))


def unnamed_html(html: str, member_id: int) -> str:
    return _mention(member_id).sub(f"@{NOBODY}", html)


def unnamed(source: str, handles: Collection[str]) -> str:
    """The same for what was typed."""
    return HANDLE.sub(lambda found: f"@{NOBODY}" if found[1].lower() in handles else found[0], source)


def _mention(member_id: int) -> re.Pattern[str]:
    return re.compile(rf'<a\b[^>]*\bdata-member="{member_id}"[^>]*>@([^<]*)</a>')
