"""The engine that this process asks, as GUILDHALL_SEARCH says."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

from community.settings import settings
from search.embedded import EmbeddedEngine
from search.engine import Engine, EngineDown

_engine: Engine | None = None


def engine() -> Engine:
    global _engine  # noqa: PLW0603 - one per process, since its writer locks the index
    if _engine is None:
        _engine = _made()
    return _engine


@contextmanager
def engine_in_use(other: Engine) -> Iterator[Engine]:
    """Another engine for a while: an empty one in memory for each test."""
    global _engine  # noqa: PLW0603
    before, _engine = _engine, other
    try:
        yield other
    finally:
        _engine = before


@asynccontextmanager
async def engine_open() -> AsyncIterator[None]:
    """The engine for as long as the process serves. One that does not answer opens later: the site goes on without it."""
    from community.discovery.indexing import heal

    with suppress(EngineDown):
        await engine().ensure()
        await heal()
    try:
        yield
    finally:
        await close_engine()


async def close_engine() -> None:
    """Lets go of the index's folder, so that another process may write to it."""
    global _engine
    if _engine is not None:
        before, _engine = _engine, None
        await before.close()


def _made() -> Engine:
    address = settings().search
    if address == "embedded":
        return EmbeddedEngine(settings().data / "index")
    from search.meili import MeiliEngine

    parts = urlsplit(address)
    host = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    return MeiliEngine(urlunsplit((parts.scheme, host, parts.path, "", "")), parts.password or "")
