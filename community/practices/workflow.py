"""The life of an edition as a table, from which the pages and the documentation are drawn.

Peer review (`begin_review`, `accept`) stands in the table and has no page yet; until then a steward decides on a submission.
"""

from collections.abc import Mapping
from typing import Final

from community.errors import Conflict, ensure
from community.text.gettext import _

STATES: Final = (
    "draft", "submitted", "in_review", "changes_requested", "accepted", "published", "archived", "rejected",
)  # fmt: skip

TRANSITIONS: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "submit"): "submitted",
    ("submitted", "withdraw"): "draft",
    ("submitted", "begin_review"): "in_review",
    ("submitted", "publish"): "published",
    ("submitted", "return"): "changes_requested",
    ("submitted", "reject"): "rejected",
    ("in_review", "return"): "changes_requested",
    ("in_review", "accept"): "accepted",
    ("in_review", "reject"): "rejected",
    ("changes_requested", "submit"): "submitted",
    ("accepted", "publish"): "published",
    ("accepted", "reject"): "rejected",
    ("published", "archive"): "archived",
}

WHO: Final[Mapping[str, str]] = {
    "submit": "author",
    "withdraw": "author",
    "begin_review": "steward",
    "return": "steward",
    "accept": "reviewer",
    "publish": "steward",
    "reject": "steward",
    "archive": "steward",
}

WRITABLE: Final = frozenset({"draft", "changes_requested"})
"""States in which the authors may change the text."""

OPEN: Final = frozenset({"draft", "submitted", "in_review", "changes_requested", "accepted"})
"""States of an edition that is on its way; a practice has at most one."""

READABLE: Final = frozenset({"published", "archived"})
"""States in which an edition stands at its address for everybody."""

NEEDS_REASONS: Final = frozenset({"return", "reject"})


def moved(state: str, verb: str, role: str) -> str:
    """The state that follows. Raises Refused for a verb of another role, Conflict where the verb no longer applies."""
    ensure(WHO.get(verb) == role, "not-yours")
    following = TRANSITIONS.get((state, verb))
    if following is None:
        raise Conflict(_("This practice has moved on meanwhile. Look at where it stands now."))
    return following


def verbs(state: str, role: str) -> tuple[str, ...]:
    """What this role may do in this state, in the table's order."""
    return tuple(verb for (start, verb) in TRANSITIONS if start == state and WHO[verb] == role)
