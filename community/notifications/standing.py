"""What a member hears of a discussion by what they have said about it, its theme and its space."""

from collections.abc import Mapping
from itertools import takewhile

PLACES = ("thread", "theme", "space")  # the nearest first
KIND = {"watch": "watched", "follow": "followed"}


def standing(levels: Mapping[str, str]) -> tuple[str, str] | None:
    """(kind, via) of what `levels` ({"thread" | "theme" | "space": level}) ask for, or None.

    A "mute" ends what was said of it and of all around it. Of what is left the most counts: whoever writes in a discussion follows
    it without having asked for less.
    """
    heard = list(takewhile(lambda place: levels.get(place) != "mute", PLACES))
    return next(((kind, via) for level, kind in KIND.items() for via in heard if levels.get(via) == level), None)
