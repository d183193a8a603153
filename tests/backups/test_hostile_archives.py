"""Class 42: an archive that anybody may have made. It is refused with a sentence, and nothing of it is written anywhere."""

import hashlib
import json
import shutil
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from community.backups.checking import NotABackup, checked_archive
from community.backups.place import NotEmpty
from community.backups.restoring import restore_archive
from tests.backups.conftest import FIRST_RELEASE

pytestmark = pytest.mark.anyio

ROOM = 10**9
Entries = dict[str, bytes]
Change = Callable[[Entries, dict], None]


def changed(
    tmp_path: Path, change: Change, extra: Callable[[zipfile.ZipFile], None] = lambda _: None, of: Path = FIRST_RELEASE
) -> Path:
    """A copy of a good archive with its entries and its manifest changed."""
    with zipfile.ZipFile(of) as good:
        entries = {name: good.read(name) for name in good.namelist()}
    manifest = json.loads(entries.pop("manifest.json"))
    change(entries, manifest)
    target = tmp_path / "changed.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bad:
        warnings.simplefilter("ignore", UserWarning)  # a name twice
        for name, content in entries.items():
            bad.writestr(name, content)
        bad.writestr("manifest.json", json.dumps(manifest))
        extra(bad)
    return target


def nothing(entries: Entries, manifest: dict) -> None:
    pass


def table(manifest: dict, name: str) -> dict:
    return next(one for one in manifest["tables"] if one["name"] == name)


def rewritten(entries: Entries, manifest: dict, name: str, lines: bytes) -> None:
    """Other rows, with a manifest that fits them."""
    entries[f"tables/{name}.jsonl"] = lines
    table(manifest, name).update(rows=lines.count(b"\n"), size=len(lines), sha256=hashlib.sha256(lines).hexdigest())


def a_byte(entries: Entries, manifest: dict) -> None:
    entries["tables/members.jsonl"] = entries["tables/members.jsonl"].replace(b"demo.example", b"evil.example", 1)


def a_missing_table(entries: Entries, manifest: dict) -> None:
    del entries["tables/members.jsonl"]


def a_later_version(entries: Entries, manifest: dict) -> None:
    manifest["version"] = 2


def a_later_release(entries: Entries, manifest: dict) -> None:
    manifest["migrations"].append("9999_of_the_future")


def sessions(entries: Entries, manifest: dict) -> None:
    manifest["tables"].append(
        table(manifest, "members") | {"name": "sessions", "rows": 0, "size": 0, "sha256": hashlib.sha256().hexdigest()}
    )
    entries["tables/sessions.jsonl"] = b""


def a_path_as_a_name(entries: Entries, manifest: dict) -> None:
    manifest["files"].append({"sha256": "../../../../etc/cron.d/evil", "size": 0})
    entries["files/../../../../etc/cron.d/evil"] = b""


def sql_as_a_column(entries: Entries, manifest: dict) -> None:
    table(manifest, "members")["columns"][1] = 'name") VALUES (1); DROP TABLE members; --'


def a_bomb(entries: Entries, manifest: dict) -> None:
    content = bytes(70 * 1024 * 1024)
    digest = hashlib.sha256(content).hexdigest()
    manifest["files"].append({"sha256": digest, "size": len(content)})
    entries[f"files/{digest}"] = content


def unknown_words(entries: Entries, manifest: dict) -> None:
    manifest["run"] = "rm -rf /"


CHANGES = {
    "is not what was backed up": [a_byte],
    "other files than its manifest says": [a_missing_table],
    "version 2": [a_later_version],
    "9999_of_the_future": [a_later_release],
    "sessions": [sessions],
    "says what no backup says": [a_path_as_a_name, sql_as_a_column, unknown_words],
    "far more than a backup of its size": [a_bomb],
}


@pytest.mark.parametrize(("says", "change"), [(says, change) for says, several in CHANGES.items() for change in several])
def test_class_42_a_changed_archive_is_refused_before_anything_is_written(tmp_path, says, change) -> None:
    with pytest.raises(NotABackup, match=says), checked_archive(changed(tmp_path, change), ROOM):
        pass


def a_climbing_name(archive: zipfile.ZipFile) -> None:
    archive.writestr("../../evil", b"x")


def a_name_twice(archive: zipfile.ZipFile) -> None:
    archive.writestr("tables/members.jsonl", b"x")


