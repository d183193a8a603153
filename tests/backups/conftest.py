"""The first release's demonstration network, as an archive, and empty places to restore to.

Migrating takes a second of processor time; where it is not what is tested, tables are made from the models.
"""

from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from tortoise.connection import get_connections
from tortoise.utils import generate_schema_for_client

from community.backups.place import Place
from community.backups.writing import write_archive
from community.storage import connecting, database_open, execute, migrating
from community.storage.quick_migrations import QuickExecutor
from tests.factories import make_institution, make_member

FIRST_RELEASE = Path(__file__).parent / "first_release.zip"


def put_file(folder: Path, content: bytes) -> str:
    digest = sha256(content).hexdigest()
    (folder / digest[:2]).mkdir(parents=True, exist_ok=True)
    (folder / digest[:2] / digest).write_bytes(content)
    return digest


async def make_tables(*_: object, upto: Sequence[str] = ()) -> Sequence[str]:
    """What `migrate` does to an empty database, the quick way."""
    async with migrating.rebuilding():
        client = get_connections().get("default")
        if "grants" in await migrating.table_names():
            return []
        executor = QuickExecutor(client, connecting.apps_config())
        await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
        await generate_schema_for_client(client, safe=False)
        for name in migrating.known_migrations():
            await execute(
                "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('community', :name, CURRENT_TIMESTAMP)", name=name
            )
    return upto


@pytest.fixture
def quick_migrations(monkeypatch) -> None:
    monkeypatch.setattr(migrating, "migrate", make_tables)


@pytest.fixture
async def archive(quick_migrations, empty_databases, tmp_path) -> Path:
    """A small archive of this release: a member, an institution, a file."""
    async with empty_databases.fresh(tables=False) as url:
        async with database_open(url):
            await make_tables()
            await make_member("Amara Diallo é 漢", institution=await make_institution())
        put_file(tmp_path / "files", b"a picture")
        await write_archive(url, tmp_path / "files", tmp_path / "good.zip")
    return tmp_path / "good.zip"


@pytest.fixture
async def place(empty_databases, tmp_path) -> AsyncIterator[Place]:
    """An empty data folder and an empty database."""
    async with empty_databases.fresh(tables=False) as url:
        yield Place(tmp_path / "data", url)


@pytest.fixture
async def other_place(empty_databases, tmp_path) -> AsyncIterator[Place]:
    async with empty_databases.fresh(tables=False) as url:
        yield Place(tmp_path / "other", url)
