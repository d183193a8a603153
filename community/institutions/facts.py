"""What can happen to an institution and to who belongs to it."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class InstitutionChanged:
    """Founded, or its page was edited."""

    institution_id: int


@fact
@dataclass(frozen=True)
class AffiliationClaimed:
    """Somebody says they belong to an institution; its coordinators have still to confirm."""

    affiliation_id: int


@fact
@dataclass(frozen=True)
class AffiliationSettled:
    """Confirmed, refused or ended: what is shown beside the member's name may have changed."""

    member_id: int
    institution_id: int


@fact
@dataclass(frozen=True)
class DomainAsked:
    """A coordinator names a mail domain of the institution; a steward decides."""

    domain_id: int


@fact
@dataclass(frozen=True)
class DomainDecided:
    """Held, declined or dropped: it does not wait for a steward any more."""

    domain_id: int
