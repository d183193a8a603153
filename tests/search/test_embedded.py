"""What only the engine inside the process promises: its folder, its writer, its manners towards the loop."""

import asyncio
from pathlib import Path
from time import perf_counter

import pytest

from search import embedded
from search.documents import Query
from search.embedded import EmbeddedEngine
from search.engine import EngineDown
from tests.search.documents import document

pytestmark = pytest.mark.anyio


async def total(engine: EmbeddedEngine, text: str = "solar") -> int:
    return (await engine.search(Query(text=text), audiences=["public"])).total


def folders(path: Path) -> list[str]:
    return [each.name for each in path.iterdir() if each.is_dir()]


async def test_an_index_is_there_after_a_restart(tmp_path: Path) -> None:
    first = EmbeddedEngine(tmp_path)
    await first.upsert([document("thread:1", "Solar entrepreneurship")])
    await first.close()

    second = EmbeddedEngine(tmp_path)

    assert await total(second) == 1
    assert await total(second, "entreprenurship") == 1
    await second.close()


async def test_another_schema_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = EmbeddedEngine(tmp_path)
    await old.upsert([document("thread:1", "Solar")])
    await old.close()

    monkeypatch.setattr(embedded, "SCHEMA_VERSION", embedded.SCHEMA_VERSION + 1)
    new = EmbeddedEngine(tmp_path)

    assert await total(new) == 0
    await new.close()


async def test_a_second_writer_is_refused_and_still_reads(tmp_path: Path) -> None:
    writer, reader = EmbeddedEngine(tmp_path), EmbeddedEngine(tmp_path)
    await writer.upsert([document("thread:1", "Solar")])

    assert await total(reader) == 1
    with pytest.raises(EngineDown):
        await reader.upsert([document("thread:2", "Solar")])
    await writer.upsert([document("thread:2", "Solar")])
    assert await total(reader) == 2

    await writer.close()
    await reader.close()


async def test_a_rebuild_by_another_process_is_taken_up(tmp_path: Path) -> None:
    serving, rebuilding = EmbeddedEngine(tmp_path), EmbeddedEngine(tmp_path)
    await serving.upsert([document("thread:1", "Solar")])

    async with rebuilding.rebuilding() as fresh:
        await fresh.upsert([document("thread:2", "Solar"), document("thread:3", "Solar")])

    assert await total(serving) == 2
    await serving.upsert([document("thread:4", "Solar")])
    assert await total(serving) == 3
    assert len(folders(tmp_path)) == 1
    await serving.close()
    await rebuilding.close()


async def test_an_unreadable_index_is_an_engine_that_is_down(tmp_path: Path) -> None:
    broken = tmp_path / f"v{embedded.SCHEMA_VERSION}-1"
    broken.mkdir()
    (broken / "meta.json").write_text("{")
    (tmp_path / "current").write_text(broken.name)
    engine = EmbeddedEngine(tmp_path)

    with pytest.raises(EngineDown):
        await total(engine)
    assert not (await engine.health()).reachable


async def test_indexing_in_bulk_lets_the_loop_breathe() -> None:
    engine = EmbeddedEngine()
    body = "We teach battery safety on day one, because the first thing a learner touches is a battery. " * 10
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, perf_counter() - before)

    watching = asyncio.create_task(watch())
    await engine.upsert([document(f"thread:{number}", f"Solar {number}", body) for number in range(400)])
    watching.cancel()

    assert await total(engine) == 400
    assert longest < 0.25  # a shared machine; an unsliced batch of this size holds it for a second
    await engine.close()


async def test_a_cancelled_write_is_finished() -> None:
    engine = EmbeddedEngine()
    writing = asyncio.create_task(engine.upsert([document(f"thread:{number}", "Solar") for number in range(100)]))
    await asyncio.sleep(0.005)
    writing.cancel()

    await engine.upsert([document("thread:1000", "Solar")])

    assert await total(engine) == 101
    await engine.close()
