"""The engine inside the process: nothing to install, one folder, one writer."""

import asyncio
import shutil
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import time_ns

from search import asking
from search.documents import Document, Health, Query, Results
from search.engine import EngineDown
from search.sight import Counts, SeenIndex
from search.tantivy_index import SCHEMA_VERSION, TantivyIndex

# Analysing holds the interpreter's lock: a slice is what the web pages of the same process may wait for.
SLICE = 20
VIEWS = 64


class EmbeddedEngine:
    """Under a folder the index lies in "v{schema}-{made at}", and the file `current` names it; without a folder in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._index: TantivyIndex | None = None
        self._writing = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._counts: OrderedDict[object, Counts] = OrderedDict()

    async def ensure(self) -> None:
        await self._opened()

    async def upsert(self, documents: Sequence[Document]) -> None:
        parts = list(_slices(list(_newest(documents).values())))
        await self._write(lambda index: [partial(index.stage, part) for part in parts])

    async def delete(self, keys: Collection[str]) -> None:
        await self._write(lambda index: [partial(index.unstage, keys)])

    async def versions(self, keys: Collection[str]) -> dict[str, int]:
        index = await self._opened()
        return await asyncio.to_thread(index.versions, keys)

    async def search(
        self, query: Query, *, audiences: Collection[str], withheld: Collection[str] = (), unheard: Collection[str] = ()
    ) -> Results:
        index = await self._opened()
        return await asyncio.to_thread(
            lambda: asking.search(query, self._seen(index, audiences, withheld, unheard), index.vocabulary)
        )

    async def suggest(
        self,
        text: str,
        *,
        audiences: Collection[str],
        withheld: Collection[str] = (),
        unheard: Collection[str] = (),
        limit: int = 8,
    ) -> list[str]:
        index = await self._opened()
        return await asyncio.to_thread(lambda: asking.suggest(text, self._seen(index, audiences, withheld, unheard), limit))

    @asynccontextmanager
    async def rebuilding(self) -> AsyncIterator["EmbeddedEngine"]:
        """Its own folder and its own writer, so that another process may go on reading and writing the present one."""
        path = self._new_path()
        fresh = EmbeddedEngine()
        fresh._index = index = await asyncio.to_thread(TantivyIndex, path)
        try:
            yield fresh
        except BaseException:
            await fresh.close()
            _discard(path)
            raise
        async with self._writing, self._opening:
            await self._swap(index)

    async def health(self) -> Health:
        try:
            index = await self._opened()
            return Health(reachable=True, documents=await asyncio.to_thread(lambda: index.searcher().num_docs))
        except (EngineDown, OSError, ValueError) as error:
            return Health(reachable=False, says=str(error))

    async def close(self) -> None:
        async with self._writing:
            if self._index is not None:
                await asyncio.to_thread(self._index.close)

    async def _write(self, steps: Callable[[TantivyIndex], list[Callable[[], None]]]) -> None:
        """To its end even if the caller is cancelled: a thread cannot be stopped half-way."""

        async def write() -> None:
            async with self._writing:
                index = await self._opened()
                await _whole(index, steps(index))

        await asyncio.shield(asyncio.ensure_future(write()))

    async def _opened(self) -> TantivyIndex:
        """The index that `current` names now: another process may have built a new one."""
        if self._index is not None and (self._folder is None or self._index.path == self._current()):
            return self._index
        async with self._opening:
            path = self._current()
            if self._index is None or self._index.path != path:
                await self._open(path)
            return self._must_be_open()

    async def _open(self, path: Path | None) -> None:
        if self._index is not None:
            await asyncio.to_thread(self._index.close)
        if self._folder is not None and path is None:
            path = self._new_path()
        try:
            self._index = await asyncio.to_thread(TantivyIndex, path)
        except (OSError, ValueError) as error:
            raise EngineDown(str(error)) from error
        self._name_current(path)

    def _must_be_open(self) -> TantivyIndex:
        if self._index is None:
            raise EngineDown
        return self._index

    async def _swap(self, fresh: TantivyIndex) -> None:
        replaced = self._named()
        await asyncio.to_thread(fresh.close)
        self._name_current(fresh.path)
        old, self._index = self._index, fresh
        if old is not None:
            await asyncio.to_thread(old.close)
        _discard(replaced)

    def _current(self) -> Path | None:
        """None in memory, where there is none yet, and where the one there was made by another schema."""
        named = self._named()
        return named if named is not None and named.name.startswith(f"v{SCHEMA_VERSION}-") else None

    def _named(self) -> Path | None:
        if self._folder is None:
            return None
        try:
            return self._folder / (self._folder / "current").read_text("utf-8").strip()
        except FileNotFoundError:
            return None

    def _new_path(self) -> Path | None:
        return self._folder / f"v{SCHEMA_VERSION}-{time_ns()}" if self._folder else None

    def _name_current(self, path: Path | None) -> None:
        if path is None or self._folder is None:
            return
        written = self._folder / "current.new"
        written.write_text(path.name, "utf-8")
        written.replace(self._folder / "current")

    def _seen(
        self, index: TantivyIndex, audiences: Collection[str], withheld: Collection[str], unheard: Collection[str]
    ) -> SeenIndex:
        """With the counts that earlier searches of the same state and the same rights have made."""
        seen = SeenIndex(index, audiences, withheld, unheard)
        state = (
            id(index), index.generation, seen.searcher.num_docs, frozenset(audiences), frozenset(withheld), frozenset(unheard)
        )  # fmt: skip
        seen.counts = self._counts.setdefault(state, seen.counts)
        while len(self._counts) > VIEWS:
            self._counts.popitem(last=False)
        return seen


async def _whole(index: TantivyIndex, steps: list[Callable[[], None]]) -> None:
    """All the steps and their commit, or nothing."""
    try:
        for step in steps:
            await asyncio.to_thread(step)
        await asyncio.to_thread(index.commit)
    except Exception:
        await asyncio.to_thread(index.roll_back)
        raise


def _slices(documents: list[Document]) -> Iterator[list[Document]]:
    for start in range(0, len(documents), SLICE):
        yield documents[start : start + SLICE]


def _newest(documents: Sequence[Document]) -> dict[str, Document]:
    newest: dict[str, Document] = {}
    for document in documents:
        if document.key not in newest or newest[document.key].version <= document.version:
            newest[document.key] = document
    return newest


def _discard(path: Path | None) -> None:
    if path is not None:
        shutil.rmtree(path, ignore_errors=True)
