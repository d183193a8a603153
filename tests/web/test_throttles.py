"""Throttles that processes share: without them each counts by itself, and nobody waits."""

import time

import pytest

from community.errors import TooMany
from community.web.limits import count
from tests.servers import Valkey

pytestmark = pytest.mark.anyio


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
