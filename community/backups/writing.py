"""Writing an archive while the site runs."""

import os
import re
import shutil
import tempfile
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from community.backups.archive import FORMAT, LEFT_OUT, MANIFEST, File, Manifest, Table, Tally
from community.storage.snapshots import Shape, Snapshot, snapshot

PIECE = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


async def write_archive(url: str, files: Path, target: Path) -> tuple[Manifest, list[str]]:
    """Everything committed before this was called, and the files: the manifest, and which files are not what was stored.

    The database is read first, so every file it names was there; one that is removed meanwhile is named by nothing that stays.
    Until the archive is whole it has another name beside the target. Readable by its owner only. Raises FileExistsError.
    """
    descriptor, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                manifest, damaged = await _written(archive, url, files)
            out.flush()
            os.fsync(out.fileno())
        os.link(part, target)  # unlike a rename it replaces nothing
    finally:
        os.unlink(part)  # noqa: PTH108 - a command of its own: nobody waits for its loop
    return manifest, damaged


async def _written(archive: zipfile.ZipFile, url: str, files: Path) -> tuple[Manifest, list[str]]:
    async with snapshot(url) as state:
        moment = datetime.now(UTC).isoformat(" ", "seconds")
        migrations = tuple(await state.migrations())
        tables = [await _table(archive, state, shape) for shape in await state.shapes() if shape.name not in LEFT_OUT]
    kept, damaged = _files(archive, files)
    manifest = Manifest(version=FORMAT, moment=moment, migrations=migrations, tables=tuple(tables), files=tuple(kept))
    archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest, damaged


async def _table(archive: zipfile.ZipFile, state: Snapshot, shape: Shape) -> Table:
    tally = Tally()
    with archive.open(f"tables/{shape.name}.jsonl", "w", force_zip64=True) as out:
        async for batch in state.rows(shape):
            out.write(tally.lines(batch))
    return tally.as_table(shape)


def _files(archive: zipfile.ZipFile, folder: Path) -> tuple[list[File], list[str]]:
    """Copy each file whose content is what its name says; the names of the others."""
    kept: list[File] = []
    damaged: list[str] = []
    for path in sorted(folder.glob("??/*")):
        if not _DIGEST.fullmatch(path.name) or path.is_symlink():
            continue
        with suppress(FileNotFoundError), path.open("rb") as source:
            tally = Tally()
            while piece := source.read(PIECE):
                tally.counted(piece)
            if tally.sha256 != path.name:
                damaged.append(path.name)
                continue
            file = File(sha256=path.name, size=tally.size)
            source.seek(0)
            with archive.open(zipfile.ZipInfo(file.path), "w", force_zip64=True) as out:  # pictures are compressed already
                shutil.copyfileobj(source, out, PIECE)
            kept.append(file)
    return kept, damaged
