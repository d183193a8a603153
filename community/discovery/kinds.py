"""What can be found: each slice's `search_documents` module says which kinds it has and makes their documents."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache

from community.audience import Viewer
from community.storage import rows
from community.storage.slices import import_all
from search.documents import Document

Documents = Callable[[str, Sequence[int]], Awaitable[list[Document]]]
Ids = Callable[[str, int, int], Awaitable[list[int]]]

PAGE = 200
# Where a kind's ids stand, for slices whose module does not list them itself.
TABLES = {
    "thread": "threads", "reply": "replies", "message": "messages", "practice": "practices", "listing": "listings",
    "member": "members", "institution": "institutions", "space": "spaces", "event": "events",
}  # fmt: skip
# A thing with tiers has a document for each: "member:5:members".
TIERS = ("", ":public", ":members", ":me")


@dataclass(frozen=True)
class Kind:
    """`documents(kind, ids)` gives the documents of those that still stand, under their present audience."""

    name: str
    documents: Documents
    ids_of: Ids


@cache
def kinds() -> dict[str, Kind]:
    return {
        name: Kind(name, module.documents, getattr(module, "ids_of", _ids_in_table))
        for module in import_all("search_documents")
        for name in module.KINDS
    }


def parsed(key: str) -> tuple[str, int]:
    """("thread", 12) of "thread:12" and of "thread:12:members"; id 0 for what is no such key."""
    name, _, rest = key.partition(":")
    number = rest.partition(":")[0]
    return name, int(number) if number.isdecimal() and len(number) < 16 else 0


async def documents_of(keys: Collection[str]) -> list[Document]:
    """The present documents behind these keys, in one question a kind."""
    ids: dict[str, list[int]] = {}
    for name, id_ in dict.fromkeys(map(parsed, keys)):
        ids.setdefault(name, []).append(id_)
    return [document for name in ids if name in kinds() for document in await kinds()[name].documents(name, ids[name])]


async def still_seen(viewer: Viewer, keys: Collection[str], unheard: Collection[str] = ()) -> dict[str, Document]:
    """The documents behind those of the keys that the database shows this viewer now, whatever the index says; none of authors who
    are `unheard`.
    """
    found = [document for document in await documents_of(keys) if document.author not in unheard]
    return {document.key: document for document in found if viewer.holds(document.audience) and document.key in keys}


async def pages_of(kind: Kind) -> AsyncIterator[list[int]]:
    """All ids of a kind, PAGE at a time."""
    after = 0
    while ids := await kind.ids_of(kind.name, after, PAGE):
        yield ids
        after = max(ids)


async def _ids_in_table(kind: str, after: int, limit: int) -> list[int]:
    found = await rows(f"SELECT id FROM {TABLES[kind]} WHERE id > :after ORDER BY id LIMIT :most", after=after, most=limit)
    return [row["id"] for row in found]
