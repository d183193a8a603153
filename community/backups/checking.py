"""Reading an archive that anybody may have made: all of it is checked before a byte of it is written anywhere."""

import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from community.backups.archive import FORMAT, LARGEST_MANIFEST, LEFT_OUT, MANIFEST, File, Manifest, Table
from community.storage import migrating
from community.storage.snapshots import BATCH, Value

PIECE = 1024 * 1024
LONGEST_LINE = 32 * 1024 * 1024
# Lines of a table shrink to a tenth or a twentieth; what shrinks to a two-hundredth was made to fill a disk.
MOST_EXPANDED, ALWAYS_FINE = 200, 64 * 1024 * 1024
# What reading a damaged zip raises; RuntimeError where it says that a part is locked.
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


class NotABackup(Exception):
    """The archive is not to be trusted, or not for this release. The text is a sentence for whoever runs the command."""


class Archive:
    """One that has passed every check."""

    def __init__(self, source: zipfile.ZipFile, manifest: Manifest) -> None:
        self._source, self.manifest = source, manifest

    @property
    def identity(self) -> str:
        """The same for the same content."""
        return hashlib.sha256(self.manifest.model_dump_json().encode()).hexdigest()

    async def rows(self, table: Table) -> AsyncIterator[list[Sequence[Value]]]:
        """The table's rows in batches."""
        batch: list[Sequence[Value]] = []
        with self._source.open(table.path) as lines:
            while line := lines.readline(LONGEST_LINE):
                batch.append(_row(line, table))
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def file(self, file: File) -> IO[bytes]:
        return self._source.open(file.path)


@contextmanager
def checked_archive(path: Path, room: int) -> Iterator[Archive]:
    """Open an archive that unpacks to at most `room` bytes. Raises NotABackup with what is wrong and what to do."""
    with ExitStack() as held:
        try:
            source = held.enter_context(zipfile.ZipFile(path))
            manifest = _checked(source, path, room)
        except FileNotFoundError:
            raise NotABackup(f"There is no file {path}.") from None
        except _BROKEN as error:
            raise NotABackup(f"{path} is not a whole backup ({type(error).__name__}). Take another copy of it.") from error
        yield Archive(source, manifest)  # what goes wrong from here on, such as a full disk, is no fault of the archive


def _checked(source: zipfile.ZipFile, path: Path, room: int) -> Manifest:
    manifest = _manifest(source)
    _ensure_ours(manifest)
    _ensure_no_more(source, manifest)
    _ensure_fits(path, manifest, room)
    for entry in manifest.entries:
        _ensure_whole(source, entry)
    return manifest


def _manifest(source: zipfile.ZipFile) -> Manifest:
    try:
        info = source.getinfo(MANIFEST)
    except KeyError:
        raise NotABackup("This archive has no manifest: `guildhall backup` did not make it.") from None
    if info.file_size > LARGEST_MANIFEST:
        raise NotABackup("The manifest of this archive is too large to be one.")
    with source.open(info) as read:
        content = read.read(LARGEST_MANIFEST + 1)
    try:
        version = json.loads(content).get("version")
        if version != FORMAT:
            raise NotABackup(
                f"This archive is of version {version!r}; this release reads version {FORMAT}. Restore it with its own."
            )
        return Manifest.model_validate_json(content)
    except (ValueError, AttributeError, RecursionError, ValidationError):
        raise NotABackup("The manifest of this archive says what no backup says. It was changed or damaged.") from None


def _ensure_ours(manifest: Manifest) -> None:
    known = set(migrating.known_migrations())
    if not manifest.migrations or not known.issuperset(manifest.migrations):
        newer = ", ".join(name for name in manifest.migrations if name not in known)[:200]
        raise NotABackup(f"This archive was made by another release ({newer}). Install that one or a later one, then restore.")
    if {table.name for table in manifest.tables} & LEFT_OUT.keys():
        raise NotABackup("This archive brings sessions along, which no backup does. It was changed.")


def _ensure_no_more(source: zipfile.ZipFile, manifest: Manifest) -> None:
    """The entries are those of the manifest, once each, ordinary files of the size it says."""
    expected = {entry.path: entry.size for entry in manifest.entries}
    found = [info for info in source.infolist() if info.filename != MANIFEST]
    if len(source.infolist()) != len(expected) + 1 or {info.filename: info.file_size for info in found} != expected:
        raise NotABackup("This archive holds other files than its manifest says. It was changed or damaged.")
    for info in source.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if (
            kind not in {0, stat.S_IFREG}
            or info.flag_bits & 0x1
            or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        ):
            raise NotABackup("This archive holds a link, or a file that is locked or packed in a way no backup uses.")


def _ensure_fits(path: Path, manifest: Manifest, room: int) -> None:
    if manifest.unpacked > max(ALWAYS_FINE, path.stat().st_size * MOST_EXPANDED):
        raise NotABackup("This archive unpacks to far more than a backup of its size. It was made to fill the disk.")
    if manifest.unpacked > room:
        raise NotABackup(f"This archive needs {manifest.unpacked // 2**20 + 1} MB of free space; there are {room // 2**20} MB.")


def _ensure_whole(source: zipfile.ZipFile, entry: Table | File) -> None:
    digest, size, lines = hashlib.sha256(), 0, 0
    with source.open(entry.path) as read:
        while piece := read.read(PIECE):
            digest.update(piece)
            size, lines = size + len(piece), lines + piece.count(b"\n")
    rows = entry.rows if isinstance(entry, Table) else lines
    if (digest.hexdigest(), size, lines) != (entry.sha256, entry.size, rows):
        raise NotABackup(f"{entry.path} is not what was backed up: its checksum differs. Take another copy of the archive.")


def _row(line: bytes, table: Table) -> list[Value]:
    row: Any = json.loads(line)
    if not isinstance(row, list) or len(row) != len(table.columns) or any(isinstance(value, list | dict) for value in row):
        raise NotABackup(f"A row of {table.name} has another shape than its table. The archive was changed.")
    return row
