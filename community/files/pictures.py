"""Pictures are drawn anew: nothing that came with them survives, neither place and camera nor a second meaning of the bytes."""

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from community.errors import Invalid
from community.text.gettext import _

LONGEST_EDGE = 1600
SMALL_EDGE = 480
# A decoded pixel takes up to four bytes, a progressive JPEG six: 16 million stay below 100 MB.
MOST_PIXELS = 16_000_000
# A plain JPEG is decoded at a half, a quarter or an eighth, so that a phone's largest picture costs no more.
MOST_PIXELS_OF_PLAIN_JPEG = 64_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_ONE_AT_A_TIME = threading.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew, and its thumbnail (WebP), b"" where it is small already."""

    content: bytes
    small: bytes
    ending: str
    media_type: str
    width: int
    height: int


def redrawn(content: bytes) -> Picture:
    """Raises Invalid("file") for what cannot be read or is too large. To be run in a thread; one at a time."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
        try:
            with Image.open(BytesIO(content), formats=_FORMATS) as image:
                _check_size(image)
                return _drawn(image)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, EOFError) as error:
            raise Invalid("file", _("This picture cannot be read. Save it anew and try again.")) from error


def _check_size(image: Image.Image) -> None:
    plain_jpeg = image.format == "JPEG" and not image.info.get("progressive")
    if image.width * image.height > (MOST_PIXELS_OF_PLAIN_JPEG if plain_jpeg else MOST_PIXELS):
        raise Invalid("file", _("This picture has too many pixels. Make it smaller and try again."))


def _drawn(image: Image.Image) -> Picture:
    if image.format == "JPEG":
        image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
    picture = ImageOps.exif_transpose(image) or image
    see_through = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE), reducing_gap=2.0)
    picture = picture.convert("RGBA" if see_through else "RGB")
    ending = "jpg" if image.format == "JPEG" else "webp" if image.format == "WEBP" else "png"
    media_type = {"jpg": "image/jpeg", "webp": "image/webp", "png": "image/png"}[ending]
    return Picture(_encoded(picture, ending), _small(picture), ending, media_type, picture.width, picture.height)


def _encoded(picture: Image.Image, ending: str) -> bytes:
    # A new image takes the pixels only: no EXIF, no colour profile, no comments, no further frames.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = BytesIO()
    if ending == "jpg":
        bare.save(written, "JPEG", quality=82, optimize=True, progressive=True)
    elif ending == "webp":
        bare.save(written, "WEBP", quality=82)
    else:
        bare.save(written, "PNG", optimize=True)
    return written.getvalue()


def _small(picture: Image.Image) -> bytes:
    if max(picture.size) <= SMALL_EDGE:
        return b""
    small = picture.copy()
    small.thumbnail((SMALL_EDGE, SMALL_EDGE))
    return _encoded(small, "webp")
