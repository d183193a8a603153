"""Files as pages show them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from community.audience import Viewer, member_key
from community.files.models import File
from community.storage import rows

MOST_SHOWN = 320


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in a list. `size` is in bytes, `small_url` "" where there is no thumbnail, `markdown` what shows it in a text."""

    id: int
    name: str
    url: str
    small_url: str
    media_type: str
    is_image: bool
    size: int
    width: int | None
    height: int | None
    seconds: int | None
    at: datetime

    @property
    def is_sound(self) -> bool:
        return self.seconds is not None

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height of a picture in a text, in CSS pixels: at most 320 either way."""
        width, height = self.width or 1, self.height or 1
        scale = min(1.0, MOST_SHOWN / max(width, height))
        return max(1, round(width * scale)), max(1, round(height * scale))

    @property
    def ending(self) -> str:
        return self.name.rpartition(".")[2].upper()

    @property
    def markdown(self) -> str:
        return f"{'!' if self.is_image else ''}[{self.name}]({self.url})"


@dataclass(frozen=True)
class OwnFiles:
    """The files of a member that are in no post yet."""

    files: list[FileLine]
    errors: dict[str, str]


def url_of(file_id: int, name: str) -> str:
    return f"/files/{file_id}/{quote(name)}"


def line_of(file: File) -> FileLine:
    return _line({name: getattr(file, name) for name in _COLUMNS})


def _line(row: Mapping[str, Any]) -> FileLine:
    url = url_of(row["id"], row["name"])
    small = f"{url}?size=small" if row["small_digest"] else ""
    return FileLine(
        row["id"], row["name"], url, small, row["media_type"], bool(row["is_image"]), row["size"], row["width"], row["height"],
        row["seconds"], row["created_at"],
    )  # fmt: skip


_COLUMNS = ("id", "name", "small_digest", "media_type", "is_image", "size", "width", "height", "seconds", "created_at")
_OF_PARTS = f"SELECT part, {', '.join(_COLUMNS)} FROM files WHERE part IN :parts ORDER BY place, id"


async def files_of_parts(parts: Sequence[str]) -> dict[str, list[FileLine]]:
    """What hangs on children of roots ("message:7"), in the order in which it was posted, for who has been shown those: both are
    seen through the root.
    """
    found: defaultdict[str, list[FileLine]] = defaultdict(list)
    for row in await rows(_OF_PARTS, parts=list(parts)):
        found[row["part"]].append(_line(row))
    return dict(found)


async def own_files(viewer: Viewer, errors: dict[str, str] | None = None) -> OwnFiles:
    files = await File.visible_to(viewer).filter(root=member_key(viewer.member or 0)).order_by("-id").limit(50)
    return OwnFiles([line_of(file) for file in files], errors or {})


async def own_files_among(viewer: Viewer, ids: Sequence[int]) -> list[FileLine]:
    """Those of the viewer's own that are in no post yet, in the order of `ids`."""
    own = File.visible_to(viewer).filter(id__in=list(ids), author_id=viewer.member, root=member_key(viewer.member or 0))
    return [line_of(file) for file in sorted(await own, key=lambda file: ids.index(file.id))]
