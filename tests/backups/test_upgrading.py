"""The first release's network, with its data, comes up to date and can be used.

`first_release.zip` is what `guildhall backup` writes of the demonstration network that the tree of the first release has made.
"""

from uuid import uuid4

import pytest

from community.accounts.models import Member
from community.app import make_app
from community.backups.archive import Manifest
from community.backups.checking import checked_archive
from community.backups.place import Place
from community.backups.restoring import restore_archive
from community.discovery.engines import engine_in_use
from community.storage import database_open, drain, migrating, pending_migrations, rows
from community.storage.schema import schema
from search.embedded import EmbeddedEngine
from tests.backups.conftest import FIRST_RELEASE
from tests.conftest import SignIn, new_client

pytestmark = pytest.mark.anyio

PAGES = ("/", "/discussions", "/threads/1", "/practices", "/practices/1", "/exchange", "/people", "/institutions", "/rooms")
FOR_MEMBERS = ("/rooms/1", "/exchange", "/spaces")


async def test_the_first_releases_network_is_all_there_opens_and_goes_on(place, empty_databases, sign_in) -> None:
    manifest = await restore_archive(FIRST_RELEASE, place, lambda _: None)
    assert manifest.migrations == ("0001_initial",)
    async with database_open(place.url):
        with engine_in_use(EmbeddedEngine()):
            await _every_row_is_there(manifest)
            await _rooms_begin_anew(place)
            await _pages_open(sign_in)
            await _ids_go_on_where_they_were(manifest)
            await drain()
            grown = await schema()
    async with empty_databases.fresh() as url, database_open(url):
        modelled = await schema()
    assert {name: table for name, table in grown.items() if modelled.get(name) != table} == {}
    assert grown.keys() == modelled.keys(), "it has the shape that a new site has"


async def _every_row_is_there(manifest: Manifest) -> None:
    assert await pending_migrations() == []
    counts = await migrating.row_counts()
    assert {table.name: table.rows for table in manifest.tables if counts.get(table.name, 0) < table.rows} == {}
    assert (counts["members"], counts["replies"]) == (30, 171)


async def _rooms_begin_anew(place: Place) -> None:
    """Whoever has seen number 40 of a room must not take another message for it."""
    with checked_archive(FIRST_RELEASE, place.room()) as archive:
        table = next(table for table in archive.manifest.tables if table.name == "rooms")
        old = {row[table.columns.index("epoch")] async for batch in archive.rows(table) for row in batch}
    new = {row["epoch"] for row in await rows("SELECT epoch FROM rooms")}
    assert len(new) == len(old) == 3
    assert not new & old


async def _pages_open(sign_in: SignIn) -> None:
    async with new_client(make_app()) as browser:
        answers = {path: (await browser.get(path)).status_code for path in PAGES}
        assert {path: status for path, status in answers.items() if status != 200} == {}
        await sign_in(browser, await Member.get(email="member@demo.example"))
        answers = {path: (await browser.get(path)).status_code for path in (*PAGES, *FOR_MEMBERS)}
        assert {path: status for path, status in answers.items() if status != 200} == {}
        answer = await browser.post("/threads/2/replies", data={"client_id": str(uuid4()), "body": "After all."})
        assert answer.status_code == 303


async def _ids_go_on_where_they_were(manifest: Manifest) -> None:
    given = next(table.last_id for table in manifest.tables if table.name == "replies")
    newest = await rows("SELECT id, source FROM replies ORDER BY id DESC LIMIT 1")
    assert newest == [{"id": given + 1, "source": "After all."}]
