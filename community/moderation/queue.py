"""One list of all that waits for a moderator. Each kind of thing has a source; one that a later slice knows registers itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from community.audience import Viewer
from community.discussions.policies import is_moderator
from community.institutions.queries import Person
from community.web.shell import counts

MOST_OF_A_KIND = 50
NO_MARKUP = Markup("")


@dataclass(frozen=True)
class Choice:
    """A button: the verb it sends, its label, and whether it is the main or the grave one ("pri", "danger" or "")."""

    verb: str
    label: str
    css: str = ""


@dataclass(frozen=True)
class Waiting:
    """Something to decide. `key` is "held:7"; `action` is where the form goes, `look` where the thing itself is read, or "".

    `asks` says what a decision may need: "rule" (one of the house rules), "reason" (a sentence to the author). `notes` are what the
    reporters said, without their names. `claimed_by` is who is on it, "" for nobody; `is_mine` when that is the viewer.
    """

    key: str
    tag: str
    tone: str
    title: str
    since: datetime
    by: Person | None = None
    html: Markup = NO_MARKUP
    lang: str = "en"
    meta: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    look: str = ""
    action: str = ""
    choices: tuple[Choice, ...] = ()
    asks: frozenset[str] = field(default_factory=frozenset)
    claimed_by: str = ""
    is_mine: bool = False


Source = Callable[[Viewer], Awaitable[list[Waiting]]]
Count = Callable[[Viewer], Awaitable[int]]

_sources: dict[str, tuple[Source, Count]] = {}


def provides(kind: str, *, count: Count) -> Callable[[Source], Source]:
    """Register the source of one kind of thing: what waits that this viewer may decide on, and how many that are."""

    def register(source: Source) -> Source:
        _sources[kind] = (source, count)
        return source

    return register


async def everything_waiting(viewer: Viewer) -> list[Waiting]:
    """All that this moderator may decide on, the longest waiting first."""
    found = [one for source, _count in _sources.values() for one in await source(viewer)]
    return sorted(found, key=lambda one: one.since)


@counts("queue")
async def number_waiting(viewer: Viewer) -> int:
    """For the frame of every page: nothing is asked for those who moderate nothing."""
    if not is_moderator(viewer):
        return 0
    return sum([await count(viewer) for _source, count in _sources.values()])
