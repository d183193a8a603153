"""What moderators may do, and where: one table.

A role is what somebody is *at that place*: a moderator of one theme is a plain member in the next. A space is its own moderators'
alone; stewards, who do not read it, get a copy of what was flagged there and may act on that.
"""

from collections.abc import Mapping
from typing import Final, Literal

Role = Literal["member", "moderator", "steward"]
Object = Literal["theme", "space", "copy"]

ACTIONS: Final = ("approve", "return", "hide", "restore", "leave", "close", "pin", "move", "correct", "announce")
ROLES: Final[tuple[Role, ...]] = ("member", "moderator", "steward")
OBJECTS: Final[tuple[Object, ...]] = ("theme", "space", "copy")

_ALL = frozenset(ACTIONS)

POWERS: Final[Mapping[tuple[Role, Object], frozenset[str]]] = {
    ("member", "theme"): frozenset(),
    ("member", "space"): frozenset(),
    ("member", "copy"): frozenset(),
    ("moderator", "theme"): _ALL,
    ("moderator", "space"): _ALL - {"approve", "return"},  # nobody's post waits there: the space let its members in
    ("moderator", "copy"): frozenset(),
    ("steward", "theme"): _ALL,
    ("steward", "space"): frozenset(),
    ("steward", "copy"): frozenset({"hide", "leave"}),
}
