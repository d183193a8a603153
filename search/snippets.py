"""What of a text is shown under a hit, and where it answers the query. Stretches of text, never markup."""

from collections.abc import Sequence

from search.analysis import signs, stem
from search.documents import Document, Hit, Segment
from search.folding import MAX_WORD, Run, fold, matches
from search.terms import Term

LENGTH = 200
READ_FIRST = 1_500
READ_AT_MOST = 20_000


Place = tuple[int, int, str]


class Marker:
    """Finds the words that answer one query. What it has learnt of a word in one hit serves for the others."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._single = frozenset(mark for term in terms for mark in term.marks)
        self._expressions = frozenset(parts for term in terms for parts in term.expressions)
        self._marks = marks = self._single.union(*self._expressions)
        self._known: dict[tuple[str, str], str] = {}
        self._begin = frozenset(mark[:2] for mark in marks)

    def marked(self, text: str, language: str) -> tuple[Segment, ...]:
        """The whole text, for titles."""
        return _segments(text, self._places(text, language), 0, len(text))

    def snippet(self, text: str, language: str) -> tuple[Segment, ...]:
        """About LENGTH characters around where most different words of the query stand, or the beginning."""
        text = " ".join(text[:READ_AT_MOST].split())
        places = self._places(text[:READ_FIRST], language) or self._places(text, language)
        start = _best_start(places)
        start = 0 if start < LENGTH // 4 else _word_start(text, start - LENGTH // 4)
        end = min(len(text), start + LENGTH)
        if end < len(text):
            end = max(text.rfind(" ", start + LENGTH // 2, end), 0) or end
        before, after = ("… " if start else ""), (" …" if end < len(text) else "")
        inside = _segments(text, places, start, end)
        return tuple(part for part in (Segment(before), *inside, Segment(after)) if part.text)

    def _places(self, text: str, language: str) -> list[Place]:
        found: list[Place] = []
        for match in matches(text):
            if match.lastindex == 1:
                self._in_run(Run(fold(match[0]), match.start(), match.end(), unspaced=True), found)
                continue
            known = (match[0], language)
            if (head := match[0][:2].lower()) not in self._begin and head.isascii():
                continue
            mark = self._known.get(known)
            if mark is None:
                mark = self._known[known] = self._mark_of(*known)
            if mark:
                found.append((match.start(), match.end(), mark))
        return self._complete(found)

    def _complete(self, found: list[Place]) -> list[Place]:
        """Without the parts of expressions that do not stand there whole."""
        if not self._expressions:
            return found
        held = {mark for _, _, mark in found}
        shown = self._single.union(*(parts for parts in self._expressions if held.issuperset(parts)))
        return [place for place in found if place[2] in shown]

    def _mark_of(self, raw: str, language: str) -> str:
        word = fold(raw)[:MAX_WORD]
        return next((each for each in (stem(word, language), word) if each in self._marks), "")

    def _in_run(self, run: Run, found: list[Place]) -> None:
        """Pairs of signs that answer, joined where they overlap."""
        for token in signs(run):
            mark = next((each for each in (token.stem, *token.stem) if each in self._marks), "")
            if mark and found and token.start < found[-1][1]:
                found[-1] = (found[-1][0], token.end, found[-1][2])
            elif mark:
                found.append((token.start, token.end, mark))


def hit_of(document: Document, score: float, show: Marker) -> Hit:
    return Hit(
        key=document.key,
        kind=document.kind,
        url=document.url,
        title=show.marked(document.title, document.language),
        snippet=show.snippet(document.body, document.language),
        root=document.root,
        language=document.language,
        country=document.country,
        themes=document.themes,
        meta=document.meta,
        updated_at=document.updated_at,
        score=score,
    )


def _best_start(places: list[Place]) -> int:
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


def _segments(text: str, places: list[Place], start: int, end: int) -> tuple[Segment, ...]:
    found: list[Segment] = []
    at = start
    for first, last, _ in places:
        if first >= at and last <= end:
            found += [Segment(text[at:first]), Segment(text[first:last], marked=True)]
            at = last
    found.append(Segment(text[at:end]))
    return tuple(part for part in found if part.text)
