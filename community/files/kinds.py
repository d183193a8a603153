"""What an upload is, told by its content and never by what the sender says."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

import puremagic

from community.errors import Invalid
from community.files.sounds import seems_a_sound
from community.text.gettext import _

# What puremagic may call them: of equal signs it names any, and a plain photograph is a .jfif.
IMAGES = {".jpg": "jpg", ".jpeg": "jpg", ".jfif": "jpg", ".jpe": "jpg", ".png": "png", ".gif": "gif", ".webp": "webp"}
# Ending -> media type, for what is a zip inside.
PACKAGES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "zip": "application/zip",
}
TEXTS = frozenset(("txt", "csv", "md", "svg", "html", "xml", "json", "ics"))


@dataclass(frozen=True, slots=True)
class Kind:
    """`ending` without a dot. What is neither image nor sound is only ever downloaded, as `media_type`."""

    ending: str
    media_type: str
    is_image: bool = False
    is_sound: bool = False


def kind_of(content: bytes, name: str) -> Kind:
    """Raises Invalid("file") for what is empty, not what its name says, or of no kind that is shared here."""
    if not content:
        raise Invalid("file", _("This file is empty."))
    ending = name.rpartition(".")[2].lower()[:8]
    seen = _seen(content)
    if seen in IMAGES:
        return Kind(IMAGES[seen], f"image/{'jpeg' if IMAGES[seen] == 'jpg' else IMAGES[seen]}", is_image=True)
    if sound := seems_a_sound(content):
        return Kind(sound, "", is_sound=True)
    if content.startswith(b"%PDF-"):
        return Kind("pdf", "application/pdf")
    if content.startswith(b"PK\x03\x04") and ending in PACKAGES and _is_package(content):
        return Kind(ending, PACKAGES[ending])
    if ending in TEXTS and _is_text(content):
        # Never under its own type: a browser must not be tempted to run it.
        return Kind(ending, "application/octet-stream")
    raise Invalid(
        "file",
        _(
            "This kind of file cannot be shared here. "
            "Pictures, recordings (WebM, Ogg, M4A), PDF, office documents, text and zip files can."
        ),
    )


def _seen(content: bytes) -> str:
    """What the first bytes are a sign of, "" when of nothing known. Images only need their head."""
    head = content[:64]
    if not re.match(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP", head, re.DOTALL):
        return ""
    try:
        return puremagic.from_string(content[:4096]).lower()
    except (puremagic.PureError, ValueError):
        return ""


def _is_package(content: bytes) -> bool:
    """A zip whose directory can be read. Nothing is unpacked here, so that a bomb stays closed."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return len(package.infolist()) <= 10_000
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
