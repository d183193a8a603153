"""Every engine, empty."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from search.embedded import EmbeddedEngine
from search.engine import Engine

ENGINES = ("memory", "folder", "meili")


@pytest.fixture(params=ENGINES)
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    made = _made(request.param, tmp_path)
    await made.ensure()
    yield made
    await made.close()


def _made(name: str, folder: Path) -> Engine:
    if name == "meili":
        url = os.environ.get("MEILI_URL")
        if not url:
            pytest.skip("no MEILI_URL")
        from search.meili import MeiliEngine

        return MeiliEngine(url, os.environ.get("MEILI_KEY", ""), index=f"test_{folder.name}")
    return EmbeddedEngine(folder if name == "folder" else None)
