"""Files as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from community.audience import Viewer, member_key
from community.files.models import File


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
    at: datetime

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


def url_of(file: File) -> str:
    return f"/files/{file.id}/{quote(file.name)}"


def line_of(file: File) -> FileLine:
    url = url_of(file)
    small = f"{url}?size=small" if file.small_digest else ""
    return FileLine(
        file.id, file.name, url, small, file.media_type, file.is_image, file.size, file.width, file.height, file.created_at
    )


async def own_files(viewer: Viewer, errors: dict[str, str] | None = None) -> OwnFiles:
    files = await File.visible_to(viewer).filter(root=member_key(viewer.member or 0)).order_by("-id").limit(50)
    return OwnFiles([line_of(file) for file in files], errors or {})
