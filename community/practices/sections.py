"""What other pages show of practices: an institution's page lists what it has signed."""

from community.audience import Viewer
from community.institutions.sections import provides
from community.members.sections import Entry, Section
from community.practices.queries import practices_of_institution
from community.text.gettext import _

MOST = 6


@provides("practices", order=30)
async def practices(viewer: Viewer, institution_id: int) -> Section | None:
    cards = await practices_of_institution(viewer, institution_id, MOST)
    if not cards:
        return None
    entries = tuple(Entry(card.title, card.url, card.facts, card.published_at, card.lang) for card in cards)
    return Section("practices", _("Practices"), entries)
