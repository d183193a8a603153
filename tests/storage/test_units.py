# ruff: noqa: PT012 - leaving the unit is what raises
"""The unit of work: all or nothing, one at a time, whatever is cancelled, and reads that wait for nobody."""

import asyncio
import logging
import sqlite3
import time

import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from community.audience import Grant, grant
from community.storage import (
    OutsideUnit,
    after_commit,
    announce,
    connecting,
    dialect,
    enqueue,
    execute,
    rows,
    sqlite_writer,
    unit_of_work,
    value,
)
from tests.storage.deeds import Deed, remember

pytestmark = pytest.mark.anyio


async def held() -> list[str]:
    return [row["audience"] for row in await rows("SELECT audience FROM grants ORDER BY audience")]


async def test_what_a_unit_writes_is_there_when_it_is_left(database):
    async with unit_of_work():
        await grant("space:1", "member:1")
        assert await held() == ["space:1"]
        assert await Grant.all().count() == 1
    assert await held() == ["space:1"]
    assert await Grant.filter(holder="member:1").count() == 1


async def test_a_unit_that_fails_leaves_nothing_and_tells_nobody(database):
    told = []
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work():
            await grant("space:1", "member:1")
            after_commit(lambda: told.append("told"))
            raise ZeroDivisionError
    assert (await held(), told) == ([], [])


async def test_nothing_is_written_outside_a_unit(database):
    async with unit_of_work():
        kept = await Grant.create(audience="space:1", holder="member:1", role="member", since=_now())
    for write in (
        lambda: Grant.create(audience="space:2", holder="member:1", role="member", since=_now()),
        lambda: Grant.filter(id=kept.id).update(role="moderator"),
        lambda: Grant.filter(id=kept.id).delete(),
        kept.delete,
        kept.save,
        lambda: execute("DELETE FROM grants"),
        lambda: rows("DELETE FROM grants RETURNING id"),
        lambda: announce(Deed(1)),
        lambda: enqueue(remember, number=1),
        lambda: _awaitable(lambda: after_commit(lambda: None)),
    ):
        with pytest.raises((OutsideUnit, OperationalError)):
            await write()
    if dialect() == "postgres":  # Tortoise drops FOR UPDATE on SQLite, where the unit itself is the lock
        with pytest.raises(OutsideUnit):
            await Grant.filter(id=kept.id).select_for_update().get()
    assert await held() == ["space:1"]


async def test_a_nested_unit_that_fails_takes_only_its_own_with_it(database):
    told = []
    async with unit_of_work():
        await grant("space:1", "member:1")
        after_commit(lambda: told.append("outer"))
        with pytest.raises(ZeroDivisionError):
            async with unit_of_work():
                await grant("space:2", "member:1")
                after_commit(lambda: told.append("inner"))
                async with unit_of_work():
                    await grant("space:3", "member:1")
                    after_commit(lambda: told.append("innermost"))
                raise ZeroDivisionError
        async with unit_of_work():
            await grant("space:4", "member:1")
            after_commit(lambda: told.append("second"))
        assert told == []
    assert await held() == ["space:1", "space:4"]
    assert told == ["outer", "second"]


async def test_a_refused_row_in_a_nested_unit_leaves_the_outer_one_usable(database):
    async with unit_of_work():
        await Grant.create(audience="space:1", holder="member:1", role="member", since=_now())
        with pytest.raises(IntegrityError):
            async with unit_of_work():
                await Grant.create(audience="space:1", holder="member:1", role="member", since=_now())
        await grant("space:2", "member:1")
    assert await held() == ["space:1", "space:2"]


async def test_callbacks_run_after_the_commit_in_their_order_and_may_write(database):
    seen: list[object] = []

    async def write_too() -> None:
        async with unit_of_work():
            await grant("space:2", "member:1")

    async with unit_of_work():
        after_commit(lambda: seen.append("first"))
        after_commit(write_too)
        await grant("space:1", "member:1")
    assert seen == ["first"]
    assert await held() == ["space:1", "space:2"]


async def test_a_failing_callback_undoes_nothing_and_is_logged_without_its_text(database, caplog):
    seen = []

    def fail() -> None:
        raise ValueError("amara@school.example said so")

    async def fail_later() -> None:
        raise KeyError("amara@school.example")

    with caplog.at_level(logging.ERROR):
        async with unit_of_work():
            await grant("space:1", "member:1")
            after_commit(fail)
            after_commit(fail_later)
            after_commit(lambda: seen.append("after"))
    assert (await held(), seen) == (["space:1"], ["after"])
    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "amara" not in caplog.text


async def test_a_task_started_in_a_unit_is_outside_of_it(database):
    told = []

    async def elsewhere() -> list[str]:
        seen = await held()
        with pytest.raises(OutsideUnit):
            after_commit(lambda: told.append("not mine"))
        with pytest.raises(OutsideUnit):
            await grant("space:7", "member:1")
        return seen

    async def writes_for_itself() -> None:
        async with unit_of_work():
            await grant("space:2", "member:1")
            after_commit(lambda: told.append("its own"))

    with pytest.raises(ZeroDivisionError):
        async with unit_of_work():
            await grant("space:1", "member:1")
            assert await asyncio.create_task(elsewhere()) == []
            later = asyncio.create_task(writes_for_itself())
            raise ZeroDivisionError
    await later
    assert await held() == ["space:2"]
    assert told == ["its own"]


async def test_a_read_sees_every_commit_before_it(database):
    for number in range(200):
        async with unit_of_work():
            await grant(f"space:{number}", "member:1")
        assert await value("SELECT count(*) AS number FROM grants") == number + 1
        assert await Grant.all().count() == number + 1


