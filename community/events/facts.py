"""What can happen to events."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class EventChanged:
    """Planned, or said otherwise than before."""

    event_id: int


@fact
@dataclass(frozen=True)
class EventMoved:
    """It takes place at another time or place than people registered for. `version` is the event's then."""

    event_id: int
    version: int


@fact
@dataclass(frozen=True)
class EventCancelled:
    event_id: int


@fact
@dataclass(frozen=True)
class SeatGiven:
    """A seat came free, and whoever waited longest has it."""

    registration_id: int
    ticket: int


@fact
@dataclass(frozen=True)
class RegistrationCancelled:
    """By the member, or because they may not see the event any more."""

    event_id: int
    member_id: int
