"""Throttles that processes share: without them each counts by itself, and nobody waits."""

import time
from collections.abc import Iterator

import pytest

from community.errors import TooMany
from community.settings import settings
from community.web.limits import count, forget_throttles
from tests.servers import Valkey, valkey_program

pytestmark = pytest.mark.anyio


@pytest.fixture
def valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    if valkey_program() is None:
        pytest.skip("no Valkey here")
    with Valkey() as server:
        monkeypatch.setenv("GUILDHALL_BUS", server.address)
        settings.cache_clear()
        forget_throttles()
        yield server
    monkeypatch.undo()
    settings.cache_clear()
    forget_throttles()


@pytest.mark.parametrize("how", ["pause", "kill"])
async def test_a_throttle_waits_for_no_valkey_and_still_counts(valkey: Valkey, how: str) -> None:
    for _ in range(2):
        await count("member:1", "2/minute", "shared")
    with pytest.raises(TooMany):
        await count("member:1", "2/minute", "shared")
    getattr(valkey, how)()
    began = time.monotonic()
    for _ in range(2):
        await count("member:2", "2/minute", "alone")
    with pytest.raises(TooMany):
        await count("member:2", "2/minute", "alone")
    assert time.monotonic() - began < 1.5
