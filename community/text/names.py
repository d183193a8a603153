"""What stands for a person where there is no room for the name."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Face:
    """The disc that stands before a name in a list."""

    initials: str
    tone: int


def initials(name: str) -> str:
    """One or two letters: of the first and the last word, or the first two signs of a name written without spaces."""
    words = [word for word in name.split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:1] if words[0].isascii() else words[0][:2]
    return (words[0][0] + words[-1][0]).upper()


def face_of(name: str, number: int) -> Face:
    """The disc of something that has a name and a number, such as a group."""
    return Face(initials(name), tone(number))


def tone(member_id: int) -> int:
    """One of the five tints of a person's mark, 1 to 5."""
    return member_id % 5 + 1
