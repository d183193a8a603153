"""Authors are told what became of their practice."""

from community.accounts.holders import holders
from community.notifications.actions import finish_about, notify
from community.practices.facts import PracticePublished, PracticeReturned, PracticeSubmitted
from community.storage import listens, row


@listens(PracticePublished)
async def on_practice_published(fact: PracticePublished) -> None:
    edition = await row("SELECT audience FROM editions WHERE id = :id", id=fact.edition_id)
    if edition:
        cause = f"practice:{fact.edition_id}:published"
        about = {"root": f"edition:{fact.edition_id}", "audience": edition["audience"]}
        for author in await holders(f"practice:{fact.practice_id}"):
            await finish_about(author, about["root"], but=cause)
            await notify(author, kind="practice_published", cause=cause, **about)


@listens(PracticeReturned)
async def on_practice_returned(fact: PracticeReturned) -> None:
    """Each decision is told once; what it says stands on the page of the draft."""
    decision = await row("SELECT edition_id, verdict FROM practice_decisions WHERE id = :id", id=fact.decision_id)
    if decision:
        kind = "practice_rejected" if decision["verdict"] == "reject" else "practice_returned"
        for author in await holders(f"practice:{fact.practice_id}"):
            await notify(
                author, kind=kind, cause=f"practice:{decision['edition_id']}:decision:{fact.decision_id}",
                root=f"edition:{decision['edition_id']}", audience=f"practice:{fact.practice_id}",
            )  # fmt: skip


@listens(PracticeSubmitted)
async def on_practice_submitted(fact: PracticeSubmitted) -> None:
    """Handed in again, what was asked for is dealt with."""
    found = await row("SELECT edition_id, author_id FROM practice_submissions WHERE id = :id", id=fact.submission_id)
    if found:
        await finish_about(found["author_id"], f"edition:{found['edition_id']}")
