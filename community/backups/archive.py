"""What a backup is: a zip whose every name, size and checksum stands in its manifest.

`manifest.json`, `tables/NAME.jsonl` (a JSON array of neutral values a row, by their key) and `files/SHA256`. Nothing is ever
unpacked by the names inside: they are compared with those that the manifest makes.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from community.storage.snapshots import Shape

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 64 * 1024 * 1024

# What is not kept, and why: whoever holds the archive must not be able to walk in with it.
LEFT_OUT = {
    "sessions": "who is signed in",
    "mailed_tokens": "links on their way by mail",
    "push_devices": "which of the devices that are signed in are told",
    "begun_proofs": "ways to sign in that were begun and not ended",
    "lane_holders": "which process works on what",
}

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(ge=0, lt=2**53)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Table(_Strict):
    """A table as a snapshot gave it. `sha256` and `size`, in bytes, are of its lines."""

    name: Name
    columns: tuple[Name, ...]
    key: tuple[Name, ...]
    last_id: Size
    rows: Size
    size: Size
    sha256: Digest

    @property
    def path(self) -> str:
        return f"tables/{self.name}.jsonl"

    @property
    def shape(self) -> Shape:
        return Shape(self.name, self.columns, self.key, self.last_id)


class File(_Strict):
    """A member's file; its checksum is its name."""

    sha256: Digest
    size: Size

    @property
    def path(self) -> str:
        return f"files/{self.sha256}"


class Manifest(_Strict):
    """What the archive holds. `moment` is when the snapshot was taken: what was acknowledged before it is inside."""

    format: Literal["guildhall-backup"] = "guildhall-backup"
    version: int
    moment: str
    migrations: tuple[str, ...]
    tables: tuple[Table, ...]
    files: tuple[File, ...]

    @property
    def entries(self) -> "list[Table | File]":
        return [*self.tables, *self.files]

    @property
    def unpacked(self) -> int:
        """Bytes when it is unpacked."""
        return sum(entry.size for entry in self.entries)


@dataclass
class Tally:
    """Rows, bytes and the checksum of lines, as they pass."""

    rows: int = 0
    size: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def lines(self, rows: Iterable[Iterable[Any]]) -> bytes:
        """The rows as lines, counted."""
        lines = [json.dumps(list(row), ensure_ascii=False, separators=(",", ":")) for row in rows]
        self.rows += len(lines)
        return self.counted("".join(f"{line}\n" for line in lines).encode())

    def counted(self, content: bytes) -> bytes:
        self.size += len(content)
        self._digest.update(content)
        return content

    @property
    def sha256(self) -> str:
        return str(self._digest.hexdigest())

    def as_table(self, shape: Shape) -> Table:
        return Table(
            name=shape.name, columns=shape.columns, key=shape.key, last_id=shape.last_id, rows=self.rows, size=self.size,
            sha256=self.sha256,
        )  # fmt: skip
