"""The bytes of files, in the data folder, each under its SHA-256: the same bytes are kept once."""

import os
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from community.settings import settings

# A blob that nobody names any more may belong to an upload whose row is not committed yet.
GRACE_SECONDS = 3600


def folder() -> Path:
    return settings().data / "files"


def path_of(digest: str) -> Path:
    return folder() / digest[:2] / digest


def keep(content: bytes) -> str:
    """Store the bytes and return their digest. A crash leaves either the whole file or none under its name."""
    digest = sha256(content).hexdigest()
    path = path_of(digest)
    if path.exists():
        path.touch()
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    Path(part).replace(path)
    return digest


def old_digests() -> Iterator[str]:
    """Those of blobs that were stored at least an hour ago, and leftovers of crashes removed on the way."""
    before = time.time() - GRACE_SECONDS
    for path in folder().glob("??/*"):
        if path.stat().st_mtime > before:
            continue
        if path.name.startswith(".part-"):
            path.unlink(missing_ok=True)
        else:
            yield path.name


def forget(digest: str) -> None:
    path_of(digest).unlink(missing_ok=True)
