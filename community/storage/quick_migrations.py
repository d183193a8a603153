# ruff: noqa: SLF001 - a model's table and columns have no public names
"""Tortoise's migration runner without what it does in vain: a new database takes 1 s of CPU instead of 20.

For each operation it copies the state of all models and makes all models and their queries anew. Only an operation that looks at
the state before it needs the copy, only Python code in a migration needs the queries, and few models are of any concern to another.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile
from typing import Any

from tortoise.connection import ConnectionHandler
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import DIRECT_RELATION_FIELDS, RunPython
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, BaseSchemaEditor, SqliteSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model


class QuickExecutor(MigrationExecutor):
    """Falls back to Tortoise's own way when any migration runs Python."""

    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:
        editor = _FillingSqlite if self.connection.capabilities.dialect == "sqlite" else _FillingPostgres
        return editor(self.connection, atomic=atomic, collect_sql=collect_sql)

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        if any(isinstance(operation, RunPython) for one in self.loader.disk_migrations.values() for operation in one.operations):
            return await super()._project_state(applied, upto=upto)
        return await _state_after(
            self.loader, [key for key in takewhile(lambda one: one != upto, self._full_plan()) if key in applied]
        )


class QuickDetector(MigrationAutodetector):
    """Finds what the models say and no migration makes."""

    async def _project_state(self) -> State:
        return await _state_after(self.loader, self._full_plan())


async def _state_after(loader: MigrationLoader, keys: Iterable[MigrationKey]) -> State:
    labels = {label: config.get("default_connection", "default") for label, config in loader.apps_config.items()}
    # Without a configured connection, the models of a state get no queries.
    state: State = QuickState(models={}, apps=StateApps(default_connections=labels, connections=ConnectionHandler()))
    for key in keys:
        migration = loader.graph.nodes[key]
        assert isinstance(migration, Migration)
        await migration.apply(state, dry_run=True, schema_editor=None)
    return state


class _Filling:
    """A column that may not be null, added to a table with rows: these get the model's own default.

    Tortoise leaves it out, and then SQLite and PostgreSQL refuse, though only where there are rows.
    """

    async def add_field(self, model: type[Model], field_name: str) -> None:
        field = model._meta.fields_map[field_name]
        given = field.db_default
        if not field.null and not field.has_db_default() and field.default is not None and not callable(field.default):
            field.db_default = field.default
        try:
            await super().add_field(model, field_name)  # type: ignore[misc]
        finally:
            field.db_default = given


class _FillingSqlite(_Filling, SqliteSchemaEditor):
    """The default stays in the table's declaration: to take it out, SQLite would have to build the table anew."""


class _FillingPostgres(_Filling, AsyncpgSchemaEditor):
    async def add_field(self, model: type[Model], field_name: str) -> None:
        await super().add_field(model, field_name)
        field = model._meta.fields_map[field_name]
        if not field.null and not field.has_db_default() and field.has_db_field:
            column = model._meta.fields_db_projection[field_name]
            await self._run_sql(f'ALTER TABLE "{model._meta.db_table}" ALTER COLUMN "{column}" DROP DEFAULT')


class QuickState(State):
    """A state whose copies make their models when somebody asks for them, and which makes few models anew for one that changes."""

    def clone(self) -> State:
        copied = object.__new__(QuickState)
        copied.models = {key: replace(one, options=dict(one.options), fields=dict(one.fields)) for key, one in self.models.items()}
        copied._origin = self.apps
        return copied

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: the models of a copy."""
        if name != "apps":
            raise AttributeError(name)
        self.apps = self._origin.clone(model_states={key: one.clone() for key, one in self.models.items()})
        return self.apps

    def _find_related_models(self, app_label: str, model_name: str) -> set[tuple[str, str]]:
        """The model and those it points to, and they to. Tortoise adds those that point to any of them, in the end all;
        yet what points to a table is not changed by that table's other columns.
        """
        found: set[tuple[str, str]] = set()
        left = [(app_label, model_name)]
        while left:
            key = left.pop()
            if key not in found and key in self.models:
                found.add(key)
                left += [
                    self.apps.split_reference(field.model_name) for field in self.models[key].fields.values()
                    if isinstance(field, DIRECT_RELATION_FIELDS)
                ]  # fmt: skip
        return found

    _origin: StateApps
