"""A room as a live topic: its log, replayed as it reads now."""

from collections.abc import Mapping, Sequence
from typing import Any

from community.audience import Viewer
from community.chat.hanging import NOTHING, Hanging, hanging_on
from community.chat.models import Room
from community.institutions.queries import Person, people
from community.storage import rows
from community.storage.live import Entry, Head, LiveTopic, topic
from community.text.names import initials, tone
from community.text.vocabularies import direction

_ENTRIES = """
    SELECT e.seq, e.kind, m.id, m.seq AS sent_seq, m.author_id, m.client_id, m.html, m.lang, m.state, m.edits, m.attached,
        m.created_at
    FROM room_entries AS e JOIN messages AS m ON m.id = e.message_id
    WHERE e.room_id = :room AND e.seq > :after ORDER BY e.seq LIMIT :limit
"""


@topic("room")
class RoomTopic(LiveTopic):
    async def may_follow(self, viewer: Viewer, id: int) -> bool:  # noqa: A002 - the topic's id
        return await Room.visible_to(viewer).filter(id=id).exists()

    async def head(self, ids: Sequence[int]) -> Mapping[int, Head]:
        found = await rows("SELECT id, epoch, seq FROM rooms WHERE id IN :ids", ids=list(ids))
        return {row["id"]: (row["epoch"], row["seq"]) for row in found}

    async def entries(self, id: int, after: int, limit: int) -> list[Entry]:  # noqa: A002 - the topic's id
        found = await rows(_ENTRIES, room=id, after=after, limit=limit)
        authors = await people(row["author_id"] for row in found)
        hanging = await hanging_on(found)
        return [(row["seq"], frame(row, authors, hanging.get(row["id"], NOTHING))) for row in found]


def frame(row: Mapping[str, Any], authors: Mapping[int, Person], hanging: Hanging = NOTHING) -> dict[str, Any]:
    """What a frame says of an entry: the same for every reader. `message` is the id, `at` UTC."""
    deleted = row["state"] != "posted"
    return {
        "kind": row["kind"], "message": row["id"], "sent": row["sent_seq"], "client_id": str(row["client_id"]),
        "at": row["created_at"].strftime("%Y-%m-%dT%H:%M:%SZ"), "lang": row["lang"], "dir": direction(row["lang"]),
        "html": "" if deleted else row["html"], "deleted": deleted, "edits": row["edits"],
        **hanging.told(),
        **author_of(authors.get(row["author_id"]), row["author_id"]),
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
