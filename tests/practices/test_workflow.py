"""The life of an edition, exhaustively."""

from itertools import product

import pytest

from community.errors import Conflict, Refused
from community.practices import labels
from community.practices.workflow import NEEDS_REASONS, OPEN, READABLE, STATES, TRANSITIONS, WHO, WRITABLE, moved, verbs

VERBS = sorted(WHO)
ROLES = ["author", "reviewer", "steward", "reader"]
EXPECTED = {
    "draft": {"submit": "submitted"},
    "submitted": {
        "withdraw": "draft", "begin_review": "in_review", "publish": "published", "return": "changes_requested", "reject": "rejected",
    },
    "in_review": {"return": "changes_requested", "accept": "accepted", "reject": "rejected"},
    "changes_requested": {"submit": "submitted"},
    "accepted": {"publish": "published", "reject": "rejected"},
    "published": {"archive": "archived"},
    "archived": {},
    "rejected": {},
}  # fmt: skip


@pytest.mark.parametrize(("state", "verb", "role"), list(product(STATES, VERBS, ROLES)))
def test_every_state_verb_and_role(state, verb, role):
    if WHO[verb] != role:
        with pytest.raises(Refused):
            moved(state, verb, role)
    elif verb in EXPECTED[state]:
        assert moved(state, verb, role) == EXPECTED[state][verb]
    else:
        with pytest.raises(Conflict):
            moved(state, verb, role)


def test_the_table_names_no_other_state_and_no_other_verb():
    assert {state for state, _verb in TRANSITIONS} | set(TRANSITIONS.values()) == set(STATES)
    assert {verb for _state, verb in TRANSITIONS} == set(WHO)


def test_every_state_can_be_reached_from_a_draft():
    reached = {"draft"}
    for _step in STATES:
        reached |= {to for (start, _verb), to in TRANSITIONS.items() if start in reached}
    assert reached == set(STATES)


def test_each_role_is_offered_just_its_verbs():
    assert verbs("submitted", "steward") == ("begin_review", "publish", "return", "reject")
    assert verbs("draft", "steward") == ()
    assert verbs("changes_requested", "author") == ("submit",)


def test_states_have_names_and_belong_to_one_kind():
    assert set(labels.states()) == set(STATES)
    assert WRITABLE < OPEN
    assert not OPEN & READABLE
    assert OPEN | READABLE | {"rejected"} == set(STATES)
    assert set(WHO) >= NEEDS_REASONS
