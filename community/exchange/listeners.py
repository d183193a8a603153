"""What follows when a listing opens, changes or closes: its matches are compared anew, then the rings around it."""

from community.exchange.facts import ListingChanged, ListingClosed, ListingOpened, MatchesChanged, RingEnded
from community.exchange.matches import refresh
from community.exchange.models import Listing, RingProposal
from community.exchange.proposing import refresh_rings
from community.storage import listens


@listens(ListingOpened, ListingChanged, ListingClosed)
async def on_listing(fact: ListingOpened | ListingChanged | ListingClosed) -> None:
    await refresh(fact.listing_id)


@listens(MatchesChanged)
async def on_matches(fact: MatchesChanged) -> None:
    listing = await Listing.get_or_none(id=fact.listing_id)
    if listing:
        await refresh_rings(listing.institution_id)


@listens(RingEnded)
async def on_ring_ended(fact: RingEnded) -> None:
    """Its listings are free again, perhaps for the next best ring."""
    for proposal in await RingProposal.filter(ring_id=fact.ring_id):
        await refresh_rings(proposal.institution_id)
