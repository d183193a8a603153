"""One tantivy index: its schema, its one writer, its documents."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from time import monotonic

import tantivy

from search.analysis import analysed
from search.documents import Document
from search.engine import EngineDown
from search.stored import packed
from search.vocabulary import Vocabulary

SCHEMA_VERSION = 3
HEAP = 32_000_000
LEARNS_EVERY = 10.0
FILTERS = {"kind": "kind", "country": "country", "language": "language", "theme": "themes"}


def schema() -> tantivy.Schema:
    """`title` and `body` hold stems with places, `words` the words as they stand, `stored` the document itself."""
    builder = tantivy.SchemaBuilder()
    for name in ("key", "root", "author", "audience", "kind", "country", "language", "themes"):
        builder.add_text_field(name, stored=name == "key", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "body"):
        builder.add_text_field(name, stored=True, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("stored", stored=True, indexed=False)
    builder.add_integer_field("version", fast=True)
    builder.add_integer_field("updated", fast=True)
    return builder.build()


class TantivyIndex:
    """Synchronous; called in a thread. In memory without a path. The writer is opened by the first write, and locks the folder."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.schema = schema()
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self.schema, path=str(path) if path else None)
        self._writer: tantivy.IndexWriter | None = None
        self._staged = False
        self.generation = 0
        self.vocabulary = Vocabulary()
        self._documents = 0
        self._learnt_at = -LEARNS_EVERY
        self.searcher()

    def searcher(self) -> tantivy.Searcher:
        """Reloaded, or a commit would be seen up to 0.4 s late."""
        self._index.reload()
        searcher = self._index.searcher()
        if searcher.num_docs != self._documents and monotonic() >= self._learnt_at + LEARNS_EVERY:
            self._learn(searcher)
        return searcher

    def _learn(self, searcher: tantivy.Searcher) -> None:
        """The words that another process has written; those written here are learnt as they come."""
        self._documents, self._learnt_at = searcher.num_docs, monotonic()
        self.vocabulary.add(word for word, _ in searcher.terms_with_prefix("words", ""))

    def stage(self, documents: Sequence[Document]) -> None:
        """Nothing is found, or gone, before `commit`. One caller at a time, and each key once between two commits."""
        held = self.versions(document.key for document in documents)
        for document in documents:
            if document.version >= held.get(document.key, document.version):
                self._remove([document.key] if document.key in held else [])
                self._open_writer().add_document(self._row(document))
                self._staged = True

    def unstage(self, keys: Collection[str]) -> None:
        self._remove(self.versions(keys))

    def _remove(self, held: Iterable[str]) -> None:
        for key in held:
            self._open_writer().delete_documents_by_term("key", key)
            self._staged = True

    def commit(self) -> None:
        """Nothing, when nothing was staged: a commit syncs files."""
        if self._writer is not None and self._staged:
            self._writer.commit()
            self._staged = False
            self.generation += 1
            self._documents = self.searcher().num_docs

    def roll_back(self) -> None:
        if self._writer is not None:
            self._writer.rollback()
            self._staged = False

    def versions(self, keys: Iterable[str]) -> dict[str, int]:
        wanted = list(keys)
        if not wanted:
            return {}
        searcher = self.searcher()
        query = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self.schema, "key", wanted), 0.0)
        addresses = [address for _, address in searcher.search(query, limit=len(wanted), count=False).hits]
        numbers = searcher.fast_field_values("version", addresses)
        return {
            str(searcher.doc(address).get_first("key")): int(number or 0)
            for address, number in zip(addresses, numbers, strict=True)
        }

    def close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            try:
                self._writer = self._index.writer(HEAP, 1)
            except ValueError as error:
                raise EngineDown("another process writes to this index") from error
        return self._writer

    def _row(self, document: Document) -> tantivy.Document:
        title, body = analysed(document.title, document.language), analysed(document.body, document.language)
        self.vocabulary.add(f"{title.words} {body.words}".split(" "))
        row = tantivy.Document()
        for name, value in (("key", document.key), ("root", document.root or document.key), ("audience", document.audience)):
            row.add_text(name, value)
        row.add_text("kind", document.kind)
        for name, value in (("author", document.author), ("country", document.country), ("language", document.language)):
            if value:
                row.add_text(name, value)
        for theme in document.themes:
            row.add_text("themes", theme)
        row.add_text("title", title.stems)
        row.add_text("body", body.stems)
        row.add_text("words", f"{title.words} {body.words}")
        row.add_bytes("stored", packed(document))
        row.add_integer("version", document.version)
        row.add_integer("updated", int(document.updated_at.timestamp()) if document.updated_at else 0)
        return row
