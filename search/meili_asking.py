"""A search over one Meilisearch index, start to end. Synchronous; called in a thread."""

from collections.abc import Sequence
from typing import Any

from search.analysis import stem
from search.asked import understand
from search.documents import Facets, Query, Results
from search.folding import runs
from search.meili_filters import FILTERS, answering, asked_filters, holding
from search.meili_server import MeiliServer
from search.ranking import WINDOW, Candidate, blended, rarity
from search.snippets import Marker, hit_of
from search.stored import unpacked
from search.terms import Asked, Form
from search.vocabulary import near_among

ENOUGH = 10
DEEPEST = 1000


class SeenServer:
    """What one reader sees of the index: every question carries the filters of what they may see."""

    def __init__(self, server: MeiliServer, index: str, may_see: Sequence[str]) -> None:
        self._server, self._index = server, index
        self._may_see = may_see
        self._counts: dict[tuple[Form, ...], int] = {}
        self.phrases = ""

    def ask(self, text: str, filters: list[str], **options: Any) -> dict[str, Any]:
        """Quoted phrases go along with every question once they are known: no filter can express them."""
        return self._server.search(self._index, f"{self.phrases} {text}".strip(), filter=[*self._may_see, *filters], **options)

    def number(self, filters: list[str]) -> int:
        return int(self.ask("", filters, hitsPerPage=0, page=1)["totalHits"])

    def count(self, forms: tuple[Form, ...]) -> int:
        if forms not in self._counts:
            self._counts[forms] = self.number([holding(forms)] if forms else [])
        return self._counts[forms]

    def completions(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        found = self._server.values(self._index, "words", prefix, self._may_see)
        beginning = [pair for pair in found if pair[0].startswith(prefix)]
        return sorted(beginning, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def near(self, word: str) -> tuple[tuple[str, int], ...]:
        """Meilisearch has no vocabulary to ask: its facet values that begin with the same two letters, measured by us."""
        found = self._server.values(self._index, "words", word[:2], self._may_see)
        return near_among(word, [value for value, _ in found])


def search(query: Query, seen: SeenServer) -> Results:
    asked = understand(query, seen, seen)
    seen.phrases = " ".join(_quoted(phrase, query.language) for phrase in asked.phrases)
    filters = [*asked_filters(query), *answering(asked, all_words=True)]
    total = with_all = seen.number(filters)
    if with_all < ENOUGH and len(asked.terms) > 1 and not query.exactly:
        filters = [*asked_filters(query), *answering(asked, all_words=False)]
        total = seen.number(filters)
    facets = _facets(query, asked, seen, all_words=total == with_all) if query.facets else Facets()
    show = Marker(asked.terms)
    return Results(
        hits=tuple(hit_of(unpacked(row["stored"].encode()), score, show) for score, row in _page(query, asked, seen, filters)),
        total=total,
        with_all_words=with_all,
        facets=facets,
        understood=asked.understood,
        respelled=asked.respelled,
    )


def _quoted(phrase: tuple[str, ...], language: str) -> str:
    """Folded words hold letters and digits only, so that nothing in them can end the quotation."""
    return f'"{" ".join(stem(word, language) for word in phrase)}"'


def suggest(text: str, seen: SeenServer, limit: int) -> list[str]:
    words = list(runs(text))
    if not words or words[-1].unspaced or text[words[-1].end :]:
        return []
    last = words[-1]
    found = seen.completions(last.folded, limit + 1)
    return [text[: last.start] + word for word, _ in found if word != last.folded][:limit]


def _page(query: Query, asked: Asked, seen: SeenServer, filters: list[str]) -> list[tuple[float, dict[str, Any]]]:
    """The best by Meilisearch's own rules and, where they are few, any that answer, in our order."""
    last = min(query.offset + query.limit, DEEPEST)
    newest = seen.ask("", filters, limit=max(last, WINDOW), sort=["updated:desc"])["hits"]
    if not asked.terms:
        return [(0.0, row) for row in newest[query.offset : last]]
    text = " ".join(part for term in asked.terms for part in term.forms[0].parts)
    best = seen.ask(text, filters, limit=WINDOW, matchingStrategy="frequency")["hits"]
    found = list({row["key"]: row for row in [*best, *newest]}.values())
    seen.phrases = ""
    documents = seen.count(())
    worths = [rarity(term.count, documents) for term in asked.terms]
    candidates = [Candidate(_rank(place, len(best)), row["title"].split(), row["body"].split()) for place, row in enumerate(found)]
    return [(score, found[place]) for score, place in blended(candidates, asked.terms, worths)][query.offset : last]


def _rank(place: int, ranked: int) -> float:
    """Meilisearch gives an order, not a measure."""
    return 1.0 - place / WINDOW if place < ranked else 0.0


def _facets(query: Query, asked: Asked, seen: SeenServer, *, all_words: bool) -> Facets:
    """A facet that is filtered by is counted without its own filter."""
    chosen = {"kind": query.kinds, "country": query.countries, "language": query.languages, "theme": query.themes}
    text = answering(asked, all_words=all_words)
    together = [name for name in FILTERS if not chosen[name]]
    counts = _counted(seen, [*asked_filters(query), *text], together)
    for name in FILTERS:
        if chosen[name]:
            counts |= _counted(seen, [*asked_filters(query, without=name), *text], [name])
    return Facets(**counts)


def _counted(seen: SeenServer, filters: list[str], names: list[str]) -> dict[str, dict[str, int]]:
    if not names:
        return {}
    found = seen.ask("", filters, hitsPerPage=0, page=1, facets=[FILTERS[name] for name in names])["facetDistribution"]
    return {name: dict(found.get(FILTERS[name], {})) for name in names}
