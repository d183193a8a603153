"""Keeping the index at the present state of the database, which is the truth."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from community.discovery.engines import engine
from community.discovery.kinds import PAGE, TIERS, kinds, pages_of, parsed
from community.storage import enqueue, execute, gathers, rows, unit_of_work
from search.documents import Document

Below = Sequence[tuple[str, Sequence[int]]]
Show = Callable[[str], None]


_wished: ContextVar[dict[tuple[str, int], bool] | None] = ContextVar("wished", default=None)


async def index(kind: str, ids: Sequence[int], *, with_below: bool = False) -> None:
    """Bring the documents of these things to their present state, and `with_below` of all that is seen through them: at once, or
    at the end of the batch of facts that asks for it.

    A thing withheld before it was read is confirmed once the index holds it and all below it as they were read. A narrowing
    that came between has a later `since` and stays withheld. Raises EngineDown, and then nothing is confirmed.
    """
    wished = _wished.get()
    if wished is None:
        await _index(kind, ids, with_below=with_below)
    else:
        for id_ in ids:
            wished[kind, id_] = with_below or wished.get((kind, id_), False)


@gathers("index")
@asynccontextmanager
async def gathering() -> AsyncIterator[None]:
    """What a hundred facts ask for is indexed once: a thread with its new replies in one go."""
    wished: dict[tuple[str, int], bool] = {}
    token = _wished.set(wished)
    try:
        yield
    finally:
        _wished.reset(token)
    for kind, with_below in sorted({(kind, below) for (kind, _id), below in wished.items()}):
        await _index(
            kind, [id_ for (other, id_), below in wished.items() if (other, below) == (kind, with_below)], with_below=with_below
        )


async def _index(kind: str, ids: Sequence[int], *, with_below: bool) -> None:
    withheld = await _withheld(kind, ids)
    for id_ in ids if with_below else sorted({parsed(row["document"])[1] for row in withheld}):
        for child, child_ids in await _below(kind, id_):
            await _bring(child, child_ids)
    await _bring(kind, ids)
    if withheld:
        await _confirm(withheld)


async def rebuild(show: Show = print) -> int:
    """Build a fresh index aside and swap it in; the site searches the old one meanwhile. Returns how many documents it holds.

    What changed while it was built was told to the old one: the worker looks at everything once more.
    """
    count = 0
    async with engine().rebuilding() as fresh:
        for kind in kinds().values():
            here = 0
            async for ids in pages_of(kind):
                documents = await kind.documents(kind.name, ids)
                await fresh.upsert(documents)
                here += len(documents)
            show(f"{kind.name}: {here}")
            count += here
    await look_at_everything()
    return count


async def heal() -> None:
    """At a start: fill an index that is empty because it is new, and index what a crash has left withheld."""
    if (await engine().health()).documents == 0:
        await look_at_everything()
    await sweep()


async def look_at_everything() -> None:
    """Have the worker compare each document with the index, page by page."""
    from community.discovery.jobs import catch_up

    for kind in kinds().values():
        async for ids in pages_of(kind):
            async with unit_of_work():
                await enqueue(catch_up, kind=kind.name, ids=ids)


async def catch_up_with(kind: str, ids: Sequence[int]) -> None:
    """Index what the index holds in another version, or holds and should not."""
    documents = await kinds()[kind].documents(kind, ids)
    held = await engine().versions([document.key for document in documents])
    await engine().upsert([document for document in documents if held.get(document.key) != document.version])
    await engine().delete(_without(kind, ids, documents))


async def sweep() -> int:
    """Index what is still withheld: a listener that gave up, or a narrowing no fact told of. Returns how many were looked at."""
    found = await rows("SELECT document FROM withheld ORDER BY id LIMIT :most", most=PAGE)
    for row in found:
        kind, id_ = parsed(row["document"])
        await index(kind, [id_])
    return len(found)


async def _withheld(kind: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    keys = [f"{kind}:{each}{tier}" for each in ids for tier in TIERS]
    return await rows("SELECT id, document, since FROM withheld WHERE document IN :keys", keys=keys)


async def _confirm(withheld: Sequence[dict[str, Any]]) -> None:
    async with unit_of_work():
        for row in withheld:
            await execute("DELETE FROM withheld WHERE id = :id AND since = :since", id=row["id"], since=row["since"])


async def _below(kind: str, id_: int) -> Below:
    """The documents that are seen through this thing."""
    if kind == "thread":
        from community.discussions.search_documents import replies_of

        return [("reply", await replies_of(id_))]
    if kind == "room":
        from community.chat.search_documents import messages_of

        return [("message", await messages_of(id_))]
    return []


async def _bring(kind: str, ids: Sequence[int]) -> None:
    if kind not in kinds():
        return
    for start in range(0, len(ids), PAGE):
        some = ids[start : start + PAGE]
        documents = await kinds()[kind].documents(kind, some)
        await engine().upsert(documents)
        await engine().delete(_without(kind, some, documents))


def _without(kind: str, ids: Sequence[int], documents: Sequence[Document]) -> list[str]:
    """The keys these things could have a document under and have not."""
    return sorted({f"{kind}:{each}{tier}" for each in ids for tier in TIERS} - {document.key for document in documents})
