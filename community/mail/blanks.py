"""What a stored mail leaves open until it goes out: a secret such as a token never lies in the ledger.

A blank is delimited by a control character that `clean_line` removes from all that a person can type: nobody's name can be one.
"""

import re
from collections.abc import Awaitable, Callable

Filler = Callable[[int], Awaitable[str]]

_EDGE = "\x1a"
_BLANK = re.compile(f"{_EDGE}([a-z]+):([0-9]+){_EDGE}")
_fillers: dict[str, Filler] = {}


def fills(kind: str) -> Callable[[Filler], Filler]:
    """Register what a kind of blank is filled with, from the id of a row."""

    def register(filler: Filler) -> Filler:
        _fillers[kind] = filler
        return filler

    return register


def blank(kind: str, row_id: int) -> str:
    return f"{_EDGE}{kind}:{row_id}{_EDGE}"


def without_blanks(text: str) -> str:
    """The text with the edges of blanks taken out: for what people typed."""
    return text.replace(_EDGE, "")


async def filled(text: str) -> str:
    for found in set(_BLANK.findall(text)):
        kind, row_id = found
        text = text.replace(f"{_EDGE}{kind}:{row_id}{_EDGE}", await _fillers[kind](int(row_id)))
    return text
