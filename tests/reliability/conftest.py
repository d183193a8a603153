"""Sites in processes of their own, into whose databases the tests look."""

import pytest

from community.storage import close_database


@pytest.fixture(autouse=True)
async def _nothing_open(anyio_backend: str) -> None:
    assert anyio_backend
    await close_database()
