"""What later slices show on a page of ours: a member's posts, an institution's listings, a space's threads.

A page asks its registry for sections; a slice gives one, or None where it has nothing for this viewer. What it gives has been read
through the viewer, like everything else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from community.audience import Viewer
from community.text.names import Face


@dataclass(frozen=True)
class Entry:
    """One line of a section. `lang` is that of the title, `details` are small facts beside it, `unread` a number or 0, `face` who
    stands before it.
    """

    title: str
    url: str
    details: tuple[str, ...] = ()
    at: datetime | None = None
    lang: str = ""
    unread: int = 0
    face: Face | None = None


@dataclass(frozen=True)
class Section:
    """A heading and its lines.

    `more` is (words, address) of the whole list, `act` of what one can do. `empty` stands for no line.
    """

    key: str
    title: str
    entries: tuple[Entry, ...] = ()
    more: tuple[str, str] | None = None
    act: tuple[str, str] | None = None
    empty: str = ""


Provider = Callable[[Viewer, int], Awaitable[Section | None]]


@dataclass
class Sections:
    """The sections of one kind of page, by the order in which they stand there."""

    _providers: dict[str, tuple[int, Provider]] = field(default_factory=dict)

    def provides(self, key: str, order: int = 50) -> Callable[[Provider], Provider]:
        """Register `async def threads(viewer, id) -> Section | None` under a key; the same key again replaces it."""

        def register(provider: Provider) -> Provider:
            self._providers[key] = (order, provider)
            return provider

        return register

    async def of(self, viewer: Viewer, owner_id: int) -> list[Section]:
        ordered = sorted(self._providers.items(), key=lambda item: (item[1][0], item[0]))
        made = [await provider(viewer, owner_id) for _, (_, provider) in ordered]
        return [section for section in made if section is not None]


profile_sections = Sections()
provides = profile_sections.provides

Act = Callable[[Viewer, int], Awaitable[tuple[str, str] | None]]

_acts: list[Act] = []


def acts_on_member(act: Act) -> Act:
    """Register what a viewer can do with a member, on the member's page: (words, address), or None for nothing."""
    _acts.append(act)
    return act


async def acts_on(viewer: Viewer, member_id: int) -> list[tuple[str, str]]:
    return [one for act in _acts if (one := await act(viewer, member_id)) is not None]
