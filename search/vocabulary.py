"""The words an index holds, and which of them lie near a mistyped one.

It knows nothing of who may see what: whoever asks it must check that a word stands in a document the reader may see before it
is shown or counted with.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.folding import script

CANDIDATES = 60


def tolerance(word: str) -> int:
    """How many mistakes a word of this length may hold: none below four letters, then one, two from six on, three from eleven."""
    length = len(word)
    if length < 4:
        return 0
    return 1 if length < 6 else 2 if length < 11 else 3


class Vocabulary:
    """Words by length. It only grows: a word whose last document has gone is never visible, so it is never offered."""

    def __init__(self) -> None:
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        self._known: set[str] = set()
        self._growing = Lock()
        self._near: dict[str, tuple[tuple[str, int], ...]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def add(self, words: Iterable[str]) -> None:
        fresh = set(words) - self._known
        if not fresh:
            return
        with self._growing:
            for word in fresh - self._known:
                self._known.add(word)
                if script(word) != "other":
                    self._by_length[len(word)].append(word)
            self._near.clear()

    def near(self, word: str) -> tuple[tuple[str, int], ...]:
        """Words within the tolerance with their distance, nearest first; those that begin alike before the others."""
        found = self._near.get(word)
        if found is None:
            found = self._near[word] = self._look(word)
        return found

    def _look(self, word: str) -> tuple[tuple[str, int], ...]:
        allowed = tolerance(word)
        lengths = range(len(word) - allowed, len(word) + allowed + 1)
        return near_among(word, *(self._by_length.get(length, ()) for length in lengths))


def near_among(word: str, *groups: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Those of the words within the tolerance, with their distance; a slip in the first letter counts half a slip more."""
    allowed = tolerance(word)
    if not allowed:
        return ()
    found = [
        (other, int(distance))
        for group in groups
        for other, distance, _ in process.extract(word, group, scorer=OSA.distance, score_cutoff=allowed, limit=CANDIDATES)
    ]
    found.sort(key=lambda pair: (2 * pair[1] + (pair[0][0] != word[0]), pair[0]))
    return tuple(found[:CANDIDATES])
