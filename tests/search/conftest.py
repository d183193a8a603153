"""Every engine, empty."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from search.embedded import EmbeddedEngine
from search.engine import Engine
from search.meili import MeiliEngine
from tests.search.meili_stand_in import meili_stand_in

ENGINES = ("memory", "folder", "meili")


@pytest.fixture(scope="session")
def meili_address() -> Iterator[str]:
    """A real server where MEILI_URL names one (its key in MEILI_KEY), else a strict stand-in."""
    if url := os.environ.get("MEILI_URL"):
        yield url
    else:
        with meili_stand_in() as address:
            yield address


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path, meili_address: str) -> AsyncIterator[Engine]:
    made: Engine
    if request.param == "meili":
        made = MeiliEngine(meili_address, os.environ.get("MEILI_KEY", ""), index=f"test_{tmp_path.name}")
    else:
        made = EmbeddedEngine(tmp_path if request.param == "folder" else None)
    await made.ensure()
    yield made
    await made.close()
