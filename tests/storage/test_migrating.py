"""The migrations make what the models say, on either database, and lose nothing."""

import importlib
import sys
from pathlib import Path

import pytest

from community.storage import database_open, migrating
from community.storage.schema import schema

pytestmark = pytest.mark.anyio


@pytest.fixture
async def folder(tmp_path, monkeypatch):
    """An empty package of migrations, instead of the house's own."""
    package = tmp_path / "trial_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(migrating, "MIGRATIONS", "trial_migrations")
    importlib.invalidate_caches()
    yield package
    for name in [name for name in sys.modules if name.startswith("trial_migrations")]:
        del sys.modules[name]


async def test_a_first_migration_makes_what_the_models_say(folder, empty_databases):
    async with empty_databases.fresh() as url, database_open(url):
        modelled = await schema()
        path = await migrating.make_migration("initial")
        assert Path(path).name == "0001_initial.py"
    async with empty_databases.fresh(tables=False) as url, database_open(url):
        assert await migrating.pending_migrations() == ["0001_initial"]
        assert await migrating.migrate() == ["0001_initial"]
        migrated = await schema()
        assert await migrating.pending_migrations() == []
        assert await migrating.migrate() == []
        assert await migrating.missing_migration() == []
    assert migrated == modelled
