"""Who is asked whether their words may be quoted."""

from community.audience import member_key
from community.chat.facts import MessageDeleted
from community.discussions.facts import ReplyDeleted
from community.harvest.facts import HarvestAnswered, MessagesHarvested
from community.notifications.actions import finish_about, finish_for_all, notify
from community.storage import listens, row, rows


@listens(MessagesHarvested)
async def on_harvest(fact: MessagesHarvested) -> None:
    """Whoever has left the space meanwhile is asked all the same: the words are theirs. So the key is each one's own; and under it
    no lock screen names a room of a closed place.
    """
    cause = f"harvest:{fact.harvest_id}"
    for one in await rows(_TO_ASK, id=fact.harvest_id):
        key = member_key(one["member_id"])
        await notify(one["member_id"], kind="harvest", cause=cause, root=cause, audience=key, actor_id=one["asker_id"])


_TO_ASK = """
    SELECT a.member_id, h.author_id AS asker_id FROM harvest_answers AS a JOIN harvests AS h ON h.id = a.harvest_id
    WHERE a.harvest_id = :id AND a.answer = '' AND EXISTS (
        SELECT 1 FROM harvest_lines AS l JOIN messages AS m ON m.id = l.message_id
        WHERE l.harvest_id = a.harvest_id AND m.author_id = a.member_id AND m.state = 'posted')
    ORDER BY a.id
"""


@listens(HarvestAnswered)
async def on_answer(fact: HarvestAnswered) -> None:
    await finish_about(fact.member_id, f"harvest:{fact.harvest_id}")


@listens(MessageDeleted)
async def on_message_gone(fact: MessageDeleted) -> None:
    """Of whom nothing is quoted any more, nothing is asked."""
    for one in await rows(_NOTHING_LEFT, message=fact.message_id):
        await finish_about(one["author_id"], f"harvest:{one['harvest_id']}")


_NOTHING_LEFT = """
    SELECT l.harvest_id, m.author_id FROM harvest_lines AS l JOIN messages AS m ON m.id = l.message_id
    WHERE l.message_id = :message AND NOT EXISTS (
        SELECT 1 FROM harvest_lines AS k JOIN messages AS o ON o.id = k.message_id
        WHERE k.harvest_id = l.harvest_id AND o.author_id = m.author_id AND o.state = 'posted')
"""


@listens(ReplyDeleted)
async def on_opening_gone(fact: ReplyDeleted) -> None:
    """What the quotations stood beneath is empty."""
    post = await row("SELECT thread_id, number FROM replies WHERE id = :id", id=fact.reply_id)
    if post and post["number"] == 1:
        for one in await rows("SELECT id FROM harvests WHERE root = :root", root=f"thread:{post['thread_id']}"):
            await finish_for_all(f"harvest:{one['id']}")
