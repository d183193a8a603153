"""Members have the same ids in every fresh database: what one test has used up must not count against the next."""

from collections.abc import Iterator

import pytest

from community.web.limits import forget_throttles
from tests.chat.conftest import enter, hall

__all__ = ["enter", "hall"]


@pytest.fixture(autouse=True)
def _unthrottled() -> Iterator[None]:
    forget_throttles()
    yield
    forget_throttles()
