"""Both state tables, every state by every verb by every role: what is not in the table does not happen."""

from itertools import product
from pathlib import Path

import pytest

from community.errors import Conflict, Refused
from community.exchange.workflows import (
    INQUIRY,
    INQUIRY_STANDING,
    INQUIRY_STATES,
    INQUIRY_WHO,
    LISTING,
    LISTING_STATES,
    LISTING_WHO,
    Transitions,
    move,
    verbs,
)

TABLES = [
    (LISTING, LISTING_WHO, LISTING_STATES, ("coordinator", "steward", "clock", "visitor")),
    (INQUIRY, INQUIRY_WHO, INQUIRY_STATES, ("host", "guest", "clock")),
]


@pytest.mark.parametrize(("table", "who", "states", "roles"), TABLES)
def test_every_cell(table: Transitions, who: dict[str, str], states: tuple[str, ...], roles: tuple[str, ...]) -> None:
    for state, verb, role in product(states, who, roles):
        if who[verb] != role:
            with pytest.raises(Refused):
                move(table, who, state, verb, role)
        elif (state, verb) not in table:
            with pytest.raises(Conflict):
                move(table, who, state, verb, role)
        else:
            assert move(table, who, state, verb, role) in states
            assert verb in verbs(table, who, state, role)


@pytest.mark.parametrize(("table", "who", "states", "roles"), TABLES)
def test_the_tables_name_only_what_exists(
    table: Transitions, who: dict[str, str], states: tuple[str, ...], roles: tuple[str, ...]
) -> None:
    assert {state for state, _verb in table} | set(table.values()) == set(states)
    assert {verb for _state, verb in table} == set(who)
    assert set(who.values()) <= set(roles)


def test_what_ends_an_inquiry_ends_it() -> None:
    over = set(INQUIRY_STATES) - set(INQUIRY_STANDING)
    assert over == {"agreed", "declined", "withdrawn", "lapsed"}
    assert not [start for start, _verb in INQUIRY if start in over]


def test_agreement_comes_only_out_of_a_negotiation() -> None:
    assert [start for (start, verb) in INQUIRY if verb == "agree"] == ["negotiating"]


@pytest.mark.parametrize(("table", "heading"), [(LISTING, "## A listing"), (INQUIRY, "## An inquiry")])
def test_the_documents_draw_the_same_tables(table: Transitions, heading: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text().partition(f"{heading}\n")[2].partition("\n## ")[0]
    head, _rule, *lines = [line for line in text.splitlines() if line.startswith("|")]
    names = [name.strip(" `") for name in head.strip("|").split("|")][1:]
    drawn = {}
    for line in lines:
        state, *cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
        drawn |= {(state, verb): to for verb, to in zip(names, cells, strict=True) if to}
    assert drawn == dict(table)
