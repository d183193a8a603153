"""The migrations make what the models say, on either database, and lose nothing."""

import asyncio
import importlib
import sys
from pathlib import Path

import pytest
from tortoise.exceptions import IntegrityError

from community.storage import (
    connecting,
    database_open,
    dialect,
    execute,
    make_migration,
    migrate,
    missing_migration,
    pending_migrations,
    rows,
    unit_of_work,
    value,
)
from community.storage.migrating import UP_TO_DATE, MigrationFailed
from community.storage.schema import schema
from tests.databases import create_tables

pytestmark = pytest.mark.anyio


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty package of migrations, instead of the house's own."""
    package = tmp_path / "trial_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(connecting, "MIGRATIONS", "trial_migrations")
    importlib.invalidate_caches()
    yield package
    for name in [name for name in sys.modules if name.startswith("trial_migrations")]:
        del sys.modules[name]


@pytest.fixture
async def shelves(folder, empty_databases, monkeypatch):
    """Two shelves with three books each, made by a first migration: the folder of the migrations."""
    monkeypatch.setattr(connecting, "model_modules", lambda: ["tests.storage.shelf"])
    async with empty_databases.fresh(tables=False) as url, database_open(url):
        await make_migration("initial")
        await migrate()
        async with unit_of_work():
            for shelf in (1, 2):
                await execute("INSERT INTO shelves (id, name) VALUES (:id, 'Fitting')", id=shelf)
                for number in (1, 2, 3):
                    await execute("INSERT INTO books (shelf_id, number) VALUES (:shelf, :number)", shelf=shelf, number=number)
        yield folder


async def test_a_first_migration_makes_what_the_models_say(folder, empty_databases, monkeypatch):
    monkeypatch.setattr(connecting, "model_modules", lambda: ["tests.storage.shelf", "community.storage.models"])
    async with empty_databases.fresh(tables=False) as url:
        await create_tables(url)
        async with database_open(url):
            modelled = await schema()
            path = await make_migration("initial")
            assert Path(path).name == "0001_initial.py"
    async with empty_databases.fresh(tables=False) as url, database_open(url):
        assert await pending_migrations() == ["0001_initial"]
        assert await migrate() == ["0001_initial"]
        migrated = await schema()
        assert await pending_migrations() == []
        assert await migrate() == []
        assert await missing_migration() == []
        assert await make_migration("again") == UP_TO_DATE
    assert migrated == modelled
    assert "books" in migrated


async def test_the_houses_own_migrations_make_what_the_models_say(empty_databases):
    async with empty_databases.fresh() as url, database_open(url):
        modelled = await schema()
    async with empty_databases.fresh(tables=False) as url, database_open(url):
        await migrate()
        migrated = await schema()
        assert await pending_migrations() == []
    assert migrated.keys() == modelled.keys()
    assert {name: table for name, table in migrated.items() if table != modelled[name]} == {}
    for name, table in migrated.items():
        if {"author_id", "client_id"} <= {column for column, *_ in table.columns}:
            assert ("author_id", "client_id") in table.unique, name


async def test_what_has_changed_in_the_models_and_nowhere_else_is_named(shelves, monkeypatch):
    monkeypatch.setattr(connecting, "model_modules", lambda: ["tests.storage.shelf", "community.storage.models"])
    (shelves / "0001_initial.py").write_text(
        (shelves / "0001_initial.py").read_text().replace("('number', fields.IntField()),", "").replace("'number'", "'id'")
    )
    for name in [name for name in sys.modules if name.startswith("trial_migrations")]:
        del sys.modules[name]
    assert any("number" in line for line in await missing_migration())


async def test_rebuilding_a_table_keeps_its_children_and_its_indexes(shelves):
    before = await schema()
    _write(shelves, "0002_longer", "ops.AlterField(model_name='Shelf', name='name', field=fields.CharField(max_length=80))")
    assert await pending_migrations() == ["0002_longer"]
    assert await migrate() == ["0002_longer"]
    assert await value("SELECT count(*) AS number FROM books") == 6
    assert (await schema())["books"] == before["books"]
    await _foreign_keys_hold()


async def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(shelves):
    before = await schema()
    _write(shelves, "0002_half", "ops.RunSQL('CREATE TABLE half (id INT)'), ops.RunSQL('INSERT INTO nowhere VALUES (1)')")
    with pytest.raises(Exception, match="nowhere"):
        await migrate()
    assert await schema() == before
    assert await pending_migrations() == ["0002_half"]
    await _foreign_keys_hold()


async def test_a_migration_that_would_lose_rows_is_undone_unless_it_says_so(shelves):
    _write(shelves, "0002_fewer", "ops.RunSQL('DELETE FROM books WHERE number = 3')")
    with pytest.raises(MigrationFailed, match="rows of books would be lost"):
        await migrate()
    assert await value("SELECT count(*) AS number FROM books") == 6
    _write(shelves, "0002_fewer", "ops.RunSQL('DELETE FROM books WHERE number = 3')", removes=("books",))
    assert await migrate() == ["0002_fewer"]
    assert await value("SELECT count(*) AS number FROM books") == 4


async def test_a_migration_that_leaves_a_row_pointing_to_nothing_is_undone(shelves):
    _write(shelves, "0002_orphans", "ops.RunSQL('DELETE FROM shelves WHERE id = 1')", removes=("shelves", "books"))
    if dialect() == "sqlite":
        with pytest.raises(MigrationFailed, match="rows of books would point to nothing"):
            await migrate()
        assert await value("SELECT count(*) AS number FROM shelves") == 2
    else:
        await migrate()
        assert await value("SELECT count(*) AS number FROM books") == 3, "PostgreSQL has kept the promise of the foreign key"


async def test_two_that_migrate_at_once_do_it_once(shelves):
    _write(shelves, "0002_more", "ops.RunSQL('CREATE TABLE more (id INT)')")
    outcomes = await asyncio.gather(migrate(), migrate())
    assert sorted(outcomes) == [[], ["0002_more"]]


def _write(folder: Path, name: str, operations: str, removes: tuple[str, ...] = ()) -> None:
    previous = max(path.stem for path in folder.glob("0*.py") if path.stem < name)
    (folder / f"{name}.py").write_text(
        "from tortoise import fields, migrations\nfrom tortoise.migrations import operations as ops\n\n\n"
        "class Migration(migrations.Migration):\n"
        f"    dependencies = [('community', '{previous}')]\n    removes = {removes!r}\n    operations = [{operations}]\n"
    )
    for module in [module for module in sys.modules if module.startswith("trial_migrations")]:
        del sys.modules[module]
    importlib.invalidate_caches()


async def _foreign_keys_hold() -> None:
    if dialect() == "sqlite":
        async with unit_of_work():
            assert await rows("PRAGMA foreign_keys") == [{"foreign_keys": 1}]
    with pytest.raises(IntegrityError):
        async with unit_of_work():
            await execute("INSERT INTO books (shelf_id, number) VALUES (99, 1)")


def test_a_column_that_is_added_has_a_default_in_the_database_too():
    """Else it cannot be added where there are rows, and the release before this one could write none."""
    bare = []
    for path in sorted((Path(connecting.__file__).parents[1] / "migrations").glob("0*.py")):
        module = importlib.import_module(f"{connecting.MIGRATIONS}.{path.stem}")
        bare += [
            f"{path.stem}: {operation.model_name}.{operation.name}"
            for operation in module.Migration.operations
            if type(operation).__name__ == "AddField" and not operation.field.null and not operation.field.has_db_default()
        ]
    assert bare == []
