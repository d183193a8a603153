"""A Meilisearch server through its official client, which is synchronous: every function here runs in a thread."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from meilisearch import Client
from meilisearch.errors import MeilisearchError
from meilisearch.index import Index

from search.engine import EngineDown
from search.meili_filters import one_of

TIMEOUT_S = 5
# An index of 100,000 documents takes a batch in well under a minute.
TASK_MS = 60_000
LOOK_MS = 20
SETTINGS: Mapping[str, Any] = {
    "searchableAttributes": ["title", "body"],
    "filterableAttributes": ["key", "root", "author", "audience", "kind", "country", "language", "themes", "tokens", "words"],
    "sortableAttributes": ["updated"],
    "displayedAttributes": ["key", "version", "title", "body", "stored"],
    "rankingRules": ["words", "proximity", "attribute", "exactness", "sort"],
    "typoTolerance": {"enabled": False},
    "pagination": {"maxTotalHits": 100_000},
    "faceting": {"maxValuesPerFacet": 400},
}


class MeiliServer:
    """A new client for each call: the library keeps a request's headers in an object that threads would share."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url, key

    def prepare(self, index: str) -> None:
        """The index with its settings: what is filtered by must be declared before the first filter."""
        client = self._client()
        try:
            client.get_index(index)
        except MeilisearchError:
            self._done(lambda: client.create_index(index, {"primaryKey": "id"}))
        self._done(lambda: self._index(index).update_settings(dict(SETTINGS)))

    def add(self, index: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._done(lambda: self._index(index).add_documents(rows))

    def remove(self, index: str, keys: Collection[str]) -> None:
        if keys:
            self._done(lambda: self._index(index).delete_documents(filter=one_of("key", keys)))

    def search(self, index: str, text: str, **options: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._asked(lambda: self._index(index).search(text, options))
        return found

    def values(self, index: str, attribute: str, begins: str, filters: Sequence[str]) -> list[tuple[str, int]]:
        """Values of a facet near `begins`, with how many documents under the filters hold each."""
        found = self._asked(lambda: self._index(index).facet_search(attribute, begins, {"filter": list(filters)}))
        return [(str(hit["value"]), int(hit["count"])) for hit in found["facetHits"]]

    def versions(self, index: str, keys: Collection[str]) -> dict[str, int]:
        if not keys:
            return {}
        found = self.search(index, "", filter=[one_of("key", keys)], limit=len(keys), attributesToRetrieve=["key", "version"])
        return {hit["key"]: int(hit["version"]) for hit in found["hits"]}

    def swap(self, index: str, fresh: str) -> None:
        self._done(lambda: self._client().swap_indexes([{"indexes": [index, fresh]}]))
        self.drop(fresh)

    def drop(self, index: str) -> None:
        self._done(lambda: self._client().delete_index(index))

    def count(self, index: str) -> int:
        return int(self._asked(lambda: self._index(index).get_stats()).number_of_documents)

    def _client(self) -> Client:
        return Client(self._url, self._key or None, timeout=TIMEOUT_S)

    def _index(self, name: str) -> Index:
        return self._client().index(name)

    def _done(self, enqueue: Any) -> None:
        """202 means enqueued: only the task says whether it worked."""
        enqueued = self._asked(enqueue)
        task = self._asked(lambda: self._client().wait_for_task(enqueued.task_uid, TASK_MS, LOOK_MS))
        if task.status != "succeeded":
            raise EngineDown(f"{task.type} {task.status}: {(task.error or {}).get('code', '')}")

    def _asked(self, ask: Any) -> Any:
        try:
            return ask()
        except MeilisearchError as error:
            raise EngineDown(type(error).__name__) from error
