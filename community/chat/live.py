"""A room as a live topic: its log, replayed as it reads now."""

from collections.abc import Mapping, Sequence
from typing import Any

from community.audience import Viewer, visible_sql
from community.chat.hanging import NOTHING, Hanging, hanging_on
from community.chat.lines import COLUMNS, JOINS, answered, people_named, reactions_of
from community.chat.reacting import Reacted
from community.institutions.queries import Person, people
from community.storage import rows, value
from community.storage.live import Entry, Head, LiveTopic, topic
from community.text.names import initials, tone
from community.text.vocabularies import direction

_ENTRIES = f"""
    SELECT e.seq, e.kind, {COLUMNS} FROM room_entries AS e JOIN messages AS m ON m.id = e.message_id {JOINS}
    WHERE e.room_id = :room AND e.seq > :after ORDER BY e.seq LIMIT :limit
"""


@topic("room")
class RoomTopic(LiveTopic):
    async def may_follow(self, viewer: Viewer, id: int) -> bool:  # noqa: A002 - the topic's id
        seen, keys = visible_sql(viewer)
        return bool(await value(f"SELECT 1 FROM rooms WHERE id = :id AND {seen}", id=id, **keys))

    async def head(self, ids: Sequence[int]) -> Mapping[int, Head]:
        found = await rows("SELECT id, epoch, seq FROM rooms WHERE id IN :ids", ids=list(ids))
        return {row["id"]: (row["epoch"], row["seq"]) for row in found}

    async def entries(self, id: int, after: int, limit: int) -> list[Entry]:  # noqa: A002 - the topic's id
        found = await rows(_ENTRIES, room=id, after=after, limit=limit)
        authors = await people(people_named(found))
        hanging, reactions = await hanging_on(found), await reactions_of(found)
        return [(row["seq"], frame(row, authors, hanging.get(row["id"], NOTHING), reactions.get(row["id"], ()))) for row in found]


def frame(
    row: Mapping[str, Any], authors: Mapping[int, Person], hanging: Hanging = NOTHING, reactions: Sequence[Reacted] = ()
) -> dict[str, Any]:
    """What a frame says of an entry: the same for every reader. `message` is the id, `at` UTC."""
    deleted = row["state"] != "posted"
    return {
        "kind": row["kind"], "message": row["id"], "sent": row["sent_seq"], "client_id": str(row["client_id"]),
        "at": row["created_at"].strftime("%Y-%m-%dT%H:%M:%SZ"), "lang": row["lang"], "dir": direction(row["lang"]),
        "html": "" if deleted else row["html"], "deleted": deleted, "edits": row["edits"],
        **hanging.told(),
        **author_of(authors.get(row["author_id"]), row["author_id"]), **_besides(row, authors, reactions),
    }  # fmt: skip


def _besides(row: Mapping[str, Any], authors: Mapping[int, Person], reactions: Sequence[Reacted]) -> dict[str, Any]:
    """What few messages have; the others say nothing of it, since every byte goes to everybody."""
    one = answered(row, authors)
    found: dict[str, Any] = {}
    if one:
        name = one.by.name if one.by else ""
        found["reply_to"] = {"message": one.id, "author": one.author_id, "name": name, "words": one.words, "lang": one.lang}
    if reactions:
        found["reactions"] = [{"kind": each.kind, "count": each.count, "by": each.by} for each in reactions]
    if row["pin"] is not None:
        found["pinned"] = True
    return found


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
