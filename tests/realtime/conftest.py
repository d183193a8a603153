from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from realtime.house import Limits
from tests.realtime.fake import FakeHouse, Line, Site, opened_site

QUICK = Limits(
    head_s=3, hello_s=3, look_s=0.05, rights_s=0.1, blind_s=0.4, close_s=0.5, frames_per_s=500, burst=500, per_member=300
)


@pytest.fixture
def house() -> FakeHouse:
    return FakeHouse()


@pytest.fixture
async def site(house: FakeHouse) -> AsyncIterator[Site]:
    async with opened_site(house, QUICK) as opened:
        yield opened


@pytest.fixture
async def connect(site: Site) -> AsyncIterator[Callable[..., Awaitable[Line]]]:
    lines: list[Line] = []

    async def connected(who: str = "amara", **kw: Any) -> Line:
        lines.append(await site.line(who, **kw))
        return lines[-1]

    yield connected
    for line in lines:
        await line.close()
