"""Where a backup is restored to: empty before, and while it is not finished it says so."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]

from community.storage.connecting import connection_arguments, is_postgres, sqlite_path

MARK = "restoring.json"
SPARE = 256 * 1024 * 1024


class NotEmpty(Exception):
    """Something is there that a restoration would overwrite. The text says what."""


@dataclass(frozen=True)
class Place:
    """A data folder and the address of a database."""

    data: Path
    url: str

    @property
    def mark(self) -> Path:
        return self.data / MARK

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def building_url(self) -> str:
        """Where the database is built: on SQLite aside, to be moved when it is whole; a server's own transaction does that."""
        return self.url if is_postgres(self.url) else f"sqlite://{_aside(sqlite_path(self.url))}"

    def room(self) -> int:
        """Free bytes, less some to go on living."""
        folder = next(folder for folder in (self.data, *self.data.absolute().parents) if folder.exists())
        return max(0, shutil.disk_usage(folder).free - SPARE)

    def begun(self) -> str:
        """The identity of the archive whose restoration was begun here and not finished, or ""."""
        return str(json.loads(self.mark.read_text())["archive"]) if self.mark.exists() else ""

    async def claim(self, archive: str) -> None:
        """Mark the place as being restored to from this archive. Raises NotEmpty."""
        begun = self.begun()
        if begun and begun != archive:
            raise NotEmpty(f"{self.data} holds the unfinished restoration of another archive. Empty it, or use that archive.")
        if not begun:
            await self._ensure_empty()
            self.data.mkdir(parents=True, exist_ok=True)
            part = self.mark.with_suffix(".part")
            part.write_text(json.dumps({"archive": archive}))
            part.replace(self.mark)

    async def _ensure_empty(self) -> None:
        """Of what we keep nothing is there; the secret may be, put there beforehand."""
        for name in ("files", "index"):
            if (self.data / name).exists():
                raise NotEmpty(f"{self.data / name} exists. Restore into an empty GUILDHALL_DATA.")
        if await self.has_database():
            raise NotEmpty("The database is not empty. Restore into an empty one: another GUILDHALL_DATA or GUILDHALL_DATABASE.")

    async def has_database(self) -> bool:
        """Whether there is a file, or a server's database has a table."""
        if not is_postgres(self.url):
            return sqlite_path(self.url).exists()
        connection = await asyncpg.connect(**connection_arguments(self.url))
        try:
            return bool(await connection.fetchval("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1"))
        finally:
            await connection.close()

    def forget_attempt(self) -> None:
        """What a killed attempt has built of a SQLite database."""
        if not is_postgres(self.url):
            _forget(_aside(sqlite_path(self.url)))

    def put_database(self) -> None:
        if not is_postgres(self.url):
            target = sqlite_path(self.url)
            _aside(target).replace(target)
            _forget(_aside(target))

    def clear(self) -> None:
        """Take away what a refused archive has brought: the place was empty."""
        self.forget_attempt()
        shutil.rmtree(self.files, ignore_errors=True)
        self.release()

    def release(self) -> None:
        self.mark.unlink()


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.restoring")


def _forget(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
