"""Who is asked whether their words may be quoted."""

from community.audience import MEMBERS
from community.harvest.facts import HarvestAnswered, MessagesHarvested
from community.notifications.actions import finish_about
from community.notifications.telling import About, tell
from community.storage import listens, row, rows


@listens(MessagesHarvested)
async def on_harvest(fact: MessagesHarvested) -> None:
    """Whoever has left the space meanwhile is asked all the same: the words are theirs. So its key is every member's."""
    found = await row("SELECT author_id FROM harvests WHERE id = :id", id=fact.harvest_id)
    asked = await rows("SELECT member_id FROM harvest_answers WHERE harvest_id = :id AND answer = ''", id=fact.harvest_id)
    if found and asked:
        about = About(f"harvest:{fact.harvest_id}", f"harvest:{fact.harvest_id}", found["author_id"], audience=MEMBERS)
        await tell("harvest", [one["member_id"] for one in asked], about)


@listens(HarvestAnswered)
async def on_answer(fact: HarvestAnswered) -> None:
    await finish_about(fact.member_id, f"harvest:{fact.harvest_id}")
