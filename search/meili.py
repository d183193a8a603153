"""Meilisearch as an engine: it holds and filters; words are analysed, respelled, ranked and marked by us, as everywhere."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from time import time_ns
from typing import Any

from search import meili_asking
from search.analysis import analysed
from search.documents import Document, Health, Query, Results
from search.engine import EngineDown
from search.meili_filters import may_see
from search.meili_server import MeiliServer
from search.stored import packed


class MeiliEngine:
    """Versions are compared by whoever indexes, of whom there is one at a time: Meilisearch itself replaces whatever it is sent."""

    def __init__(self, url: str, key: str = "", index: str = "guildhall") -> None:
        self._url, self._key = url, key
        self._server = MeiliServer(url, key)
        self._name = index
        self._prepared = False

    async def ensure(self) -> None:
        if not self._prepared:
            await asyncio.to_thread(self._server.prepare, self._name)
            self._prepared = True

    async def upsert(self, documents: Sequence[Document]) -> None:
        await self.ensure()
        newest: dict[str, Document] = {}
        for document in sorted(documents, key=lambda each: each.version):
            newest[document.key] = document
        held = await self.versions(newest)
        fresh = [_row(each) for each in newest.values() if each.version >= held.get(each.key, each.version)]
        await asyncio.to_thread(self._server.add, self._name, fresh)

    async def delete(self, keys: Collection[str]) -> None:
        await self.ensure()
        await asyncio.to_thread(self._server.remove, self._name, keys)

    async def versions(self, keys: Collection[str]) -> dict[str, int]:
        await self.ensure()
        return await asyncio.to_thread(self._server.versions, self._name, list(keys))

    async def search(
        self, query: Query, *, audiences: Collection[str], withheld: Collection[str] = (), unheard: Collection[str] = ()
    ) -> Results:
        await self.ensure()
        seen = meili_asking.SeenServer(self._server, self._name, may_see(audiences, withheld, unheard))
        return await asyncio.to_thread(meili_asking.search, query, seen)

    async def suggest(
        self,
        text: str,
        *,
        audiences: Collection[str],
        withheld: Collection[str] = (),
        unheard: Collection[str] = (),
        limit: int = 8,
    ) -> list[str]:
        await self.ensure()
        seen = meili_asking.SeenServer(self._server, self._name, may_see(audiences, withheld, unheard))
        return await asyncio.to_thread(meili_asking.suggest, text, seen, limit)

    @asynccontextmanager
    async def rebuilding(self) -> AsyncIterator["MeiliEngine"]:
        await self.ensure()
        fresh = MeiliEngine(self._url, self._key, f"{self._name}_{time_ns()}")
        await fresh.ensure()
        try:
            yield fresh
        except BaseException:
            await asyncio.to_thread(self._server.drop, fresh._name)
            raise
        await asyncio.to_thread(self._server.swap, self._name, fresh._name)

    async def health(self) -> Health:
        try:
            return Health(reachable=True, documents=await asyncio.to_thread(self._server.count, self._name))
        except EngineDown as error:
            return Health(reachable=False, says=str(error))

    async def close(self) -> None:
        """Nothing is held open between two calls."""


def _id(key: str) -> str:
    """Meilisearch takes letters, digits, - and _ only; every other sign is written as its number, so that no two keys meet."""
    return "".join(sign if sign.isascii() and sign.isalnum() else f"-{ord(sign):x}_" for sign in key)


def _row(document: Document) -> dict[str, Any]:
    title, body = (analysed(text, document.language) for text in (document.title, document.body))
    words = f"{title.words} {body.words}".split()
    return {
        "id": _id(document.key), "key": document.key, "root": document.root or document.key, "audience": document.audience,
        "author": document.author or None,
        "kind": document.kind, "country": document.country or None, "language": document.language or None,
        "themes": list(document.themes), "version": document.version, "title": title.stems, "body": body.stems,
        "words": sorted(set(words)), "tokens": sorted({*words, *title.stems.split(), *body.stems.split()}),
        "updated": int(document.updated_at.timestamp()) if document.updated_at else 0, "stored": packed(document).decode(),
    }  # fmt: skip
