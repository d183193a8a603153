"""Many who ask at the same moment are answered by one question."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from community.storage import Together
from community.storage import together as together_

pytestmark = pytest.mark.anyio


async def test_those_who_ask_meanwhile_go_into_the_next_question() -> None:
    questions: list[list[int]] = []

    async def squares(numbers: Sequence[int]) -> Mapping[int, int]:
        questions.append(list(numbers))
        await asyncio.sleep(0.01)
        return {number: number * number for number in numbers if number < 100}

    together = Together(squares)
    first = asyncio.create_task(together(2))
    await asyncio.sleep(0.005)
    later = await asyncio.gather(*(together(number) for number in (2, 3, 3, 100)))
    assert (await first, later) == (4, [4, 9, 9, None])
    assert questions == [[2], [2, 3, 100]]  # who asks after a question went out is not answered from before


async def test_a_failure_reaches_those_who_asked_and_nobody_later() -> None:
    failing = True

    async def asked(names: Sequence[str]) -> Mapping[str, str]:
        await asyncio.sleep(0)
        if failing:
            raise OSError("the database is away")
        return {name: name.upper() for name in names}

    together = Together(asked)
    answers = await asyncio.gather(together("a"), together("b"), return_exceptions=True)
    assert [type(one) for one in answers] == [OSError, OSError]
    failing = False
    assert await together("a") == "A"


async def test_who_gives_up_takes_nobody_along() -> None:
    async def asked(names: Sequence[str]) -> Mapping[str, str]:
        await asyncio.sleep(0.01)
        return {name: name.upper() for name in names}

    together = Together(asked)
    impatient, patient = asyncio.create_task(together("a")), asyncio.create_task(together("a"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == "A"


async def test_whoever_comes_soon_after_a_question_waits_for_others(monkeypatch) -> None:
    questions: list[list[int]] = []

    async def squares(numbers: Sequence[int]) -> Mapping[int, int]:
        questions.append(list(numbers))
        return {number: number * number for number in numbers}

    monkeypatch.setattr(together_, "GATHER_S", 0.2)
    together = Together(squares, gathers=True)
    assert await together(1) == 1
    following = []
    for number in (2, 3, 4):
        following.append(asyncio.create_task(together(number)))
        await asyncio.sleep(0.01)
    assert await asyncio.gather(*following) == [4, 9, 16]
    assert questions == [[1], [2, 3, 4]]
