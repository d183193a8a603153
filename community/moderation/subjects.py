"""What a notification about a decision says."""

from collections.abc import Sequence

from community.audience import Viewer, visible_sql
from community.moderation.words import address_of, outcome_of, sentence_of
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
    found = await rows(f"SELECT id, state, place, subject FROM reports WHERE id IN :ids AND {seen}", ids=list(ids), **keys)
    return {row["id"]: Subject(outcome_of(row["state"]), address_of(row["subject"]), row["place"]) for row in found}
