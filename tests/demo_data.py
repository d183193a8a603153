"""The data folder of the demonstration network, loaded once a run of the suite as a member of the public would load it."""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

SHARED = "GUILDHALL_TEST_DEMO"  # a folder that several processes of one run share


def copy_demo(into: Path) -> None:
    """Database, index, files and secret as they stand after the first start."""
    shutil.copytree(_made(), into, dirs_exist_ok=True)


@cache
def _made() -> Path:
    folder = Path(os.environ.get(SHARED) or _own_folder())
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "data").exists():
            _load(folder / "loading")
            (folder / "loading").rename(folder / "data")
    return folder / "data"


def _own_folder() -> str:
    folder = tempfile.mkdtemp(prefix="guildhall-demo-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _load(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    environment = os.environ | {"GUILDHALL_DATA": str(folder), "GUILDHALL_DEMO": "true"}
    done = subprocess.run([sys.executable, "-m", "community", "demo"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
