"""The access matrix: every route as eight viewers against a checked-in table. A new route fails until its row is there."""

from collections.abc import AsyncIterator

import pytest

from tests.access.matrix import VIEWERS, expected, lines, visited
from tests.demo_world import World, filled_world

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    async with filled_world() as made:
        yield made


def test_the_table_has_a_row_for_every_route_and_no_other() -> None:
    assert set(expected()) == set(lines())


@pytest.mark.parametrize(("method", "path"), lines(), ids=str)
async def test_each_viewer_is_answered_as_the_table_says(world: World, method: str, path: str) -> None:
    found = dict(zip(VIEWERS, await visited(world, method, path), strict=True))
    assert found == dict(zip(VIEWERS, expected()[method, path], strict=True))
    assert not any(status.startswith("5") for status in found.values())
