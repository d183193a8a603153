import pytest
from uuid import uuid4
from community.storage import unit_of_work, rows, row, value, execute, after_commit
from community.audience import grant, Grant

pytestmark = pytest.mark.anyio


async def test_a(database):
    seen = []
    async with unit_of_work():
        await grant("space:1", "member:1")
        after_commit(lambda: seen.append(1))
        assert await value("SELECT count(*) AS n FROM grants") == 1
        assert await Grant.all().count() == 1
    assert seen == [1]
    r = await row("SELECT * FROM grants WHERE id IN :ids", ids=[1, 2])
    print(r)
    assert await rows("SELECT * FROM grants WHERE id NOT IN :ids", ids=[])
    assert (await Grant.get(id=1)).since == r["since"]


async def test_b(database):
    assert await Grant.all().count() == 0
