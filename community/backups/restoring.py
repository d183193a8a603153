"""Restoring an archive into an empty place: verified first, whole or not at all, and begun again where it was interrupted."""

import os
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from tortoise.connection import get_connections
from tortoise.exceptions import BaseORMException

from community.backups.archive import LEFT_OUT, Manifest, Tally
from community.backups.checking import PIECE, Archive, NotABackup, checked_archive
from community.backups.place import Place
from community.chat.restoring import begin_new_epochs
from community.storage import database_open, dialect, migrating, unit_of_work
from community.storage.filling import DoesNotFit, fill, filling
from community.storage.schema import table_names
from community.storage.snapshots import PostgresSnapshot, Snapshot, snapshot

Show = Callable[[str], None]


async def restore_archive(path: Path, place: Place, show: Show) -> Manifest:
    """Everything but the index. Raises NotABackup or NotEmpty, and then nothing was written.

    A kill half-way leaves the mark: no process starts there, and the same command with the same archive begins again.
    """
    with checked_archive(path, place.room()) as archive:
        show(f"The archive is whole: {len(archive.manifest.tables)} tables, {len(archive.manifest.files)} files.")
        await place.claim(archive.identity)
        try:
            await _put(archive, place, show)
        except NotABackup:
            place.clear()
            raise
        return archive.manifest


async def _put(archive: Archive, place: Place, show: Show) -> None:
    _put_files(archive, place)
    show(f"{len(archive.manifest.files)} files are in place.")
    if await place.has_database():
        show("The database was complete already.")
        return
    await _build_database(archive, place)
    show(f"{sum(table.rows for table in archive.manifest.tables)} rows are in place, every checksum equal.")


def _put_files(archive: Archive, place: Place) -> None:
    place.files.mkdir(exist_ok=True)
    for file in archive.manifest.files:
        target = place.files / file.sha256[:2] / file.sha256
        target.parent.mkdir(exist_ok=True)
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        tally = Tally()
        with archive.file(file) as source, os.fdopen(handle, "wb") as out:
            while piece := source.read(PIECE):
                out.write(tally.counted(piece))
            out.flush()
            os.fsync(out.fileno())
        if tally.sha256 != file.sha256:
            raise NotABackup("The archive changed while it was read.")
        Path(part).replace(target)


async def _build_database(archive: Archive, place: Place) -> None:
    place.forget_attempt()
    async with database_open(place.building_url):
        async with AsyncExitStack() as all_or_nothing:
            if dialect() == "postgres":
                await all_or_nothing.enter_async_context(migrating.rebuilding())
            if set(await migrating.migrate(upto=archive.manifest.migrations)) != set(archive.manifest.migrations):
                raise NotABackup("This archive says that it was made by half a release. It was changed.")
            await _fill(archive)
            await _compare(archive.manifest, place.building_url)
            await migrating.migrate()
            async with unit_of_work():
                await begin_new_epochs()
        if dialect() == "sqlite":
            await _settle()
    place.put_database()


async def _fill(archive: Archive) -> None:
    if {table.name for table in archive.manifest.tables} != set(await table_names()) - LEFT_OUT.keys():
        raise NotABackup("This archive holds other tables than its release had. It was changed.")
    try:
        async with filling():
            for table in archive.manifest.tables:
                await fill(table.shape, archive.rows(table))
    except (DoesNotFit, migrating.MigrationFailed, BaseORMException, ValueError, TypeError) as error:
        raise NotABackup(f"The rows of this archive do not fit their tables ({type(error).__name__}). It was changed.") from error


async def _compare(manifest: Manifest, url: str) -> None:
    """What was stored is what was backed up, table by table: read again, as a backup reads."""
    if dialect() == "postgres":  # inside the transaction, which nobody else sees yet
        await _compare_with(manifest, PostgresSnapshot(get_connections().get("default")._connection))  # noqa: SLF001
        return
    async with snapshot(url) as state:
        await _compare_with(manifest, state)


async def _compare_with(manifest: Manifest, state: Snapshot) -> None:
    shapes = {shape.name: shape for shape in await state.shapes()}
    for table in manifest.tables:
        tally = Tally()
        async for batch in state.rows(shapes[table.name]):
            tally.lines(batch)
        if tally.sha256 != table.sha256:
            raise NotABackup(f"{table.name} does not read as it was backed up. Nothing was kept; please report this.")


async def _settle() -> None:
    """Into the one file that is moved, and onto the disk."""
    from community.storage.connecting import writer

    [done] = await writer().execute_query_dict("PRAGMA wal_checkpoint(TRUNCATE)")
    if done["busy"]:
        raise NotABackup("Another process reads what is being restored. Nothing was kept; try again.")
