"""What follows at once from a listing's new status: who sees it, who finds it, what is said about it."""

from community import clock
from community.audience import PUBLIC, hide, narrow, release
from community.exchange.facts import ListingClosed, ListingOpened
from community.exchange.models import Listing, ListingField
from community.exchange.sides import near_key
from community.storage import announce


async def settle(listing: Listing) -> None:
    """Store a status that has just changed, with its audience and its place in the index. Inside a unit of work."""
    listing.version += 1
    listing.updated_at = clock.now()
    await listing.save()
    await _show_or_hide(listing)
    await stand_in_index(listing)
    await announce(ListingOpened(listing.id) if listing.status == "open" else ListingClosed(listing.id))


async def stand_in_index(listing: Listing) -> None:
    """Only an open listing is found by its counterparts."""
    for part in await ListingField.filter(listing_id=listing.id):
        key = near_key(listing.direction, listing.activity, listing.participant, part.code[:2])
        part.near = key if listing.status == "open" else ""
        await part.save(update_fields=["near"])


async def _show_or_hide(listing: Listing) -> None:
    """Everybody sees what has been open; what was withdrawn its coordinators; what was removed the stewards."""
    documents = [f"listing:{listing.id}"]
    if listing.status == "removed":
        await hide(listing, documents=documents)
    elif listing.status == "withdrawn":
        await narrow(listing, listing.key, documents)
    elif listing.audience_when_released:
        await release(listing)
    elif listing.audience != PUBLIC:
        listing.audience = PUBLIC
        await listing.save(update_fields=["audience"])
