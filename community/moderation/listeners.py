"""Who is told of a decision."""

from community.audience import member_key
from community.moderation.facts import FlagDecided, Ruled
from community.notifications.actions import notify
from community.storage import listens, row, rows


@listens(Ruled)
async def on_ruling(fact: Ruled) -> None:
    """The member whom it concerns. The moderator's name stands on the page of the decision."""
    ruling = await row("SELECT id, member_id, verb FROM rulings WHERE id = :id", id=fact.ruling_id)
    if ruling:
        subject = f"ruling:{ruling['id']}"
        key = member_key(ruling["member_id"])
        await notify(ruling["member_id"], cause=subject, kind=f"post_{ruling['verb']}", root=subject, audience=key)


@listens(FlagDecided)
async def on_flag_decided(fact: FlagDecided) -> None:
    """Everybody who reported it: that somebody looked, and what came of it."""
    found = await rows(
        """SELECT r.id, r.author_id FROM reports AS r JOIN flags AS f ON f.subject = r.subject
           WHERE f.id = :id AND r.state <> 'open'""",
        id=fact.flag_id,
    )  # fmt: skip
    for report in found:
        subject, key = f"report:{report['id']}", member_key(report["author_id"])
        await notify(report["author_id"], cause=subject, kind="report_decided", root=subject, audience=key)
