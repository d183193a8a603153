"""Practices stay with the institution that signs them. What was never published, and has no other author, goes."""

from community.accounts.departing import goes_along
from community.accounts.emptying import empties
from community.accounts.holders import holders
from community.audience import Grant, member_key
from community.files.actions import forget_files_of
from community.practices import unnaming
from community.practices.facts import PracticeWithdrawn
from community.practices.workflow import READABLE
from community.storage import announce, execute, rows, unit_of_work, value
from community.text.references import forget_references

assert unnaming  # registers what takes the handle out of texts


@goes_along
async def unpublished(member_id: int) -> None:
    """Drafts, also those that were handed in or sent back."""
    keys = await Grant.filter(holder=member_key(member_id), audience__startswith="practice:")
    for key in sorted({one.audience for one in keys}):
        if await holders(key) == [member_id]:
            await _forget_drafts(int(key.partition(":")[2]))


async def _forget_drafts(practice_id: int) -> None:
    drafts = await rows(
        "SELECT id FROM editions WHERE practice_id = :id AND state NOT IN :readable", id=practice_id, readable=sorted(READABLE)
    )
    for edition in drafts:
        for one in await rows("SELECT id FROM practice_submissions WHERE edition_id = :id AND verdict = ''", id=edition["id"]):
            await announce(PracticeWithdrawn(one["id"]))
        await forget_files_of(f"edition:{edition['id']}")
        await forget_references(f"edition:{edition['id']}")
        await execute("DELETE FROM editions WHERE id = :id", id=edition["id"])
    await execute(
        "DELETE FROM practices WHERE id = :id AND NOT EXISTS (SELECT 1 FROM editions AS e WHERE e.practice_id = practices.id)",
        id=practice_id,
    )


async def _endorsements(member_id: int) -> int:
    return int(await value("SELECT COUNT(*) FROM practice_endorsements WHERE member_id = :member", member=member_id) or 0)


@empties(_endorsements)
async def endorsements(member_id: int, most: int) -> int:
    found = await rows(
        "SELECT id FROM practice_endorsements WHERE member_id = :member ORDER BY id LIMIT :most", member=member_id, most=most
    )
    if found:
        async with unit_of_work():
            await execute("DELETE FROM practice_endorsements WHERE id IN :ids", ids=[one["id"] for one in found])
    return len(found)
