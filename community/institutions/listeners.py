"""Who is told by mail of what happens to an institution."""

from community.institutions.facts import AffiliationClaimed
from community.institutions.models import Affiliation
from community.institutions.queries import coordinators
from community.mail import send_mail
from community.storage import listens, unit_of_work


@listens(AffiliationClaimed)
async def on_claim(fact: AffiliationClaimed) -> None:
    """Every coordinator of this moment; nobody once it was answered."""
    claim = await Affiliation.filter(id=fact.affiliation_id, confirmed_at=None).select_related("member", "institution").first()
    if claim is None:
        return
    async with unit_of_work():
        for coordinator in await coordinators(claim.institution_id):
            await send_mail(
                coordinator, f"claim:{claim.id}", "institutions/claimed", institution=claim.institution.name,
                slug=claim.institution.slug, by=claim.member.name,
            )  # fmt: skip
