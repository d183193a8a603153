"""The index follows the database: by facts, after a narrowing, and when it is built anew."""

from datetime import timedelta
from typing import Any

import pytest

from community import clock
from community.audience import MEMBERS, Withheld, narrow
from community.chat.actions import delete_message
from community.discovery import indexing, listeners
from community.discovery.engines import engine, engine_in_use
from community.discovery.searching import search
from community.discussions.models import Thread
from community.storage import drain, unit_of_work, value
from search.documents import Document, Query
from search.embedded import EmbeddedEngine
from search.engine import EngineDown
from tests.chat.factories import make_room, say
from tests.discussions.factories import make_reply, make_thread
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio
assert listeners  # registered by being imported


async def found(words: str, *audiences: str, withheld: tuple[str, ...] = ()) -> list[str]:
    results = await engine().search(Query(text=words), audiences=audiences or ("public",), withheld=withheld)
    return sorted(hit.key.partition(":")[0] for hit in results.hits)


async def test_what_is_written_is_found(database: str) -> None:
    author = await make_member()
    thread = await make_thread(author, "Battery safety")
    await make_reply(author, thread, "Wear gloves.")
    await drain()

    assert await found("battery") == ["reply", "thread"]
    assert await found("gloves") == ["reply"]


async def test_a_narrowing_hides_at_once_and_is_confirmed_when_the_index_holds_it(database: str) -> None:
    author = await make_member()
    thread = await make_thread(author, "Battery safety")
    await make_reply(author, thread, "Wear gloves.")
    await drain()
    stranger = await viewer_of(await make_member("Rafael Moura"))

    async with unit_of_work():
        await narrow(thread, "space:7", [f"thread:{thread.id}"])

    hidden = await search(stranger, Query(text="battery gloves"))
    assert hidden is not None
    assert (hidden.total, hidden.facets.kind) == (0, {})
    assert await Withheld.all().count() == 1

    await indexing.index("reply", [1])
    assert await Withheld.all().count() == 1, "a reply alone does not confirm its thread"

    await indexing.index("thread", [thread.id])
    assert await Withheld.all().count() == 0
    assert await found("battery gloves") == []
    assert await found("battery", "space:7") == ["reply", "thread"]


