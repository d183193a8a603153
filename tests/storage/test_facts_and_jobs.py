"""Facts and jobs: stored with what caused them, run until they have worked, given up in plain sight."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from community import clock
from community.audience import grant
from community.storage import (
    Worker,
    backlog,
    dead_letters,
    drain,
    enqueue,
    fact,
    fan_out,
    forget_dead_letter,
    retry_dead_letter,
    rows,
    unit_of_work,
    value,
    worker,
    working,
)
from community.storage import announce as announce_fact
from community.storage.running import MAX_ATTEMPTS
from community.storage.taking import LEASE, Ended, finish, pause, take
from community.storage.worker import LANES, Lane, work
from tests.storage.deeds import Deed, failing, heard, remember, tell_all

pytestmark = pytest.mark.anyio

DEFAULT, INDEX, JOBS = LANES


async def announce(*deeds: Deed) -> None:
    async with unit_of_work():
        for deed in deeds:
            await announce_fact(deed)


@contextmanager
def later(by: timedelta) -> Iterator[datetime]:
    with clock.frozen(clock.now() + by):
        yield clock.now()


async def jobs() -> list[dict[str, object]]:
    return await rows("SELECT lane, name, attempts, error, died_at FROM jobs ORDER BY id")


async def test_each_listener_hears_each_fact_once_and_nothing_is_kept(database):
    await announce(Deed(1, (4, 5)), Deed(2))
    assert heard == []
    await drain()
    assert sorted(heard) == [("hear", 1), ("hear", 2), ("hear_too", 1), ("hear_too", 2), ("index", 1), ("index", 2)]
    assert await jobs() == []
    await drain()
    assert len(heard) == 6


async def test_a_fact_is_told_only_if_its_unit_is_stored(database):
    with suppress(ZeroDivisionError):
        async with unit_of_work():
            await announce_fact(Deed(1))
            raise ZeroDivisionError
    async with unit_of_work():
        with suppress(ZeroDivisionError):
            async with unit_of_work():
                await announce_fact(Deed(2))
                raise ZeroDivisionError
        await announce_fact(Deed(3))
    await drain()
    assert {number for _, number in heard} == {3}


async def test_what_is_no_fact_cannot_be_announced(database):
    @dataclass(frozen=True)
    class Rumour:
        number: int

    with pytest.raises(TypeError, match="not marked"):
        await announce(Rumour(1))
    with pytest.raises(TypeError, match="dataclass"):
        fact(type("Plain", (), {}))


async def test_a_job_runs_once_when_it_is_due(database):
    async with unit_of_work():
        await enqueue(remember, number=1)
        await enqueue(remember, number=2, run_at=clock.now() + timedelta(hours=1))
    await drain()
    assert heard == [("remember", 1)]
    with later(timedelta(hours=2)):
        await drain()
    assert heard == [("remember", 1), ("remember", 2)]
    assert await jobs() == []


async def test_what_is_no_job_cannot_be_enqueued(database):
    async with unit_of_work():
        with pytest.raises(TypeError, match="not marked"):
            await enqueue(announce, number=1)


async def test_many_are_told_in_pages_of_five_hundred(database):
    async with unit_of_work():
        await fan_out(tell_all, range(1, 1202), cause="reply:5")
    assert await value("SELECT count(*) AS number FROM jobs") == 3
    await drain()
    assert heard == [("tell_all", (500, "reply:5")), ("tell_all", (500, "reply:5")), ("tell_all", (201, "reply:5"))]


async def test_one_listener_that_fails_is_tried_again_alone(database):
    failing.add("hear")
    await announce(Deed(1))
    await drain(tolerant=True)
    assert sorted(heard) == [("hear", 1), ("hear_too", 1), ("index", 1)]
    [kept] = await jobs()
    assert (kept["lane"], kept["name"], kept["attempts"]) == ("default", "listener:tests.storage.deeds.hear", 1)
    assert kept["error"] == "ConnectionError"

    await drain(tolerant=True)
    assert len(heard) == 3, "not due before its pause is over"
    failing.clear()
    with later(timedelta(minutes=1)):
        await drain()
    assert heard[3:] == [("hear", 1)]
    assert await jobs() == []


async def test_drain_tells_a_test_what_has_failed(database):
    failing.add("remember")
    async with unit_of_work():
        await enqueue(remember, number=1)
    with pytest.raises(ConnectionError):
        await drain()


async def test_pauses_grow_up_to_an_hour_and_spread():
    pauses = [[pause(attempts).total_seconds() for _ in range(50)] for attempts in range(1, 20)]
    for attempts, some in enumerate(pauses, start=1):
        longest = min(5 * 2 ** (attempts - 1), 3600)
        assert all(0.75 * longest <= one <= longest for one in some)
        assert len(set(some)) > 1


async def test_what_fails_ten_times_is_a_dead_letter_with_ids_and_the_error_s_class_only(database, caplog):
    failing.add("hear")
    failing.add("remember")
    await announce(Deed(7))
    async with unit_of_work():
        await enqueue(remember, number=8)
    for hour in range(MAX_ATTEMPTS + 2):
        with later(timedelta(hours=2 * hour)):
            await drain(tolerant=True)
    letters = sorted(await dead_letters(), key=lambda letter: letter.name)
    assert [(letter.kind, letter.name.rpartition(".")[2], letter.attempts, letter.error) for letter in letters] == [
        ("listener", "hear", MAX_ATTEMPTS, "ConnectionError"),
        ("job", "remember", MAX_ATTEMPTS, "ConnectionError"),
    ]
    assert letters[0].arguments == {"fact": "Deed", "ids": {"number": 7, "note_ids": []}}
    assert heard.count(("hear", 7)) == heard.count(("remember", 8)) == MAX_ATTEMPTS
    assert "amara" not in caplog.text
    assert all("amara" not in str(row) for row in await rows("SELECT * FROM jobs"))
    waiting = await backlog()
    assert (waiting.waiting, waiting.oldest_due_at, waiting.dead) == (0, None, 2)

    failing.clear()
    assert await retry_dead_letter(letters[0].id)
    assert not await retry_dead_letter(letters[0].id)
    assert await forget_dead_letter(letters[1].id)
    assert not await forget_dead_letter(letters[1].id)
    with later(timedelta(days=9)):
        await drain()
    assert heard.count(("hear", 7)) == MAX_ATTEMPTS + 1
    assert await jobs() == []


@pytest.mark.parametrize(
    "name", ["job:community.gone.jobs.gone", "listener:community.gone.listeners.on_gone", "fact:Gone", "nonsense"]
)
async def test_what_this_release_does_not_know_is_kept_and_tried_again(database, name):
    from community.storage.facts import insert_jobs

    async with unit_of_work():
        await insert_jobs([("jobs", name, '{"fact": "Gone", "ids": {}}')])
    await drain(tolerant=True)
    [kept] = await jobs()
    assert (kept["name"], kept["attempts"], kept["error"]) == (name, 1, "UnknownName")


async def test_a_field_that_a_release_has_dropped_does_not_matter(database):
    from community.storage.facts import insert_jobs

    async with unit_of_work():
        await insert_jobs([("default", "fact:Deed", '{"number": 4, "colour_id": 9}')])
    await drain()
    assert ("hear", 4) in heard


async def test_what_a_dead_worker_had_taken_is_due_again_when_its_lease_lapses(database):
    await announce(Deed(1))
    assert len(await take("default", 10, "a worker that dies")) == 1
    assert await work(DEFAULT) is None, "it is taken"
    with later(LEASE + timedelta(seconds=1)):
        assert await work(DEFAULT) is not None
    assert ("hear", 1) in heard


async def test_a_worker_whose_lease_has_lapsed_changes_nothing_of_the_next_holders(database):
    await announce(Deed(1))
    [slow] = await take("default", 10, "slow")
    with later(LEASE + timedelta(seconds=1)):
        [quick] = await take("default", 10, "quick")
        assert quick.id == slow.id
        await finish("slow", Ended(worked=[slow.id]))
        assert await value("SELECT holder FROM jobs WHERE lane = 'default'") == "quick"


async def test_a_lease_is_extended_while_the_work_goes_on(database, monkeypatch):
    monkeypatch.setattr("community.storage.worker.LEASE", timedelta(seconds=0.3))
    monkeypatch.setattr("community.storage.taking.LEASE", timedelta(seconds=0.3))
    started, ended = asyncio.Event(), []

    async def slow(number: int) -> None:
        started.set()
        await asyncio.sleep(0.9)
        ended.append(number)

    monkeypatch.setitem(_jobs(), "tests.storage.deeds.remember", slow)
    async with unit_of_work():
        await enqueue(remember, number=1)
    working_on_it = asyncio.create_task(work(JOBS))
    await started.wait()
    for _ in range(4):
        await asyncio.sleep(0.2)
        assert await take("jobs", 1, "greedy") == []
    await working_on_it
    assert ended == [1]
    assert await jobs() == []


async def test_what_kills_its_worker_each_time_is_given_up_alone(database):
    """The other facts of its batch are told and leave nothing behind."""
    await announce(*(Deed(number) for number in range(5)))
    poisoned = await value("SELECT id FROM jobs WHERE lane = 'default' ORDER BY id LIMIT 1")
    for step in range(1, 60):
        holder, ended = f"worker {step}", Ended()
        with later(step * 2 * LEASE):
            taken = await take("default", 50, holder)
            if not any(one.id == poisoned and one.attempts <= MAX_ATTEMPTS for one in taken):
                await worker._run_all(DEFAULT, taken, holder, ended)
                await finish(holder, ended)
            # else this worker has died, and the row lies until its lease lapses
    assert sorted(number for who, number in heard if who == "hear") == [1, 2, 3, 4]
    [letter] = await dead_letters()
    assert (letter.kind, letter.name, letter.error) == ("fact", "Deed", "WorkerDied")


async def test_a_cancelled_worker_gives_back_what_it_has_not_begun(database, monkeypatch):
    started = asyncio.Event()

    async def endless(number: int) -> None:
        started.set()
        await asyncio.sleep(60)

    monkeypatch.setitem(_jobs(), "tests.storage.deeds.remember", endless)
    async with unit_of_work():
        for number in range(3):
            await enqueue(remember, number=number)
    task = asyncio.create_task(work(Lane("jobs", batch=3)))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await rows("SELECT DISTINCT holder, attempts FROM jobs") == [{"holder": None, "attempts": 0}]
    assert len(await take("jobs", 5, "next")) == 3


async def test_a_lane_for_one_is_worked_on_by_one(database):
    await announce(Deed(1), Deed(2))
    assert len(await take("index", 1, "first", alone=True)) == 1
    assert await take("index", 1, "second", alone=True) == []
    with later(LEASE + timedelta(seconds=1)):
        assert len(await take("index", 1, "second", alone=True)) == 1
    await finish("second", Ended())
    assert len(await take("index", 1, "third", alone=True)) == 1


async def test_the_worker_is_woken_by_a_commit_and_not_by_the_clock(database):
    async with _running(Worker(poll_s=60)):
        await asyncio.sleep(0.05)
        await announce(Deed(1))
        await _until(lambda: len(heard) == 3)
    assert sorted(heard) == [("hear", 1), ("hear_too", 1), ("index", 1)]


async def test_the_worker_finds_what_others_have_committed(database):
    async with _running(Worker(poll_s=0.05)):
        await asyncio.sleep(0.02)
        async with unit_of_work():
            await announce_fact(Deed(1))
            from community.storage.units import require_unit

            require_unit("test").callbacks.clear()  # as if another process had committed it
        await _until(lambda: len(heard) == 3)


async def test_a_slow_job_keeps_no_fact_waiting(database, monkeypatch):
    let_go = asyncio.Event()

    async def slow(number: int) -> None:
        await let_go.wait()

    monkeypatch.setitem(_jobs(), "tests.storage.deeds.remember", slow)
    async with working():
        async with unit_of_work():
            for number in range(10):
                await enqueue(remember, number=number)
        await asyncio.sleep(0.1)
        await announce(Deed(1))
        await _until(lambda: len(heard) == 3)
        let_go.set()
        for _ in range(100):
            if await value("SELECT count(*) AS number FROM jobs") == 0:
                break
            await asyncio.sleep(0.05)
    assert await jobs() == []


async def test_the_worker_survives_a_database_that_is_away_for_a_while(database, monkeypatch):
    monkeypatch.setattr(worker, "TROUBLE_S", 0.05)
    is_due, away = worker.is_due, [True]

    async def sometimes(lane: str) -> bool:
        if away[0]:
            raise ConnectionError
        return await is_due(lane)

    monkeypatch.setattr(worker, "is_due", sometimes)
    async with _running(Worker(poll_s=0.05)):
        await announce(Deed(1))
        await asyncio.sleep(0.2)
        assert heard == []
        away[0] = False
        await _until(lambda: len(heard) == 3)


async def test_a_listener_may_write_and_announce_what_follows(database, monkeypatch):
    from community.storage import facts

    async def follow(done: Deed) -> None:
        async with unit_of_work():
            await grant(f"space:{done.number}", "member:1")
            if done.number < 3:
                await announce_fact(Deed(done.number + 1))

    name = "tests.storage.deeds.hear"
    monkeypatch.setitem(facts._listeners, name, facts.Listener(name, follow, "default"))
    await announce(Deed(1))
    await drain()
    assert await value("SELECT count(*) AS number FROM grants") == 3


class _running:  # noqa: N801 - read as a verb
    def __init__(self, one: Worker) -> None:
        self._worker = one

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._worker.run())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


async def _until(happened) -> None:
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - what happens sets no event
            await asyncio.sleep(0.01)


def _jobs():
    from community.storage import jobs

    return jobs._jobs
