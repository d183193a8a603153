"""What was given up is shown to stewards: ids and a class, never words."""

import pytest

from community import clock
from community.storage import execute, unit_of_work, value
from tests.factories import make_member, make_steward

pytestmark = pytest.mark.anyio


async def give_up() -> int:
    async with unit_of_work():
        await execute(
            """INSERT INTO jobs (lane, name, arguments, due_at, attempts, error, created_at, died_at)
               VALUES ('jobs', 'job:nothing', '{"member_id": 5}', NULL, 10, 'ConnectionError', :now, :now)""",
            now=clock.now(),
        )  # fmt: skip
        return int(await value("SELECT MAX(id) FROM jobs"))


async def test_a_steward_sees_it_and_runs_it_again(client, sign_in) -> None:
    number = await give_up()
    await sign_in(client, await make_steward())
    page = await client.get("/stewardship/dead-letters")
    assert "ConnectionError" in page.text
    assert "member_id=5" in page.text
    assert (await client.post(f"/stewardship/dead-letters/{number}/retry")).status_code == 303
    assert await value("SELECT died_at FROM jobs WHERE id = :id", id=number) is None
    assert (await client.post(f"/stewardship/dead-letters/{number}/retry")).status_code == 404


async def test_a_steward_removes_it(client, sign_in) -> None:
    number = await give_up()
    await sign_in(client, await make_steward())
    assert (await client.post(f"/stewardship/dead-letters/{number}/forget")).status_code == 303
    assert await value("SELECT COUNT(*) FROM jobs WHERE id = :id", id=number) == 0


async def test_nobody_else_learns_of_it(client, sign_in) -> None:
    number = await give_up()
    await sign_in(client, await make_member())
    assert (await client.get("/stewardship/dead-letters")).status_code == 404
    assert (await client.post(f"/stewardship/dead-letters/{number}/forget")).status_code == 404
