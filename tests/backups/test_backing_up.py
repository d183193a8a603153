"""A backup while the site is written to: what was acknowledged before it began is inside, and a restored place is the same."""

import asyncio
import os
import stat
import sys
import zipfile
from asyncio.subprocess import PIPE
from hashlib import sha256
from pathlib import Path

import pytest

from community.accounts import departing
from community.accounts.departing import Farewell, Proof
from community.accounts.sessions import open_session
from community.audience import grant
from community.backups.archive import LEFT_OUT, Manifest
from community.backups.checking import checked_archive
from community.backups.restoring import restore_archive
from community.backups.writing import write_archive
from community.storage import database_open, execute, rows, unit_of_work
from tests.backups.conftest import make_tables, put_file
from tests.factories import make_institution, make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
NEW_EPOCHS = {"rooms"}


def silent(_: str) -> None:
    pass


def sums(manifest: Manifest) -> dict[str, tuple[int, str]]:
    return {table.name: (table.last_id, table.sha256) for table in manifest.tables if table.name not in NEW_EPOCHS}


async def test_a_restored_place_is_the_same_and_holds_nobodys_session(quick_migrations, place, other_place, tmp_path) -> None:
    async with database_open(place.url):
        await make_tables()
        member = await make_member("Amara Diallo é 漢 \u202e", institution=await make_institution())
        async with unit_of_work():
            token = (await open_session(member.id, "tests", keep=True)).token
            await execute("DELETE FROM affiliations")  # an id that was given and is no more
    digests = [put_file(place.files, content) for content in (b"a picture", b"", os.urandom(3 * 1024 * 1024))]
    (place.data / "secret").write_text("do-not-copy-me")

    manifest, damaged = await write_archive(place.url, place.files, tmp_path / "one.zip")
    await restore_archive(tmp_path / "one.zip", other_place, silent)
    again, _ = await write_archive(other_place.url, other_place.files, tmp_path / "two.zip")

    assert damaged == []
    assert sums(again) == sums(manifest)
    assert {file.sha256 for file in again.files} == {file.sha256 for file in manifest.files} == set(digests)
    assert not {table.name for table in manifest.tables} & LEFT_OUT.keys()
    content = b"".join(zipped.read(name) for zipped in [zipfile.ZipFile(tmp_path / "one.zip")] for name in zipped.namelist())
    assert b"Amara Diallo" in content
    assert b"do-not-copy-me" not in content
    assert sha256(token.encode()).hexdigest().encode() not in content
    assert token.encode() not in content
    assert stat.S_IMODE((tmp_path / "one.zip").stat().st_mode) == 0o600


async def test_what_was_acknowledged_before_a_backup_under_load_is_in_it(quick_migrations, place, other_place, tmp_path) -> None:
    """100 writes a second while `guildhall backup` runs in a process of its own."""
    acknowledged: list[int] = []
    stop = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            number = len(acknowledged)
            async with unit_of_work():
                await grant(f"space:{number}", "member:1")
                await grant(f"space:{number}", "member:2")
            acknowledged.append(number)
            await asyncio.sleep(0.01)

    async with database_open(place.url):
        await make_tables()
        writing = asyncio.create_task(write())
        await asyncio.sleep(0.5)
        before = len(acknowledged)
        environment = os.environ | {"GUILDHALL_DATA": str(place.data), "GUILDHALL_DATABASE": place.url}
        command = (sys.executable, "-m", "community", "backup", str(tmp_path / "loaded.zip"))
        process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=ROOT, stdout=PIPE, stderr=PIPE)
        out, errors = await process.communicate()
        stop.set()
        await writing
    assert (process.returncode, errors) == (0, b"")
    assert b"Written" in out
    manifest = await restore_archive(tmp_path / "loaded.zip", other_place, silent)
    async with database_open(other_place.url):
        found = await rows("SELECT audience, count(*) AS number FROM grants GROUP BY audience")
    kept = {row["audience"]: row["number"] for row in found}
    assert {f"space:{number}" for number in range(before)} <= set(kept)
    assert set(kept.values()) == {2}, "no transaction is there by half"
    assert set(kept) == {f"space:{number}" for number in range(len(kept))}
    assert before > 10
    assert len(acknowledged) > before, "writing went on"
    assert next(table.rows for table in manifest.tables if table.name == "grants") == len(kept) * 2


async def test_a_file_that_has_changed_on_the_disk_is_left_out_and_named(place, tmp_path) -> None:
    async with database_open(place.url):
        await make_tables()
    fine, rotten = put_file(place.files, b"fine"), put_file(place.files, b"rotten")
    (place.files / rotten[:2] / rotten).write_bytes(b"rotted")
    (place.files / "aa").mkdir(exist_ok=True)
    (place.files / "aa" / ".part-x").write_bytes(b"half")
    (place.files / "aa" / ("b" * 64)).symlink_to("/etc/passwd")
    manifest, damaged = await write_archive(place.url, place.files, tmp_path / "one.zip")
    assert [file.sha256 for file in manifest.files] == [fine]
    assert damaged == [rotten]
    with pytest.raises(FileExistsError):
        await write_archive(place.url, place.files, tmp_path / "one.zip")
    assert [path.name for path in tmp_path.iterdir() if ".zip" in path.name] == ["one.zip"]
    with checked_archive(tmp_path / "one.zip", place.room()) as archive:
        assert archive.manifest == manifest


async def test_whoever_leaves_while_a_backup_runs_is_in_it_whole_or_not_at_all(
    place, other_place, quick_migrations, tmp_path
) -> None:
    async with database_open(place.url):
        await make_tables()
        members = [await make_member(f"Leaving {number}") for number in range(12)]
        viewers = [await viewer_of(member) for member in members]

        async def leave_all() -> None:
            for viewer in viewers:
                await departing.leave(viewer, Proof(), Farewell())

        await asyncio.gather(leave_all(), write_archive(place.url, place.files, tmp_path / "one.zip"))
        assert not await rows("SELECT id FROM members WHERE left_at IS NULL")
    await restore_archive(tmp_path / "one.zip", other_place, silent)
    async with database_open(other_place.url):
        found = await rows(
            "SELECT m.name, m.left_at, d.id AS departure FROM members AS m LEFT JOIN departures AS d ON d.member_id = m.id"
        )
    assert len(found) == len(members)
    for one in found:
        assert (one["name"] == "", one["left_at"] is not None) == (one["departure"] is not None,) * 2
