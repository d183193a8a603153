"""Taking somebody's handle out of texts that others wrote: who has left is called by it nowhere any more."""

import json
import re
from typing import Any

from community.text.syntax import HANDLE

NOBODY = "former_member"  # reserved: nobody can have it
_PART_OF_SOMETHING = re.compile(r"[\w@/.&=-]")  # such as an address: there it calls nobody


def handle_in(html: str, member_id: int, known: str) -> str:
    """The handle by which a rendered text calls the member: what is `known` of it, else what stands there."""
    found = re.search(rf'<a\b[^>]*\bdata-member="{member_id}"[^>]*>@([^<]*)</a>', html)
    return known or (found[1].lower() if found else "")


def unnamed(text: str, handle: str) -> str:
    """What was typed, or the words that were quoted from it."""

    def instead(found: re.Match[str]) -> str:
        before = text[found.start() - 1] if found.start() else ""
        is_called = found[1].lower() == handle and not _PART_OF_SOMETHING.match(before)
        return f"@{NOBODY}" if is_called else found[0]

    return HANDLE.sub(instead, text)


def unnamed_json(stored: str, handle: str) -> str:
    """The same for a whole JSON column, as a fixed query reads it; ready to be stored."""
    return json.dumps(throughout(json.loads(stored), handle))


def throughout(value: Any, handle: str) -> Any:
    """The same for every text in what a JSON column holds."""
    if isinstance(value, list):
        return [throughout(one, handle) for one in value]
    if isinstance(value, dict):
        return {key: throughout(one, handle) for key, one in value.items()}
    return unnamed(value, handle) if isinstance(value, str) else value


def unnamed_html(html: str, member_id: int) -> str:
    """The same for what was rendered while they were here."""
    return re.sub(rf'<a\b[^>]*\bdata-member="{member_id}"[^>]*>@[^<]*</a>', f"@{NOBODY}", html)


def mark_of(member_id: int) -> str:
    """What a rendered text holds that calls the member, as a pattern of SQL."""
    return f'%data-member="{member_id}"%'
