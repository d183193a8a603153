"""What changed between two versions of a text, in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# Above this many pairs of words a comparison takes more than a blink, and a rewritten text reads better whole anyway.
MOST_PAIRS = 250_000


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text that is in both versions, only in the older ("del") or only in the newer ("ins")."""

    kind: Literal["same", "del", "ins"]
    text: str


def compare(older: str, newer: str) -> list[Change]:
    """The changes in reading order. What is the same at both ends is found first, so that small edits of long texts are quick."""
    a, b = _words(older), _words(newer)
    start = _shared(a, b)
    end = _shared(a[start:][::-1], b[start:][::-1])
    middle = _between(a[start : len(a) - end], b[start : len(b) - end])
    changes = [Change("same", "".join(a[:start])), *middle, Change("same", "".join(a[len(a) - end :]))]
    return [change for change in changes if change.text]


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    return next((i for i, (left, right) in enumerate(zip(a, b, strict=False)) if left != right), min(len(a), len(b)))


def _between(a: list[str], b: list[str]) -> list[Change]:
    if len(a) * len(b) > MOST_PAIRS:
        return [Change("del", "".join(a)), Change("ins", "".join(b))]
    changes: list[Change] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            changes.append(Change("same", "".join(a[a1:a2])))
        else:
            changes += [Change("del", "".join(a[a1:a2])), Change("ins", "".join(b[b1:b2]))]
    return changes
