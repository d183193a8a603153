"""A restoration that is killed half-way: the place says so, starts nothing, and the same command begins again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from community.backups import restoring
from community.backups.place import NotEmpty, Place
from community.backups.restoring import restore_archive
from community.backups.writing import write_archive
from tests.backups.conftest import FIRST_RELEASE

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]


class PowerCut(BaseException):
    """Nothing catches it, and nothing is tidied up after it."""


@pytest.mark.parametrize("at", ["_fill", "_compare", "begin_new_epochs"])
async def test_it_is_begun_again_where_it_was_interrupted(archive, place, tmp_path, monkeypatch, at) -> None:
    async def cut(*_: object) -> None:
        raise PowerCut

    as_it_was = getattr(restoring, at)
    monkeypatch.setattr(restoring, at, cut)
    with pytest.raises(PowerCut):
        await restore_archive(archive, place, lambda _: None)
    monkeypatch.setattr(restoring, at, as_it_was)
    assert place.begun()
    assert not await place.has_database()
    with pytest.raises(NotEmpty, match="another archive"):
        await restore_archive(FIRST_RELEASE, place, lambda _: None)

    manifest = await restore_archive(archive, place, lambda _: None)
    again, _ = await write_archive(place.url, place.files, tmp_path / "again.zip")
    assert [(table.name, table.sha256) for table in again.tables] == [(table.name, table.sha256) for table in manifest.tables]
    assert again.files == manifest.files
    said: list[str] = []
    await restore_archive(archive, place, said.append)
    assert "The database was complete already." in said


@pytest.mark.slow
def test_kill_9_then_no_process_starts_then_the_same_command_again(tmp_path) -> None:
    environment = os.environ | {"GUILDHALL_DATA": str(tmp_path / "data"), "GUILDHALL_DATABASE": ""}

    def guildhall(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "community", *words]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    first = subprocess.Popen(
        [sys.executable, "-u", "-m", "community", "restore", str(FIRST_RELEASE)], env=environment, cwd=ROOT, stdout=subprocess.PIPE
    )
    assert first.stdout is not None
    for line in first.stdout:
        if b"files are in place" in line:
            break
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdout.close()

    refused = guildhall("serve")
    assert refused.returncode == 1
    assert "Run `guildhall restore ARCHIVE` again" in refused.stderr
    restored = guildhall("restore", str(FIRST_RELEASE))
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "documents indexed" in restored.stdout
    assert not Place(tmp_path / "data", "").begun()
