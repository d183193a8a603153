"""Who may do what for an institution."""

from community.audience import Viewer
from community.institutions.models import Affiliation, Institution


def can_found(viewer: Viewer) -> bool:
    return viewer.is_steward


def can_edit(viewer: Viewer, institution: Institution) -> bool:
    return viewer.is_steward or institution.id in viewer.coordinates


def can_invite(viewer: Viewer, institution: Institution) -> bool:
    """Coordinators of a verified institution, and stewards: whoever they admit is trusted at once."""
    return viewer.is_steward or (institution.id in viewer.coordinates and institution.verified_at is not None)


def can_verify(viewer: Viewer) -> bool:
    return viewer.is_steward


def can_claim(viewer: Viewer) -> bool:
    return viewer.signed_in


def can_vouch(viewer: Viewer, institution: Institution) -> bool:
    """Its coordinators; nobody vouches for an institution from outside."""
    return institution.id in viewer.coordinates


def can_end(viewer: Viewer, affiliation: Affiliation) -> bool:
    return viewer.member == affiliation.member_id or affiliation.institution_id in viewer.coordinates


def can_appoint(viewer: Viewer, institution: Institution) -> bool:
    return viewer.is_steward or institution.id in viewer.coordinates