async def test_a_long_transaction_holds_up_no_read(database):
    async def write_slowly() -> None:
        async with unit_of_work():
            await grant("space:1", "member:1")
            await asyncio.sleep(0.5)

    writing = asyncio.create_task(write_slowly())
    await asyncio.sleep(0.1)
    began = time.perf_counter()
    for _ in range(10):
        assert await held() == []
        assert await Grant.all().count() == 0
    assert time.perf_counter() - began < 0.2
    assert not writing.done()
    await writing
    assert await held() == ["space:1"]


async def test_a_long_unit_is_noted_in_the_log(database, caplog, monkeypatch):
    monkeypatch.setattr(unit_of_work, "noted_after_s", 0.05)
    async with unit_of_work():
        await asyncio.sleep(0.1)
    assert "open for 0.1 s" in caplog.text


async def test_units_take_turns_and_lose_no_update(database):
    async with unit_of_work():
        await execute("INSERT INTO rights_versions (subject, version, changed_at) VALUES ('x', 0, :at)", at=_now())

    async def add() -> None:
        async with unit_of_work():
            await rows(f"SELECT version FROM rights_versions {'FOR UPDATE' if dialect() == 'postgres' else ''}")
            number = await value("SELECT version FROM rights_versions")
            await asyncio.sleep(0)
            await execute("UPDATE rights_versions SET version = :number", number=number + 1)

    await asyncio.gather(*(add() for _ in range(50)))
    assert await value("SELECT version FROM rights_versions") == 50


@pytest.mark.parametrize("twice", [False, True])
async def test_wherever_it_is_cancelled_a_unit_is_whole_or_absent_and_the_next_one_works(database, twice):
    """Cancel after 0, 1, 2 ... steps of the loop: while queueing, in BEGIN, in a statement, in a savepoint, in COMMIT."""
    told: list[int] = []

    async def write(number: int) -> None:
        async with unit_of_work():
            await grant(f"space:{number}", "member:1")
            after_commit(lambda: told.append(number))
            async with unit_of_work():
                await grant(f"space:{number}", "member:2")

    for number in range(120):
        task = asyncio.create_task(write(number))
        for _ in range(number // 2):
            await asyncio.sleep(0.0001 if number % 2 else 0)
        task.cancel()
        if twice:
            await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5), unit_of_work():
            found = await value("SELECT count(*) AS number FROM grants WHERE audience = :key", key=f"space:{number}")
        assert found == (2 if number in told else 0)
    if dialect() == "postgres":
        assert not any(holder._in_use for holder in connecting.writer()._pool._holders), "every connection was given back"
    assert told, "some were stored"
    assert len(told) < 120, "some were cancelled"


async def test_cancelled_while_another_process_writes_the_lock_is_given_back(database):
    if dialect() != "sqlite":
        pytest.skip("only SQLite has one lock for all")
    other = sqlite3.connect(database.removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(_write_one("space:1"))
    await asyncio.sleep(0.2)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    behind = asyncio.create_task(_write_one("space:2"))
    await asyncio.sleep(0.1)
    other.execute("COMMIT")
    other.close()
    async with asyncio.timeout(5):
        await behind
    assert await held() == ["space:2"]


async def test_cancelled_in_commit_it_is_stored_told_and_then_raised(database, monkeypatch):
    if dialect() != "sqlite":
        pytest.skip("the sweep above covers PostgreSQL")
    commit = sqlite_writer._commit

    def slowly(connection: sqlite3.Connection) -> None:
        time.sleep(0.2)
        commit(connection)

    monkeypatch.setattr(sqlite_writer, "_commit", slowly)
    told: list[str] = []

    async def write() -> None:
        async with unit_of_work():
            await grant("space:1", "member:1")
            after_commit(lambda: told.append("at once"))
            after_commit(lambda: _awaitable(lambda: told.append("later")))

    task = asyncio.create_task(write())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert await held() == ["space:1"]
    assert told == ["at once", "later"]


async def test_a_commit_that_fails_raises_and_leaves_nothing(database):
    told = []
    with pytest.raises((OperationalError, IntegrityError)):
        async with unit_of_work():
            await _break_a_promise()
            await grant("space:1", "member:1")
            after_commit(lambda: told.append("told"))
    assert (await held(), told) == ([], [])
    await _write_one("space:2")
    assert await held() == ["space:2"]


async def _break_a_promise() -> None:
    """Write what is only found wrong when it is committed."""
    if dialect() == "sqlite":
        await rows("PRAGMA defer_foreign_keys = ON")
        await execute(
            "INSERT INTO sessions (token_hash, member_id, created_at, seen_at, expires_at, user_agent) VALUES ('x', 99, :at, :at, :at, '')",
            at=_now(),
        )
    else:
        await execute("CREATE TEMPORARY TABLE promises (number int UNIQUE DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP")
        await execute("INSERT INTO promises VALUES (1), (1)")


async def test_what_is_queued_when_the_database_closes_is_refused_and_ends(empty_databases):
    async with empty_databases.fresh() as url:
        await connecting.open_database(url)
        async with unit_of_work():
            late = [asyncio.create_task(_write_one(f"space:{number}")) for number in range(3)]
            await asyncio.sleep(0.01)
        await connecting.close_database()
        outcomes = await asyncio.gather(*late, return_exceptions=True)
        await connecting.open_database(url)
        stored = await held()
        await connecting.close_database()
    assert len(stored) == sum(1 for outcome in outcomes if outcome is None)


async def _write_one(key: str) -> None:
    async with unit_of_work():
        await grant(key, "member:1")


async def _awaitable(do):
    do()


def _now():
    from community import clock

    return clock.now()
