"""What frames say of a message, and what of it need not be read back: words that this process has stored a moment ago."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from community.institutions.queries import Person
from community.storage.live import Entry
from community.text.names import initials, tone
from community.text.vocabularies import direction

FRESH_S = 0.05  # about as long as a frame is under way; what was not told by then is read, as it is by then


class _Fresh:
    """What was stored last, by room: entries in their order."""

    entries: Mapping[int, Sequence[Entry]] = {}
    until = 0.0


def just_stored(entries: Mapping[int, Sequence[Entry]]) -> None:
    """To be called after the commit, with all entries that it has added to each of these rooms, in their order."""
    _Fresh.entries, _Fresh.until = entries, time.monotonic() + FRESH_S


def fresh_after(room_id: int, after: int) -> Sequence[Entry]:
    """What was stored a moment ago, if it comes right after that number."""
    entries = _Fresh.entries.get(room_id, ())
    return entries if entries and entries[0][0] == after + 1 and time.monotonic() < _Fresh.until else ()


def plain_frame(row: Mapping[str, Any], author: Person | None) -> dict[str, Any]:
    """What a frame says of every message: the same for every reader. `message` is the id, `at` UTC."""
    deleted = row["state"] != "posted"
    return {
        "kind": row["kind"], "message": row["id"], "sent": row["sent_seq"], "client_id": row["client_id"],
        "at": row["created_at"].strftime("%Y-%m-%dT%H:%M:%SZ"), "lang": row["lang"], "dir": direction(row["lang"]),
        "html": "" if deleted else row["html"], "deleted": deleted, "edits": row["edits"], **author_of(author, row["author_id"]),
    }  # fmt: skip


def author_of(person: Person | None, member_id: int) -> dict[str, Any]:
    """How a frame names somebody; a member who is no more has no name."""
    if person is None:
        return {"author": member_id, "name": "", "initials": initials(""), "tone": tone(member_id), "from": "", "href": ""}
    return {
        "author": person.id, "name": person.name, "initials": person.initials, "tone": person.tone, "from": place(person),
        "href": person.url,
    }  # fmt: skip


def place(person: Person) -> str:
    """What stands beside a name: "Omnia, Espoo"."""
    return ", ".join(part for part in (person.institution, person.city) if part)
