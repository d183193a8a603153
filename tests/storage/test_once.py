# ruff: noqa: PT012 - leaving the unit is what raises
"""What creates is repeated without creating twice."""

import asyncio
from uuid import uuid4

import pytest
from tortoise.exceptions import IntegrityError

from community.audience import GUEST, Viewer
from community.spaces.models import Space
from community.storage import OutsideUnit, once, unit_of_work
from tests.factories import make_member

pytestmark = pytest.mark.anyio


def _values(name: str = "Welders", slug: str | None = None) -> dict[str, object]:
    return {"name": name, "name_folded": name.lower(), "slug": slug or uuid4().hex, "audience": "public"}


async def test_a_retry_returns_the_first_result_whatever_it_asks(database):
    actor = Viewer(member=(await make_member()).id)
    client_id = uuid4()
    async with unit_of_work():
        first, is_new = await once(Space, actor, client_id, **_values("Welders"))
        assert is_new
    async with unit_of_work():
        second, is_new = await once(Space, actor, client_id, **_values("Painters"))
    assert (second.id, second.name, is_new) == (first.id, "Welders", False)
    assert await Space.all().count() == 1


async def test_the_same_id_of_two_members_makes_two(database):
    client_id = uuid4()
    for name in ("Amara Diallo", "Jonas Berg"):
        async with unit_of_work():
            assert (await once(Space, Viewer(member=(await make_member(name)).id), client_id, **_values()))[1]
    assert await Space.all().count() == 2


async def test_twenty_at_once_make_one(database):
    actor = Viewer(member=(await make_member()).id)
    client_id = uuid4()

    async def create() -> tuple[int, bool]:
        async with unit_of_work():
            made, is_new = await once(Space, actor, client_id, **_values())
            return made.id, is_new

    outcomes = await asyncio.gather(*(create() for _ in range(20)))
    assert len({made for made, _ in outcomes}) == 1
    assert sorted(is_new for _, is_new in outcomes) == [False] * 19 + [True]
    assert await Space.all().count() == 1


async def test_another_clash_than_that_of_the_id_is_raised(database):
    actor = Viewer(member=(await make_member()).id)
    async with unit_of_work():
        await once(Space, actor, uuid4(), **_values(slug="welders"))
        with pytest.raises(IntegrityError):
            await once(Space, actor, uuid4(), **_values(slug="welders"))
        await once(Space, actor, uuid4(), **_values(slug="painters"))
    assert await Space.all().count() == 2


async def test_the_database_itself_holds_author_and_client_id_together(database):
    member, client_id = await make_member(), uuid4()
    with pytest.raises(IntegrityError):
        async with unit_of_work():
            for _ in range(2):
                await Space.create(author_id=member.id, client_id=client_id, **_values())


async def test_guests_create_nothing_and_nobody_outside_a_unit(database):
    with pytest.raises(OutsideUnit):
        await once(Space, Viewer(member=1), uuid4(), **_values())
    async with unit_of_work():
        with pytest.raises(ValueError, match="only a member"):
            await once(Space, GUEST, uuid4(), **_values())
