"""What the exchange shows on an institution's page: its open listings."""

from community.audience import Viewer
from community.exchange import labels
from community.exchange.models import Listing
from community.institutions.sections import provides
from community.members.sections import Entry, Section
from community.text.gettext import _

SHOWN = 10


@provides("listings", order=30)
async def listings(viewer: Viewer, institution_id: int) -> Section | None:
    """Nothing for an institution that has nothing open, except for its own coordinators."""
    opened = Listing.visible_to(viewer).filter(institution_id=institution_id, status="open")
    entries = tuple(_entry(listing) for listing in await opened.order_by("-opened_at", "-id").limit(SHOWN))
    own = institution_id in viewer.coordinates
    if not entries and not own:
        return None
    return Section(
        "listings", _("Exchange"), entries, act=(_("Add a listing"), "/exchange/new") if own else None,
        empty=_("Nothing is open. Say what your institution offers or looks for."),
    )  # fmt: skip


def _entry(listing: Listing) -> Entry:
    facts = (
        labels.directions()[listing.direction],
        labels.activities()[listing.activity],
        labels.window(listing.starts, listing.ends),
    )
    return Entry(listing.title, listing.url, facts, lang=listing.language)
