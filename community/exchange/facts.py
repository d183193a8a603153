"""What can happen in the exchange."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class ListingOpened:
    """Published, or open again."""

    listing_id: int


@fact
@dataclass(frozen=True)
class ListingChanged:
    """What an open, paused or filled listing says."""

    listing_id: int


@fact
@dataclass(frozen=True)
class ListingClosed:
    """Paused, filled, expired, withdrawn or removed: it takes no more inquiries."""

    listing_id: int


@fact
@dataclass(frozen=True)
class ListingExpiring:
    """It will expire in so many days: 14, then 3."""

    listing_id: int
    days: int


@fact
@dataclass(frozen=True)
class MatchesChanged:
    """The stored matches of a listing were compared anew."""

    listing_id: int


@fact
@dataclass(frozen=True)
class InquirySent:
    inquiry_id: int


@fact
@dataclass(frozen=True)
class InquiryRead:
    inquiry_id: int


@fact
@dataclass(frozen=True)
class InquiryMessageSent:
    """A side wrote: a reply of the host, or an answer of the guest."""

    inquiry_id: int
    message_id: int


@fact
@dataclass(frozen=True)
class InquiryAgreed:
    inquiry_id: int


@fact
@dataclass(frozen=True)
class InquiryDeclined:
    inquiry_id: int


@fact
@dataclass(frozen=True)
class InquiryWithdrawn:
    inquiry_id: int


@fact
@dataclass(frozen=True)
class InquiryLapsed:
    inquiry_id: int


@fact
@dataclass(frozen=True)
class InquiryReminderDue:
    """Nobody has answered for so many days: 7, then 14. `institution_id` is the side whose turn it is."""

    inquiry_id: int
    institution_id: int
    days: int


@fact
@dataclass(frozen=True)
class RingProposed:
    """To one of its institutions; each side has its own proposal."""

    proposal_id: int


@fact
@dataclass(frozen=True)
class RingAnswered:
    proposal_id: int


@fact
@dataclass(frozen=True)
class RingEnded:
    """A listing closed, a side said no, or a better ring took its place."""

    ring_id: int
