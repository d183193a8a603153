"""A search over one tantivy index, start to end. Synchronous; called in a thread."""

from collections.abc import Sequence

import tantivy

from search import ranking
from search.asked import understand
from search.documents import Facets, Query, Results
from search.folding import runs
from search.sight import Clause, SeenIndex, counted
from search.snippets import Marker, hit_of
from search.stored import unpacked
from search.tantivy_index import FILTERS
from search.terms import Asked
from search.vocabulary import Vocabulary

ENOUGH = 10
DEEPEST = 1000
VALUES = 400
Found = tuple[float, tantivy.DocAddress]


def search(query: Query, seen: SeenIndex, vocabulary: Vocabulary) -> Results:
    asked = understand(query, seen, vocabulary)
    clauses, with_all, result = _answered(query, asked, seen)
    page = _page(query, asked, seen, result)
    show = Marker(asked.terms)
    return Results(
        hits=tuple(hit_of(unpacked(_bytes(seen, address)), score, show) for score, address in page),
        total=counted(result),
        with_all_words=with_all,
        facets=_facets(query, seen, clauses) if query.facets else Facets(),
        understood=asked.understood,
        respelled=asked.respelled,
    )


def suggest(text: str, seen: SeenIndex, limit: int) -> list[str]:
    words = list(runs(text))
    if not words or words[-1].unspaced or text[words[-1].end :]:
        return []
    last = words[-1]
    found = seen.completions(last.folded, limit + 1)
    return [text[: last.start] + word for word, _ in found if word != last.folded][:limit]


def _answered(query: Query, asked: Asked, seen: SeenIndex) -> tuple[list[Clause], int, tantivy.SearchResult]:
    """Documents with every word where there are enough of them, else also those with some; and how many hold all."""
    every = seen.answering(asked, all_words=True)
    result = _found(query, asked, seen, every)
    with_all = counted(result)
    if with_all >= ENOUGH or len(asked.terms) < 2 or query.exactly:
        return every, with_all, result
    some = seen.answering(asked, all_words=False)
    return some, with_all, _found(query, asked, seen, some)


def _found(query: Query, asked: Asked, seen: SeenIndex, clauses: list[Clause]) -> tantivy.SearchResult:
    asking = tantivy.Query.boolean_query([*seen.may_see, *seen.filters(query), *clauses])
    last = min(query.offset + query.limit, DEEPEST)
    if not asked.terms:
        return seen.searcher.search(asking, limit=max(last, 1), order_by_field="updated")
    return seen.searcher.search(asking, limit=max(last, ranking.WINDOW))


def _page(query: Query, asked: Asked, seen: SeenIndex, result: tantivy.SearchResult) -> list[Found]:
    """The first WINDOW hits are put in our order, what lies deeper keeps the engine's."""
    hits = _ordered(result.hits, asked, seen) if asked.terms else result.hits
    return hits[query.offset : min(query.offset + query.limit, DEEPEST)]


def _ordered(hits: Sequence[Found], asked: Asked, seen: SeenIndex) -> list[Found]:
    window = hits[: ranking.WINDOW]
    candidates = [_candidate(score, seen.searcher.doc(address)) for score, address in window]
    worths = [ranking.rarity(term.count, seen.documents) for term in asked.terms]
    best = [(score, window[place][1]) for score, place in ranking.blended(candidates, asked.terms, worths)]
    return [*best, *hits[ranking.WINDOW :]]


def _candidate(score: float, stored: tantivy.Document) -> ranking.Candidate:
    title, body = (str(stored.get_first(name) or "").split(" ") for name in ("title", "body"))
    return ranking.Candidate(score, title, body)


def _bytes(seen: SeenIndex, address: tantivy.DocAddress) -> bytes:
    return bytes(seen.searcher.doc(address).get_first("stored") or b"")


def _facets(query: Query, seen: SeenIndex, clauses: list[Clause]) -> Facets:
    """Counted in one pass over the hits; a facet that is filtered by needs a pass without its filter."""
    chosen = {"kind": query.kinds, "country": query.countries, "language": query.languages, "theme": query.themes}
    together = [name for name in FILTERS if not chosen[name]]
    counts = _counted(seen, [*seen.filters(query), *clauses], together)
    for name in FILTERS:
        if chosen[name]:
            counts |= _counted(seen, [*seen.filters(query, without=name), *clauses], [name])
    return Facets(**counts)


def _counted(seen: SeenIndex, clauses: list[Clause], names: list[str]) -> dict[str, dict[str, int]]:
    if not names:
        return {}
    asking = tantivy.Query.boolean_query([*seen.may_see, *clauses])
    found = seen.searcher.aggregate(asking, {name: {"terms": {"field": FILTERS[name], "size": VALUES}} for name in names})
    return {name: {str(each["key"]): int(each["doc_count"]) for each in found[name]["buckets"]} for name in names}
