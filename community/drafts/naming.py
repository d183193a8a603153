"""Which forms keep drafts, and how a member's list calls them: a later slice knows, this one does not.

    @drafted("thread", r"[0-9]{1,15}")
    async def threads(viewer, rests): return {"9": Named("Wiring diagrams", "/threads/9", "en")}

registers the places "thread:9". Asked with all of a member's at once; one that is left out keeps its text and names nothing.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from community.audience import Viewer


@dataclass(frozen=True)
class Named:
    """What the form is about, and where one goes on writing."""

    title: str
    url: str
    lang: str = ""


Namer = Callable[[Viewer, Sequence[str]], Awaitable[Mapping[str, Named]]]

_kinds: dict[str, tuple[re.Pattern[str], Namer]] = {}


def drafted(kind: str, rest: str = "") -> Callable[[Namer], Namer]:
    """Register a kind of form. `rest` is the pattern of what follows the colon of its places; without one there is no colon."""

    def register(namer: Namer) -> Namer:
        _kinds[kind] = (re.compile(rest, re.ASCII), namer)
        return namer

    return register


def is_place(text: str) -> bool:
    kind, colon, rest = text.partition(":")
    return kind in _kinds and bool(_kinds[kind][0].fullmatch(rest)) and bool(colon) == bool(rest)


async def names_of(viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    """{place: how it is called} for those whose form the viewer may still open."""
    by_kind: dict[str, list[str]] = {}
    for place in filter(is_place, places):
        kind, _colon, rest = place.partition(":")
        by_kind.setdefault(kind, []).append(rest)
    named: dict[str, Named] = {}
    for kind, rests in by_kind.items():
        found = await _kinds[kind][1](viewer, rests)
        named |= {f"{kind}:{rest}" if rest else kind: name for rest, name in found.items()}
    return named
