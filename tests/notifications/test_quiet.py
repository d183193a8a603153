"""Do not disturb: one setting, asked before anything reaches a member."""

from datetime import UTC, datetime, timedelta

import pytest

from community.notifications.choosing import choose
from community.notifications.quiet import is_quiet, quiet_until
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

LATE = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)  # 23:30 in Nairobi


async def test_the_hours_are_those_of_the_members_own_zone() -> None:
    nairobi, lima = await make_member(time_zone="Africa/Nairobi"), await make_member(time_zone="America/Lima")
    for member in (nairobi, lima):
        assert not await is_quiet(member.id, LATE)
        await choose(await viewer_of(member), [], "weekly", (22, 7))
    assert await is_quiet(nairobi.id, LATE)
    assert not await is_quiet(lima.id, LATE)
    assert await quiet_until(nairobi.id, LATE) == datetime(2026, 11, 21, 4, tzinfo=UTC)
    assert not await is_quiet(nairobi.id, LATE + timedelta(hours=8))
    await choose(await viewer_of(nairobi), [], "weekly", None)
    assert not await is_quiet(nairobi.id, LATE)
    assert not await is_quiet(404, LATE)
