"""A bench tool: grow the demonstration network to many posts, in bulk. What it adds is no conversation and is not told of."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from community import clock
from community.audience import PUBLIC
from community.discovery.engines import engine_open
from community.discovery.indexing import look_at_everything
from community.discussions.models import Thread
from community.settings import settings
from community.storage import database_open, drain, execute_many, rows, unit_of_work, value
from community.text.markdown import RENDER_VERSION

Show = Callable[[str], None]

BATCH = 2_000
THREAD_LENGTH = 50
SPAN = timedelta(days=700)
SEED = 20261

_TEXTS = """
    SELECT r.source, r.html, r.lang FROM replies AS r JOIN threads AS t ON t.id = r.thread_id
    WHERE t.audience = :audience AND r.state = 'posted' AND r.html NOT LIKE '%href=%' AND r.html NOT LIKE '%blockquote%'
    ORDER BY r.id LIMIT 400
"""
_THREAD = """
    INSERT INTO threads (category_id, audience, author_id, client_id, kind, title, lang, tags, pinned, closed, last_number,
        reply_count, last_at, last_author_id, created_at, version)
    VALUES (:category_id, :audience, :author_id, :client_id, 'discussion', :title, :lang, '[]', :no, :no, :length,
        :length, :last_at, :last_author_id, :created_at, 1)
"""
_REPLY = """
    INSERT INTO replies (thread_id, number, author_id, client_id, source, html, render_version, lang, state, because, edits,
        created_at, version)
    VALUES (:thread_id, :number, :author_id, :client_id, :source, :html, :render_version, :lang, 'posted', '', 0,
        :created_at, 1)
"""


@dataclass(frozen=True)
class Material:
    """What is put together anew: texts of the demonstration, rendered when they were posted, with its members and themes."""

    texts: dict[str, list[tuple[str, str]]]
    members: list[int]
    categories: list[int]
    titles: list[tuple[str, str]]


async def grow(posts: int, show: Show) -> None:
    """Until `posts` stand. Stopped half way, what is there stays; started again, it goes on."""
    async with database_open(settings().database_url), engine_open():
        there, began = await value("SELECT COUNT(*) FROM replies"), time.monotonic()
        material, chance = await _material(), Random(SEED + there)
        show(f"Growing from {there} to {posts} posts, for benches ...")
        while there < posts:
            there += await _batch(material, min(BATCH, posts - there), chance)
            show(f"  {there} posts, {time.monotonic() - began:.0f} s")
        await look_at_everything()
        show("  indexing; Ctrl+C leaves the rest to the worker ...")
        await drain()
        show(f"Done in {time.monotonic() - began:.0f} s.")


async def _material() -> Material:
    texts: dict[str, list[tuple[str, str]]] = {}
    for one in await rows(_TEXTS, audience=PUBLIC):
        texts.setdefault(one["lang"], []).append((one["source"], one["html"]))
    members = await rows("SELECT id FROM members WHERE trust <> 'newcomer' AND admitted_at IS NOT NULL ORDER BY id")
    categories = await rows("SELECT id FROM categories WHERE audience = :audience ORDER BY id", audience=PUBLIC)
    titles = await rows("SELECT title, lang FROM threads WHERE audience = :audience ORDER BY id LIMIT 80", audience=PUBLIC)
    if not (texts and members and categories):
        raise SystemExit("There is nothing to grow from: load the demonstration network into an empty database first.")
    return Material(
        texts, [one["id"] for one in members], [one["id"] for one in categories],
        [(one["title"], one["lang"]) for one in titles if one["lang"] in texts],
    )  # fmt: skip


async def _batch(material: Material, posts: int, chance: Random) -> int:
    """So many posts in threads of their own, in one unit of work."""
    lengths = [min(THREAD_LENGTH, posts - done) for done in range(0, posts, THREAD_LENGTH)]
    threads = [_thread(material, length, chance) for length in lengths]
    async with unit_of_work():
        await execute_many(_THREAD, threads)
        given = await Thread.filter(client_id__in=[one["client_id"] for one in threads]).values_list("client_id", "id")
        ids = {UUID(str(client_id)): id_ for client_id, id_ in given}
        await execute_many(_REPLY, [post for one in threads for post in _posts(one, ids, material, chance)])
    return posts


def _thread(material: Material, length: int, chance: Random) -> dict[str, object]:
    title, lang = chance.choice(material.titles)
    created = clock.now() - SPAN * chance.uniform(0.1, 1)
    return {
        "category_id": chance.choice(material.categories), "audience": PUBLIC, "author_id": chance.choice(material.members),
        "client_id": uuid4(), "title": f"{title[:180]} ({chance.randrange(1000, 9999)})", "lang": lang, "no": False,
        "length": length, "created_at": created, "last_at": created + timedelta(hours=length - 1),
        "last_author_id": chance.choice(material.members),
    }  # fmt: skip


def _posts(thread: dict[str, object], ids: dict[UUID, int], material: Material, chance: Random) -> Iterator[dict[str, object]]:
    length, created = int(str(thread["length"])), thread["created_at"]
    key, texts = thread["client_id"], material.texts[str(thread["lang"])]
    assert isinstance(created, type(clock.now()))
    assert isinstance(key, UUID)
    for number in range(1, length + 1):
        source, html = _put_together(texts, chance)
        author = {1: thread["author_id"], length: thread["last_author_id"]}.get(number) or chance.choice(material.members)
        yield {
            "thread_id": ids[key], "number": number, "author_id": author, "client_id": uuid4(), "source": source, "html": html,
            "render_version": RENDER_VERSION, "lang": thread["lang"], "created_at": created + timedelta(hours=number - 1),
        }  # fmt: skip


def _put_together(texts: Sequence[tuple[str, str]], chance: Random) -> tuple[str, str]:
    """Two texts one under the other: their HTML is that of both, so nothing is rendered again."""
    one, other = chance.choice(texts), chance.choice(texts)
    return f"{one[0]}\n\n{other[0]}", f"{one[1]}\n{other[1]}"
