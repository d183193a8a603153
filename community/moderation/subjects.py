"""What a notification about a decision says."""

from collections.abc import Sequence

from community.audience import Viewer, visible_sql
from community.moderation.words import address_of, outcome_of, sentence_of, split_subject
from community.notifications.queries import Subject, describes
from community.storage import rows


@describes("ruling")
async def rulings(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer)
    found = await rows(f"SELECT id, verb, place, because FROM rulings WHERE id IN :ids AND {seen}", ids=list(ids), **keys)
    return {
        row["id"]: Subject(sentence_of(row["verb"], row["place"]), f"/moderation/decisions/{row['id']}", row["because"])
        for row in found
    }


@describes("report")
async def reports(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer)
    found = await rows(f"SELECT id, state, subject FROM reports WHERE id IN :ids AND {seen}", ids=list(ids), **keys)
    places = await _places(viewer, [row["subject"] for row in found])
    return {
        row["id"]: Subject(outcome_of(row["state"]), address_of(row["subject"]), places.get(row["subject"], "")) for row in found
    }


_PLACES = {
    "reply": """SELECT p.id, t.title AS place FROM replies AS p JOIN threads AS t ON t.id = p.thread_id
                WHERE p.id IN :ids AND {seen}""",
    "message": """SELECT m.id, t.name AS place FROM messages AS m JOIN rooms AS t ON t.id = m.room_id
                  WHERE m.id IN :ids AND {seen}""",
}


async def _places(viewer: Viewer, subjects: Sequence[str]) -> dict[str, str]:
    """What the discussions and rooms are called now, of those that the viewer may still see."""
    seen, keys = visible_sql(viewer, "t.audience")
    named: dict[str, str] = {}
    for kind, sql in _PLACES.items():
        ids = [number for one, number in map(split_subject, subjects) if one == kind]
        named |= {f"{kind}:{row['id']}": row["place"] for row in await rows(sql.format(seen=seen), ids=ids, **keys)}
    return named
