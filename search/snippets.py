"""What of a text is shown under a hit, and where it answers the query. Stretches of text, never markup."""

from collections.abc import Set as AbstractSet

from search.analysis import tokens
from search.documents import Segment

LENGTH = 200
READ_FIRST = 1_500
READ_AT_MOST = 20_000


def marked(text: str, language: str, marks: AbstractSet[str]) -> tuple[Segment, ...]:
    """The whole text, for titles."""
    return _segments(text, _places(text, language, marks), 0, len(text))


def snippet(text: str, language: str, marks: AbstractSet[str]) -> tuple[Segment, ...]:
    """About LENGTH characters around where most different words of the query stand, or the beginning."""
    text = " ".join(text[:READ_AT_MOST].split())
    places = _places(text[:READ_FIRST], language, marks) or _places(text, language, marks)
    start = _best_start(places)
    start = 0 if start < LENGTH // 4 else _word_start(text, start - LENGTH // 4)
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start + LENGTH // 2, end), 0) or end
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    inside = _segments(text, places, start, end)
    return tuple(part for part in (Segment(before), *inside, Segment(after)) if part.text)


def _places(text: str, language: str, marks: AbstractSet[str]) -> list[tuple[int, int, str]]:
    """(start, end, mark) of every word that answers, joined where pairs of signs overlap."""
    found: list[tuple[int, int, str]] = []
    for token in tokens(text, language):
        mark = token.stem if token.stem in marks else token.word
        if mark not in marks:
            continue
        if found and token.start < found[-1][1]:
            found[-1] = (found[-1][0], max(token.end, found[-1][1]), found[-1][2])
        else:
            found.append((token.start, token.end, mark))
    return found


def _best_start(places: list[tuple[int, int, str]]) -> int:
    best, at = 0, 0
    for index, (start, _, _) in enumerate(places):
        inside = [place for place in places[index : index + 40] if place[1] <= start + 3 * LENGTH // 4]
        worth = 10 * len({mark for _, _, mark in inside}) + len(inside)
        if worth > best:
            best, at = worth, start
    return at


def _word_start(text: str, near: int) -> int:
    space = text.find(" ", near, near + 30)
    return space + 1 if space >= 0 else near


def _segments(text: str, places: list[tuple[int, int, str]], start: int, end: int) -> tuple[Segment, ...]:
    found: list[Segment] = []
    at = start
    for first, last, _ in places:
        if first >= at and last <= end:
            found += [Segment(text[at:first]), Segment(text[first:last], marked=True)]
            at = last
    found.append(Segment(text[at:end]))
    return tuple(part for part in found if part.text)
