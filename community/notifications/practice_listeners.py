"""Authors are told what became of their practice. What waits is what stands now, whichever listener comes late."""

from typing import Any

from community.accounts.holders import holders
from community.notifications.actions import finish_about, finish_for_all, notify
from community.practices.facts import PracticePublished, PracticeReturned, PracticeSubmitted
from community.storage import listens, row, value

_NEWEST = "SELECT id, edition_id, verdict FROM practice_decisions WHERE edition_id = :id ORDER BY id DESC LIMIT 1"
_WAITS = "SELECT COUNT(*) FROM practice_submissions WHERE edition_id = :id AND verdict = ''"


@listens(PracticePublished)
async def on_practice_published(fact: PracticePublished) -> None:
    cause, root = f"practice:{fact.edition_id}:published", f"edition:{fact.edition_id}"
    for author in await holders(f"practice:{fact.practice_id}"):
        await finish_about(author, root, but=[cause])
        await notify(author, kind="practice_published", cause=cause, root=root)


@listens(PracticeReturned)
async def on_practice_returned(fact: PracticeReturned) -> None:
    """Each decision is told once; what it says stands on the page of the draft. Nothing of one that a later one has overtaken, or
    that the authors have followed already.
    """
    edition_id = await value("SELECT edition_id FROM practice_decisions WHERE id = :id", id=fact.decision_id)
    decision = await row(_NEWEST, id=edition_id or 0)
    if decision is None or decision["id"] != fact.decision_id or await value(_WAITS, id=edition_id):
        return
    kind = "practice_rejected" if decision["verdict"] == "reject" else "practice_returned"
    key = f"practice:{fact.practice_id}"
    for author in await holders(key):
        await finish_about(author, f"edition:{edition_id}", but=[_cause(decision)])
        await notify(author, kind=kind, cause=_cause(decision), root=f"edition:{edition_id}", audience=key)


@listens(PracticeSubmitted)
async def on_practice_submitted(fact: PracticeSubmitted) -> None:
    """Handed in again, what was asked for is dealt with. What has been decided since still waits."""
    edition_id = await value("SELECT edition_id FROM practice_submissions WHERE id = :id", id=fact.submission_id)
    if edition_id:
        newest = None if await value(_WAITS, id=edition_id) else await row(_NEWEST, id=edition_id)
        await finish_for_all(f"edition:{edition_id}", but=[_cause(newest), f"practice:{edition_id}:published"] if newest else [])


def _cause(decision: dict[str, Any]) -> str:
    return f"practice:{decision['edition_id']}:decision:{decision['id']}"
