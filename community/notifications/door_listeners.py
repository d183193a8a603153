"""Who waits at the door of a space or an institution is announced to those who can open it."""

from community.accounts.holders import holders
from community.audience import coordinators_key, member_key
from community.exchange.queries import coordinator_ids
from community.institutions.facts import AffiliationClaimed, AffiliationSettled
from community.notifications.actions import finish_for_all, notify
from community.spaces.facts import KnockAnswered, SpaceAskedFor, SpaceInvitation
from community.storage import listens, row


@listens(SpaceInvitation, SpaceAskedFor)
async def on_knock(fact: SpaceInvitation | SpaceAskedFor) -> None:
    """Whoever is invited, or the moderators who are asked; nobody once it was answered."""
    knock = await row(
        "SELECT id, kind, by_id FROM space_knocks WHERE space_id = :space AND member_id = :member",
        space=fact.space_id, member=fact.member_id,
    )  # fmt: skip
    if knock is None:
        return
    cause, inside = f"knock:{knock['id']}", f"space:{fact.space_id}"
    if knock["kind"] == "invited":
        key = member_key(fact.member_id)
        await notify(fact.member_id, cause=cause, kind="space_invited", root=cause, audience=key, actor_id=knock["by_id"])
        return
    for moderator in await holders(inside, "moderator"):
        await notify(moderator, cause=cause, kind="space_asked", root=cause, audience=inside, actor_id=fact.member_id)


@listens(KnockAnswered)
async def on_knock_answered(fact: KnockAnswered) -> None:
    await finish_for_all(f"knock:{fact.knock_id}")


@listens(AffiliationClaimed)
async def on_claim(fact: AffiliationClaimed) -> None:
    """Every coordinator of this moment; a claim made again stands for the earlier one."""
    claim = await row(
        "SELECT institution_id, member_id FROM affiliations WHERE id = :id AND confirmed_at IS NULL", id=fact.affiliation_id
    )
    if claim is None:
        return
    root, cause = f"claim:{claim['institution_id']}:{claim['member_id']}", f"claim:{fact.affiliation_id}"
    await finish_for_all(root, but=[cause])
    for coordinator in await coordinator_ids(claim["institution_id"]):
        await notify(
            coordinator, kind="claim", cause=cause, root=root, audience=coordinators_key(claim["institution_id"]),
            actor_id=claim["member_id"],
        )  # fmt: skip


@listens(AffiliationSettled)
async def on_claim_settled(fact: AffiliationSettled) -> None:
    waiting = await row(
        "SELECT id FROM affiliations WHERE institution_id = :institution AND member_id = :member AND confirmed_at IS NULL",
        institution=fact.institution_id, member=fact.member_id,
    )  # fmt: skip
    await finish_for_all(f"claim:{fact.institution_id}:{fact.member_id}", but=[f"claim:{waiting['id']}"] if waiting else [])
