"""A backup during a hundred writes a second, restored: what was acknowledged before it began, all checksums, and the minutes."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.restarts import load_demo
from community.audience import grant
from community.backups.archive import Manifest
from community.backups.writing import write_archive
from community.storage import database_open, rows, unit_of_work

MEMBERS_POSTS, A_SECOND, BEFORE_S, FILES, FILE_BYTES = 50_000, 100, 5.0, 200, 250_000
NEW_EPOCHS = {"rooms"}
SPACES = 2_000_000  # their numbers, far from those of the demonstration


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="guildhall-bench-") as name:
        folder = Path(name)
        await asyncio.to_thread(load_demo, str(folder / "data"))
        put_files(folder / "data" / "files")
        url = f"sqlite://{folder / 'data' / 'guildhall.sqlite3'}"
        before, after, took = await backed_up_under_load(url, folder)
        began = time.monotonic()
        await guildhall(folder / "restored", "restore", str(folder / "backup.zip"))
        restored = time.monotonic() - began
        size = (folder / "backup.zip").stat().st_size / 2**20
        there = await stored(f"sqlite://{folder / 'restored' / 'guildhall.sqlite3'}")
        kept = sum(f"space:{SPACES + number}" in there for number in range(before))
        print(f"acknowledged before it began: {before}, of these restored: {kept}")
        print(
            f"written meanwhile: {after - before} in {took:.1f} s; written by half: {sum(times != 2 for times in there.values())}"
        )
        print(f"{size:.0f} MB; backup {took / 60:.2f} min, restoration with every checksum and the index {restored / 60:.2f} min")
        print(f"tables and files that differ in a backup of the restored place: {await differing(folder)}")


def put_files(folder: Path) -> None:
    from hashlib import sha256

    for _ in range(FILES):
        content = os.urandom(FILE_BYTES)
        digest = sha256(content).hexdigest()
        (folder / digest[:2]).mkdir(parents=True, exist_ok=True)
        (folder / digest[:2] / digest).write_bytes(content)


async def backed_up_under_load(url: str, folder: Path) -> tuple[int, int, float]:
    """(acknowledged before the backup was begun, until it ended, its seconds)."""
    async with database_open(url):
        async with unit_of_work():
            for number in range(MEMBERS_POSTS):
                await grant(f"space:{10**6 + number}", "member:1")
                await grant(f"space:{10**6 + number}", "member:2")
        acknowledged: list[int] = []
        writing = asyncio.create_task(_write(acknowledged))
        await asyncio.sleep(BEFORE_S)
        before, began = len(acknowledged), time.monotonic()
        await guildhall(folder / "data", "backup", str(folder / "backup.zip"))
        took = time.monotonic() - began
        writing.cancel()
    return before, len(acknowledged), took


async def _write(acknowledged: list[int]) -> None:
    began = time.monotonic()
    while True:
        number = len(acknowledged)
        async with unit_of_work():
            await grant(f"space:{SPACES + number}", "member:1")
            await grant(f"space:{SPACES + number}", "member:2")
        acknowledged.append(number)
        await asyncio.sleep(max(0, began + len(acknowledged) / A_SECOND - time.monotonic()))


async def guildhall(data: Path, *words: str) -> None:
    command = [sys.executable, "-m", "community", *words]
    await asyncio.to_thread(
        subprocess.run, command, env=os.environ | {"GUILDHALL_DATA": str(data)}, check=True, stdout=subprocess.DEVNULL
    )


async def stored(url: str) -> dict[str, int]:
    async with database_open(url):
        found = await rows("SELECT audience, count(*) AS number FROM grants WHERE audience LIKE 'space:2______' GROUP BY audience")
    return {row["audience"]: row["number"] for row in found}


async def differing(folder: Path) -> int:
    """Restored tables that read otherwise than in the archive, but for what a restoration and the indexing after it change."""
    from community.backups.checking import checked_archive

    again, _ = await write_archive(
        f"sqlite://{folder / 'restored' / 'guildhall.sqlite3'}", folder / "restored" / "files", folder / "again.zip"
    )
    with checked_archive(folder / "backup.zip", 2**40) as archive:
        first = archive.manifest
    sums = [_sums(manifest) for manifest in (first, again)]
    return len(sums[0].items() ^ sums[1].items())


def _sums(manifest: Manifest) -> dict[str, str]:
    tables = {table.name: table.sha256 for table in manifest.tables if table.name not in NEW_EPOCHS | {"jobs"}}
    return tables | {file.sha256: str(file.size) for file in manifest.files}


if __name__ == "__main__":
    asyncio.run(main())
