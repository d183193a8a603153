"""What frames say of every message, whether it was read from the log or has just been stored."""

from collections.abc import Mapping
from typing import Any

from community.institutions.queries import Person
from community.text.names import initials, tone
from community.text.vocabularies import direction


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
