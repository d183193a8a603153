"""What frames say of a message, and what of it need not be read back: messages that this process has stored a moment ago.

The log is the truth, and what comes later reads it. What is kept here is told once, at the log's end, or not at all.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from community.institutions.queries import Person
from community.storage.live import Entry
from community.text.names import initials, tone
from community.text.vocabularies import direction

FRESH_S = 0.1


class _Fresh:
    """What was stored last, by room: entries in their order."""

    entries: dict[int, list[Entry]] = {}  # noqa: RUF012 - one a process
    until = 0.0


def just_stored(entries: Mapping[int, list[Entry]]) -> None:
    """To be called after the commit, with all entries that it has added to each of these rooms."""
    _Fresh.entries, _Fresh.until = dict(entries), time.monotonic() + FRESH_S


def has_changed(room_id: int) -> None:
    """Something else was added to the room's log: it is read back."""
    _Fresh.entries.pop(room_id, None)


def fresh_after(room_id: int, after: int, limit: int) -> Sequence[Entry]:
    """The entries right after that number, if they were stored a moment ago; each is given once."""
    entries = _Fresh.entries.pop(room_id, None)
    if not entries or entries[0][0] != after + 1 or time.monotonic() > _Fresh.until:
        return ()
    return entries[:limit]


def words(row: Mapping[str, Any], author: Person | None) -> dict[str, Any]:
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
