"""What can happen to a practice."""

from dataclasses import dataclass

from community.storage import fact


@fact
@dataclass(frozen=True)
class PracticeSubmitted:
    submission_id: int


@fact
@dataclass(frozen=True)
class PracticeWithdrawn:
    submission_id: int


@fact
@dataclass(frozen=True)
class PracticePublished:
    practice_id: int
    edition_id: int


@fact
@dataclass(frozen=True)
class PracticeReturned:
    """Changes were requested, or it was rejected: the decision says which, and why."""

    practice_id: int
    decision_id: int


@fact
@dataclass(frozen=True)
class PracticeArchived:
    practice_id: int
    edition_id: int


@fact
@dataclass(frozen=True)
class PracticeRewritten:
    """The house has changed words of it, such as the handle of somebody who has left."""

    practice_id: int


@fact
@dataclass(frozen=True)
class AdaptationStarted:
    original_id: int
    practice_id: int


@fact
@dataclass(frozen=True)
class PracticeEndorsed:
    practice_id: int
    member_id: int