def a_link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("files/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


@pytest.mark.parametrize("extra", [a_climbing_name, a_name_twice, a_link])
def test_class_42_what_the_manifest_does_not_name_is_refused(tmp_path, extra) -> None:
    with pytest.raises(NotABackup, match="other files"), checked_archive(changed(tmp_path, nothing, extra), ROOM):
        pass


def test_class_42_a_link_in_the_place_of_a_table_is_refused(tmp_path) -> None:
    target = changed(tmp_path, nothing)
    content = bytearray(target.read_bytes())
    with zipfile.ZipFile(target) as archive:
        place = content.index(b"PK\x01\x02", archive.start_dir)
    content[place + 38 : place + 42] = ((stat.S_IFLNK | 0o777) << 16).to_bytes(4, "little")
    target.write_bytes(content)
    with pytest.raises(NotABackup, match="link"), checked_archive(target, ROOM):
        pass


@pytest.mark.parametrize("size", [0, 1, 100, 40_000, -1])
def test_class_42_a_truncated_archive_is_refused(tmp_path, size) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(FIRST_RELEASE.read_bytes()[:size])
    with pytest.raises(NotABackup, match="not a whole backup"), checked_archive(cut, ROOM):
        pass


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_class_42_damaged_bytes_are_refused_with_a_sentence(tmp_path, part) -> None:
    content = bytearray(FIRST_RELEASE.read_bytes())
    place = int(len(content) * part)
    content[place : place + 64] = b"\xff" * 64
    (tmp_path / "damaged.zip").write_bytes(content)
    with pytest.raises(NotABackup), checked_archive(tmp_path / "damaged.zip", ROOM):
        pass


def test_class_42_a_locked_manifest_is_refused(tmp_path) -> None:
    target = changed(tmp_path, nothing)
    content = bytearray(target.read_bytes())
    with zipfile.ZipFile(target) as archive:
        place = content.rindex(b"PK\x01\x02", archive.start_dir)  # the manifest is written last
    content[place + 8] |= 1
    target.write_bytes(content)
    with pytest.raises(NotABackup), checked_archive(target, ROOM):
        pass


def test_class_42_what_is_no_archive_and_what_is_not_there_are_refused(tmp_path) -> None:
    (tmp_path / "words.zip").write_text("not a zip")
    for path, says in (
        (tmp_path / "words.zip", "not a whole backup"),
        (tmp_path / "none.zip", "no file"),
        (tmp_path, "not a whole"),
    ):
        with pytest.raises(NotABackup, match=says), checked_archive(path, ROOM):
            pass


def test_class_42_an_archive_that_does_not_fit_on_the_disk_is_refused(tmp_path) -> None:
    with pytest.raises(NotABackup, match="free space"), checked_archive(FIRST_RELEASE, 1000):
        pass


def an_orphan(entries: Entries, manifest: dict) -> None:
    rewritten(entries, manifest, "members", b"")


def a_short_row(entries: Entries, manifest: dict) -> None:
    rewritten(entries, manifest, "grants", b"[1]\n")


def another_column(entries: Entries, manifest: dict) -> None:
    table(manifest, "grants")["columns"][1] = "sneaky"


def fewer_tables(entries: Entries, manifest: dict) -> None:
    manifest["tables"] = [one for one in manifest["tables"] if one["name"] != "blocks"]
    del entries["tables/blocks.jsonl"]


@pytest.mark.parametrize("change", [an_orphan, a_short_row, another_column, fewer_tables])
async def test_class_42_rows_that_do_not_fit_leave_the_place_empty(tmp_path, archive, place, change) -> None:
    with pytest.raises(NotABackup, match="changed"):
        await restore_archive(changed(tmp_path, change, of=archive), place, lambda _: None)
    assert [path.name for path in place.data.iterdir()] == []
    assert not await place.has_database()


@pytest.mark.parametrize("there", ["files", "index", "database"])
async def test_a_place_that_is_not_empty_is_refused_and_left_as_it_is(place, there) -> None:
    (place.data / "files").mkdir(parents=True)
    (place.data / "secret").write_text("kept")
    if there != "files":
        shutil.rmtree(place.data / "files")
    if there == "index":
        (place.data / "index").mkdir()
    if there == "database":
        await _with_a_table(place.url)
    with pytest.raises(NotEmpty):
        await restore_archive(FIRST_RELEASE, place, lambda _: None)
    assert place.begun() == ""
    assert (place.data / "secret").read_text() == "kept"


async def _with_a_table(url: str) -> None:
    from community.storage import database_open, execute, unit_of_work

    async with database_open(url), unit_of_work():
        await execute("CREATE TABLE somebody_elses (id INT)")
