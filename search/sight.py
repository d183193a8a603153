"""What one reader sees of a tantivy index. Every number here is counted under the reader's own audiences."""

from collections.abc import Collection

import tantivy
from tantivy import Occur

from search.analysis import stem
from search.documents import Query
from search.ranking import rarity
from search.tantivy_index import FILTERS, TantivyIndex
from search.terms import Asked, Form, Term

TITLE = 1.6
EXACT = 0.35
Clause = tuple[Occur, tantivy.Query]
Counts = dict[tuple[Form, ...], int]


def counted(result: tantivy.SearchResult) -> int:
    return int(result.count or 0)  # type: ignore[attr-defined]  # left out of the library's stubs


def any_of(queries: list[tantivy.Query]) -> Clause:
    return Occur.Must, tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])


class SeenIndex:
    """A searcher under a filter. The filter scores nothing, and no text from a reader is ever parsed as a query."""

    def __init__(
        self, index: TantivyIndex, audiences: Collection[str], withheld: Collection[str], unheard: Collection[str] = ()
    ) -> None:
        self.searcher = index.searcher()
        self.schema = index.schema
        self.may_see: list[Clause] = [(Occur.Must, self._one_of("audience", audiences))]
        for field, hidden in (("key", withheld), ("root", withheld), ("author", unheard)):
            if hidden:
                self.may_see.append((Occur.MustNot, self._one_of(field, hidden)))
        self.counts: Counts = {}

    def _one_of(self, field: str, values: Collection[str]) -> tantivy.Query:
        return tantivy.Query.const_score_query(tantivy.Query.term_set_query(self.schema, field, sorted(values)), 0.0)

    @property
    def documents(self) -> int:
        if () not in self.counts:
            self.counts[()] = self.number([])
        return self.counts[()]

    def count(self, forms: tuple[Form, ...]) -> int:
        if forms not in self.counts:
            held = [query for form in forms for query, _ in self._holding(form)]
            self.counts[forms] = self.number([any_of(held)]) if held else 0
        return self.counts[forms]

    def completions(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        visible = tantivy.Query.boolean_query(self.may_see)
        return self.searcher.terms_with_prefix("words", prefix, visible, limit)

    def filters(self, query: Query, without: str = "") -> list[Clause]:
        asked = {"kind": query.kinds, "country": query.countries, "language": query.languages, "theme": query.themes}
        below = [(Occur.Must, self._one_of("root", query.roots))] if query.roots else []
        chosen = {name: values for name, values in asked.items() if values and name != without}
        return below + [(Occur.Must, self._one_of(FILTERS[name], values)) for name, values in chosen.items()]

    def answering(self, asked: Asked, *, all_words: bool) -> list[Clause]:
        """Clauses that hold the text of the query: every term, or any; every quoted phrase in both cases."""
        clauses = [(Occur.Must, self._phrase(phrase)) for phrase in asked.phrases]
        terms = [query for term in asked.terms if (query := self._term(term)) is not None]
        if all_words:
            missing = [(Occur.Must, tantivy.Query.empty_query())] if len(terms) < len(asked.terms) else []
            return [*clauses, *((Occur.Must, query) for query in terms), *missing]
        return [*clauses, any_of(terms or [tantivy.Query.empty_query()])] if asked.terms else clauses

    def number(self, clauses: list[Clause]) -> int:
        return counted(self.searcher.search(tantivy.Query.boolean_query([*self.may_see, *clauses]), limit=1))

    def _term(self, term: Term) -> tantivy.Query | None:
        worth = rarity(term.count, self.documents)
        scored = [
            tantivy.Query.boost_query(query, form.weight * boost * worth)
            for form in term.forms
            for query, boost in self._holding(form)
        ]
        return tantivy.Query.disjunction_max_query(scored, 0.5) if scored else None

    def _holding(self, form: Form) -> list[tuple[tantivy.Query, float]]:
        """Queries for the fields where a form stands at all, each boosted so that the engine's own rarity cancels out.

        The engine counts a word's documents over the whole index: left in, the order of a reader's hits would tell how
        common a word is in what the reader may not see.
        """
        fields = (("words", EXACT),) if form.exact else (("title", TITLE), ("body", 1.0))
        if len(form.parts) > 1:
            return [(self._phrase_of(field, form.parts), boost) for field, boost in fields if self._stand(field, form.parts)]
        found = []
        for field, boost in fields:
            everywhere = self.searcher.doc_freq(field, form.parts[0])
            if everywhere:
                whole = rarity(everywhere, self.searcher.num_docs)
                query = tantivy.Query.term_query(self.schema, field, form.parts[0], "position" if field != "words" else "freq")
                found.append((query, boost / max(whole, 1e-6)))
        return found

    def _stand(self, field: str, parts: tuple[str, ...]) -> bool:
        return all(self.searcher.doc_freq(field, part) for part in parts)

    def _phrase_of(self, field: str, parts: tuple[str, ...]) -> tantivy.Query:
        return tantivy.Query.const_score_query(tantivy.Query.phrase_query(self.schema, field, list(parts), slop=len(parts)), 1.0)

    def _phrase(self, words: tuple[str, ...]) -> tantivy.Query:
        """Quoted words, in order and without gaps, under the stems of one language at a time."""
        if len(words) == 1:
            return tantivy.Query.const_score_query(tantivy.Query.term_query(self.schema, "words", words[0], "freq"), 0.0)
        readings = {tuple(stem(word, language) for word in words) for language in ("en", "fr", "es", "und")}
        alternatives = [
            tantivy.Query.phrase_query(self.schema, field, list(parts)) for parts in sorted(readings) for field in ("title", "body")
        ]
        return tantivy.Query.const_score_query(tantivy.Query.boolean_query([any_of(alternatives)]), 0.0)
