"""The two workflows as tables: {(from, verb): to}, and who may use each verb. The pages and the docs are drawn from them."""

from collections.abc import Mapping
from typing import Final

from community.errors import Conflict, ensure
from community.text.gettext import _

Transitions = Mapping[tuple[str, str], str]

LISTING_STATES: Final = ("draft", "open", "paused", "filled", "expired", "withdrawn", "removed")

LISTING: Final[Transitions] = {
    ("draft", "publish"): "open",
    ("open", "pause"): "paused",
    ("paused", "reopen"): "open",
    ("open", "fill"): "filled",
    ("paused", "fill"): "filled",
    ("filled", "reopen"): "open",
    ("open", "expire"): "expired",
    ("paused", "expire"): "expired",
    ("expired", "reopen"): "open",
    ("draft", "withdraw"): "withdrawn",
    ("open", "withdraw"): "withdrawn",
    ("paused", "withdraw"): "withdrawn",
    ("filled", "withdraw"): "withdrawn",
    ("expired", "withdraw"): "withdrawn",
    ("open", "remove"): "removed",
    ("paused", "remove"): "removed",
    ("filled", "remove"): "removed",
    ("expired", "remove"): "removed",
    ("removed", "restore"): "paused",
}

LISTING_WHO: Final[Mapping[str, str]] = {
    "publish": "coordinator",
    "pause": "coordinator",
    "reopen": "coordinator",
    "fill": "coordinator",
    "withdraw": "coordinator",
    "expire": "clock",
    "remove": "steward",
    "restore": "steward",
}

INQUIRY_STATES: Final = ("new", "read", "replied", "negotiating", "agreed", "declined", "withdrawn", "lapsed")

INQUIRY: Final[Transitions] = {
    ("new", "read"): "read",
    ("new", "reply"): "replied",
    ("read", "reply"): "replied",
    ("replied", "negotiate"): "negotiating",
    ("negotiating", "agree"): "agreed",
    ("new", "decline"): "declined",
    ("read", "decline"): "declined",
    ("replied", "decline"): "declined",
    ("negotiating", "decline"): "declined",
    ("new", "withdraw"): "withdrawn",
    ("read", "withdraw"): "withdrawn",
    ("replied", "withdraw"): "withdrawn",
    ("negotiating", "withdraw"): "withdrawn",
    ("new", "lapse"): "lapsed",
    ("read", "lapse"): "lapsed",
    ("replied", "lapse"): "lapsed",
    ("negotiating", "lapse"): "lapsed",
}

INQUIRY_WHO: Final[Mapping[str, str]] = {
    "read": "host",
    "reply": "host",
    "negotiate": "guest",
    "agree": "host",
    "decline": "host",
    "withdraw": "guest",
    "lapse": "clock",
}
"""`host` owns the listing, `guest` asked. The guest's word after a reply opens the negotiation; the host closes it."""

INQUIRY_STANDING: Final = ("new", "read", "replied", "negotiating")
"""States in which something can still follow."""


def move(table: Transitions, who: Mapping[str, str], state: str, verb: str, role: str) -> str:
    """The state that follows. Raises Refused for a verb that is not this role's, Conflict where it no longer applies."""
    ensure(who[verb] == role, "not-yours")
    if (state, verb) not in table:
        raise Conflict(_("This has moved on meanwhile. Look at where it stands now."))
    return table[state, verb]


def verbs(table: Transitions, who: Mapping[str, str], state: str, role: str) -> tuple[str, ...]:
    """What this role may do in this state, in the table's order."""
    return tuple(verb for (start, verb) in table if start == state and who[verb] == role)
