"""What matching knows of a listing: a frozen value without names, persons or nationalities."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from community.exchange.terms import CEFR, OPPOSITE


def near_key(direction: str, activity: str, participant: str, broad: str) -> str:
    """What two listings share before anything is compared: one indexed text, "offer:job_shadowing:teacher:07"."""
    return f"{direction}:{activity}:{participant}:{broad}"


@dataclass(frozen=True)
class Language:
    """A language of a listing: BCP 47 tag, CEFR level or None, and whether nothing goes without it."""

    tag: str
    level: str | None = None
    required: bool = False

    @property
    def primary(self) -> str:
        """The first subtag: en-GB and en are one language to an exchange."""
        return self.tag.split("-", 1)[0].lower()

    @property
    def step(self) -> int | None:
        return CEFR.index(self.level) if self.level else None


@dataclass(frozen=True)
class Side:
    """One listing as matching sees it.

    `fields` are ISCED-F codes of four digits (two to four in a request), `levels` ISCED 2011 0..8, `min_age` an
    offer's least age or a request's youngest, `region` the institution's own entry, `costs` item -> coverage.
    """

    id: int
    institution: int
    direction: str
    activity: str
    participant: str
    mode: str = "physical"
    is_open: bool = True
    places: int = 1
    fields: frozenset[str] = frozenset()
    levels: frozenset[int] = frozenset()
    starts: date | None = None
    ends: date | None = None
    min_days: int | None = None
    max_days: int | None = None
    languages: tuple[Language, ...] = ()
    min_age: int | None = None
    country: str | None = None
    region: str | None = None
    wanted_countries: frozenset[str] = frozenset()
    excluded_countries: frozenset[str] = frozenset()
    wanted_regions: frozenset[str] = frozenset()
    costs: Mapping[str, str] = field(default_factory=dict)
    accommodation: str | None = None
    reciprocity: str = "none"

    @property
    def window_days(self) -> int | None:
        """Length of the window, both ends counted."""
        return (self.ends - self.starts).days + 1 if self.starts and self.ends else None

    def sought_keys(self) -> frozenset[str]:
        """Where its counterparts stand in the index."""
        return self._keys(OPPOSITE[self.direction])

    def near_keys(self) -> frozenset[str]:
        """Where this listing stands in the index itself."""
        return self._keys(self.direction)

    def _keys(self, direction: str) -> frozenset[str]:
        return frozenset(near_key(direction, self.activity, self.participant, code[:2]) for code in self.fields)


def overlap_days(one: Side, other: Side) -> int | None:
    """Days both windows share, both ends counted; None where a window is not stated."""
    if not (one.starts and one.ends and other.starts and other.ends):
        return None
    return max(0, (min(one.ends, other.ends) - max(one.starts, other.starts)).days + 1)
