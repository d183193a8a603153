"""Who is told by mail of what happens at the door of a space."""

from community.accounts.holders import holders
from community.accounts.models import Member
from community.mail import send_mail
from community.spaces.facts import SpaceAskedFor, SpaceInvitation
from community.spaces.models import Knock
from community.storage import listens, unit_of_work


@listens(SpaceInvitation)
async def on_invitation(fact: SpaceInvitation) -> None:
    """Nothing for an invitation that was taken back meanwhile."""
    knock = await _waiting(fact, "invited")
    by = await Member.get_or_none(id=knock.by_id) if knock else None
    if knock is None or by is None:
        return
    async with unit_of_work():
        await send_mail(
            fact.member_id,
            f"space-invitation:{knock.id}",
            "spaces/invited",
            space=knock.space.name,
            slug=knock.space.slug,
            by=by.name,
        )


@listens(SpaceAskedFor)
async def on_asked(fact: SpaceAskedFor) -> None:
    """Every moderator of this moment; nobody once it was answered."""
    knock = await _waiting(fact, "asked")
    if knock is None:
        return
    async with unit_of_work():
        for moderator in await holders(knock.space.key, "moderator"):
            await send_mail(
                moderator,
                f"space-asked:{knock.id}",
                "spaces/asked",
                space=knock.space.name,
                slug=knock.space.slug,
                by=knock.member.name,
            )


async def _waiting(fact: SpaceAskedFor | SpaceInvitation, kind: str) -> Knock | None:
    found = Knock.filter(space_id=fact.space_id, member_id=fact.member_id, kind=kind)
    return await found.select_related("space", "member").first()
