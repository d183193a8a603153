"""Who may do what in the exchange. Pure: the viewer and the thing decide, nothing is looked up."""

from community.audience import Viewer
from community.exchange.models import Inquiry, Listing


def can_list_for(viewer: Viewer, institution_id: int) -> bool:
    """Only its coordinators speak for an institution."""
    return institution_id in viewer.coordinates


def can_edit(viewer: Viewer, listing: Listing) -> bool:
    return can_list_for(viewer, listing.institution_id) and listing.status not in {"withdrawn", "removed"}


def role_at_listing(viewer: Viewer, listing: Listing) -> str:
    """One of "coordinator", "steward", "visitor". A coordinator who is a steward acts for the institution first."""
    if can_list_for(viewer, listing.institution_id):
        return "coordinator"
    return "steward" if viewer.is_steward else "visitor"


def why_no_inquiry(viewer: Viewer, listing: Listing) -> str:
    """The reason code why this viewer may not write to the listing's institution; "" where they may."""
    if not viewer.coordinates:
        return "not-coordinator"
    if listing.institution_id in viewer.coordinates:
        return "own-institution"
    if not viewer.is_trusted:
        return "newcomer"
    return "" if listing.status == "open" else "not-open"


def side_of(viewer: Viewer, inquiry: Inquiry) -> str:
    """Which institution this viewer speaks for: "host", "guest" or "". Who coordinates both answers for the host."""
    if inquiry.host_id in viewer.coordinates:
        return "host"
    return "guest" if inquiry.guest_id in viewer.coordinates else ""


def coordinates_any(viewer: Viewer) -> bool:
    """A route's policy: whoever speaks for an institution."""
    return bool(viewer.coordinates)
