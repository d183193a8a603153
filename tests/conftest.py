"""What every test can ask for: a fresh database, the application, a browser's client, and somebody signed in."""

import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx2
import hypothesis
import pytest

from community.discovery.engines import engine_in_use
from community.settings import settings
from community.storage import close_database
from community.text.gettext import set_language
from community.web.limits import forget_throttles
from search.embedded import EmbeddedEngine
from tests.databases import WANTED, PostgresCopies, SqliteCopies, build_querysets_once, databases
from tests.servers import Valkey, valkey_program

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from community.accounts.models import Member

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
hypothesis.settings.load_profile("house")
build_querysets_once()

SignIn = Callable[[httpx2.AsyncClient, "Member"], Awaitable[None]]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests wait for no beat but where they measure it."""
    from community.accounts import pacing

    monkeypatch.setattr(pacing, "SECONDS", 0.0)


@pytest.fixture(autouse=True)
def _asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the network for what stands behind a link."""
    from community.previews import jobs
    from community.previews.fetching import Fetcher

    async def resolve(_host: str, _port: int) -> list[str]:
        return []

    monkeypatch.setattr(jobs, "fetcher", lambda: Fetcher(agent="tests", resolve=resolve))
    monkeypatch.setattr(jobs._State, "asked", jobs._State.asked.__class__(jobs._State.asked.default_factory))


@pytest.fixture(scope="session")
async def empty_databases(anyio_backend: str) -> AsyncIterator[SqliteCopies | PostgresCopies]:
    """Being of the session, it keeps all tests in one event loop, so that connections may outlive a test."""
    assert anyio_backend
    with databases() as made:
        yield made
        await close_database()


def pytest_collection_finish() -> None:
    """Seven thousand tests are not looked through again at each collection of rubbish: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second time, on PostgreSQL, only what opens a database."""
    if os.environ.get(WANTED):
        opening = [item for item in items if "empty_databases" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=list(set(items) - set(opening)))
        items[:] = opening


@pytest.fixture
async def database(empty_databases: SqliteCopies | PostgresCopies) -> AsyncIterator[str]:
    """A fresh database with all tables, open in this process, and an empty index in memory: its address."""
    forget_throttles()
    set_language("en")  # requests of an earlier test may have left theirs: all run in one task
    async with empty_databases.opened() as url:
        with engine_in_use(EmbeddedEngine()):
            yield url


@pytest.fixture
async def app(database: str) -> Any:
    """The web application over the fresh database. Nothing runs beside it: `await drain()` does what the worker would."""
    assert database
    made = _app()
    vars(made.state).pop("guest_pages", None)  # they are of another database
    return made


@cache
def _app() -> Any:
    """One for all tests: two hundred routes are a third of a small test's time."""
    from community.app import make_app

    return make_app()


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that has just opened one of our pages: a guest."""
    async with new_client(app) as made:
        yield made


def new_client(app: Any) -> httpx2.AsyncClient:
    """Another browser, with cookies of its own."""
    transport = httpx2.ASGITransport(app=app)
    headers = {"Sec-Fetch-Site": "same-origin"}
    return httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)


@pytest.fixture(scope="session")
async def browser(anyio_backend: str) -> AsyncIterator["Browser"]:
    """One Chromium for all tests that drive it inside their own loop, each with contexts of its own."""
    from playwright.async_api import async_playwright, expect

    from tests.browsers import FLAGS, browser_program

    assert anyio_backend
    expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=browser_program(), args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
def sign_in() -> SignIn:
    """`await sign_in(client, member)`: the member's browser from then on."""
    return _sign_in


async def _sign_in(client: httpx2.AsyncClient, member: "Member") -> None:
    from community.accounts.identity import cookie_name
    from community.accounts.sessions import open_session
    from community.storage import unit_of_work

    async with unit_of_work():
        session = await open_session(member.id, "tests", keep=True)
    client.cookies.set(cookie_name(), session.token)


@pytest.fixture
def valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """A Valkey of the test's own, which the house shares as its bus."""
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
