"""A page turns round for a script that runs from right to left: nothing in the style sheet says left or right."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static/css/guildhall.css").read_text()
RULES = re.sub(r'/\*.*?\*/|url\("[^"]*"\)', "", CSS, flags=re.DOTALL)
SAYS_A_SIDE = re.compile(
    r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)(?:-\w+)*-(?:left|right)\b|border-(?:top|bottom)-(?:left|right)"
    r"|[{;\s](?:left|right)\s*:|(?:float|clear|text-align|caption-side|resize)\s*:\s*(?:left|right)\b"
)


def physical(rules: str) -> list[str]:
    """The declarations that mean a side, except in rules that are for one direction: `[dir=rtl] ...`."""
    found = []
    for selector, body in re.findall(r"([^{}]*)\{([^{}]*)\}", rules):
        found += [
            f"{selector.strip()}: {says.group(0).strip()}" for says in SAYS_A_SIDE.finditer("{" + body) if "[dir=" not in selector
        ]
    return found


def test_the_style_sheet_knows_no_left_and_right() -> None:
    assert physical(RULES) == []


@pytest.mark.parametrize(
    "rule", ["margin-left:1px", "left:0", "float:right", "text-align:left", "border-top-left-radius:2px", "padding-right:0"]
)
def test_a_side_is_found_where_it_is_said(rule: str) -> None:
    assert len(physical(f"a{{color:red;{rule}}}")) == 1
    assert physical(f"[dir=rtl] a{{{rule}}}") == []


def test_sides_in_one_declaration_are_equal() -> None:
    """`margin: 0 1px 0 2px` turns round for nobody."""
    values = re.findall(
        r"\b(?:margin|padding|border-width|inset):([^;}]+)", re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", RULES))
    )
    four = [value.split() for value in values if len(value.split()) == 4]
    assert [sides for sides in four if sides[1] != sides[3]] == []


@pytest.mark.parametrize("name", ["send", "out"])
def test_what_points_along_the_line_turns_round(name: str) -> None:
    turned = re.search(r"\[dir=rtl\] use:is\(([^)]*)\)\{transform:scaleX\(-1\)", RULES)
    assert turned
    assert f"[href$={name}]" in turned[1]
