"""The tests' own facts and jobs, silent at the beginning of each test."""

from collections.abc import Iterator

import pytest

from tests.storage import deeds


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    deeds.heard.clear()
    deeds.failing.clear()
    yield
    deeds.failing.clear()
