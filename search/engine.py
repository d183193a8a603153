"""What every engine promises. One contract suite in tests/search runs against each of them."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from search.documents import Document, Health, Query, Results


class EngineDown(Exception):
    """The engine does not answer. The site goes on without it and says so."""


class Engine(Protocol):
    """An index is a cache: it may be emptied at any time and built again from the database.

    `audiences` are the keys the reader holds: only documents under one of them exist for this search, for its counts, its facets,
    its respelling and its completions. `withheld` are keys, of documents or of their roots, that have lost their audience in the
    database and may still stand in the index under the old one. `unheard` are authors whose documents do not exist for this reader.
    """

    async def ensure(self) -> None:
        """Open the index, or make an empty one. Raises EngineDown."""
        ...

    async def upsert(self, documents: Sequence[Document]) -> None:
        """Returns when the documents can be found. A document older than the one held is ignored."""
        ...

    async def delete(self, keys: Collection[str]) -> None:
        """Returns when they can no longer be found."""
        ...

    async def versions(self, keys: Collection[str]) -> dict[str, int]:
        """The versions held of these keys; what is not held is left out."""
        ...

    async def search(
        self, query: Query, *, audiences: Collection[str], withheld: Collection[str] = (), unheard: Collection[str] = ()
    ) -> Results: ...

    async def suggest(
        self,
        text: str,
        *,
        audiences: Collection[str],
        withheld: Collection[str] = (),
        unheard: Collection[str] = (),
        limit: int = 8,
    ) -> list[str]:
        """The text with its last word completed, likeliest first."""
        ...

    def rebuilding(self) -> "AbstractAsyncContextManager[Engine]":
        """An empty engine beside this one; on a clean exit it takes this one's place, on an exception it is thrown away."""
        ...

    async def health(self) -> Health:
        """Never raises."""
        ...

    async def close(self) -> None: ...