async def test_a_narrowing_while_the_indexer_reads_stays_withheld(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = await make_thread(await make_member(), "Battery safety")
    await drain()
    async with unit_of_work():
        await narrow(thread, MEMBERS, [f"thread:{thread.id}"])
    upsert = EmbeddedEngine.upsert

    async def narrowed_meanwhile(self: EmbeddedEngine, documents: list[Document]) -> None:
        monkeypatch.undo()
        async with unit_of_work():
            await narrow(await Thread.get(id=thread.id), "space:7", [f"thread:{thread.id}"])
        await upsert(self, documents)

    monkeypatch.setattr(EmbeddedEngine, "upsert", narrowed_meanwhile)
    await indexing.index("thread", [thread.id])
    assert await Withheld.all().count() == 1

    await indexing.sweep()
    assert await Withheld.all().count() == 0
    assert await found("battery", "public", MEMBERS) == []


async def test_with_the_engine_down_nothing_is_confirmed(database: str) -> None:
    thread = await make_thread(await make_member(), "Battery safety")
    await drain()
    async with unit_of_work():
        await narrow(thread, MEMBERS, [f"thread:{thread.id}"])

    class Down(EmbeddedEngine):
        async def upsert(self, documents: Any) -> None:  # noqa: ARG002
            raise EngineDown

    with engine_in_use(Down()), pytest.raises(EngineDown):
        await indexing.index("thread", [thread.id])
    assert await Withheld.all().count() == 1


async def test_what_is_gone_is_taken_out(database: str) -> None:
    author = await make_member()
    thread = await make_thread(author, "Battery safety")
    reply = await make_reply(author, thread, "Wear gloves.")
    await drain()

    async with unit_of_work():
        reply.state = "deleted"
        await reply.save()
    await indexing.index("reply", [reply.id])

    assert await found("gloves") == []


async def test_an_index_is_built_anew_from_the_database(database: str) -> None:
    author = await make_member()
    thread = await make_thread(author, "Battery safety")
    await make_reply(author, thread, "Wear gloves.")
    await engine().upsert([Document(key="thread:999", kind="thread", audience="public", title="Battery ghost", url="/", version=1)])
    lines: list[str] = []

    count = await indexing.rebuild(lines.append)

    assert count >= 2
    assert "thread: 1" in lines
    assert await found("battery") == ["reply", "thread"]
    assert await found("ghost") == []


async def test_what_is_written_during_a_rebuild_is_not_lost(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make_member()
    await make_thread(author, "Battery safety")
    upsert, late = EmbeddedEngine.upsert, []

    async def with_a_late_thread(self: EmbeddedEngine, documents: list[Document]) -> None:
        await upsert(self, documents)
        if not late:
            late.append(1)
            await make_thread(author, "Battery house")
            await drain()

    monkeypatch.setattr(EmbeddedEngine, "upsert", with_a_late_thread)
    await indexing.rebuild(str)
    await drain()

    assert late
    assert await found("battery") == ["thread", "thread"]


async def test_a_new_index_is_filled_by_the_worker(database: str) -> None:
    await make_thread(await make_member(), "Battery safety")
    await drain()

    with engine_in_use(EmbeddedEngine()):
        await indexing.heal()
        assert await found("battery") == []
        await drain()
        assert await found("battery") == ["thread"]
        await indexing.heal()
        assert await value("SELECT count(*) FROM jobs") == 0, "one that is full is left alone"


async def test_a_lively_room_is_indexed_many_messages_a_commit(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room = await make_room()
    actor = await viewer_of(await make_member("Rafael Moura"))
    for number in range(30):
        await say(actor, room, f"Torque wrench {number}")
    batches: list[int] = []
    upsert = EmbeddedEngine.upsert

    async def counted(self: EmbeddedEngine, documents: list[Document]) -> None:
        batches.append(len(documents))
        await upsert(self, documents)

    monkeypatch.setattr(EmbeddedEngine, "upsert", counted)
    await drain()

    assert batches == [30]
    results = await engine().search(Query(text="torque"), audiences=[MEMBERS])
    assert (results.total, results.facets.kind) == (30, {"message": 30})


async def test_a_deleted_message_is_found_no_more(database: str) -> None:
    room = await make_room()
    actor = await viewer_of(await make_member("Rafael Moura"))
    sent = await say(actor, room, "Torque wrench")
    await drain()
    assert await found("torque", MEMBERS) == ["message"]

    await delete_message(actor, sent.message_id)
    await drain()

    assert await found("torque", MEMBERS) == []


async def test_what_many_facts_ask_for_is_written_once(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make_member()
    thread = await make_thread(author, "Battery safety")
    await drain()
    written: list[list[str]] = []
    upsert = EmbeddedEngine.upsert

    async def noted(self: EmbeddedEngine, documents: list[Document]) -> None:
        written.append(sorted(document.key for document in documents))
        await upsert(self, documents)

    monkeypatch.setattr(EmbeddedEngine, "upsert", noted)
    posts = [await make_reply(author, thread, f"Wear gloves, {n} times.") for n in range(5)]
    await drain()
    assert written == [sorted(f"reply:{post.id}" for post in posts), [f"thread:{thread.id}"]]
    assert await found("gloves") == ["reply"] * 5


async def test_what_cannot_be_indexed_keeps_nothing_else_out(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    author = await make_member()
    for title in ("Battery safety", "Unlucky", "Welding safety"):
        await make_thread(author, title)
    upsert = EmbeddedEngine.upsert

    async def unlucky(self: EmbeddedEngine, documents: list[Document]) -> None:
        if any("Unlucky" in document.title for document in documents):
            raise EngineDown
        await upsert(self, documents)

    monkeypatch.setattr(EmbeddedEngine, "upsert", unlucky)
    await drain(tolerant=True)
    assert await found("safety") == ["thread", "thread"]
    assert await value("SELECT COUNT(*) FROM jobs WHERE error = 'EngineDown' AND lane = 'index'") > 0
    monkeypatch.undo()
    with clock.frozen(clock.now() + timedelta(hours=1)):
        await drain()
    assert await found("unlucky") == ["thread"]
