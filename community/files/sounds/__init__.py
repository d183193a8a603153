"""Recordings of voices: what they are, how long they last, and the same without anything that came along."""

import struct
from dataclasses import dataclass

from community.errors import Invalid
from community.files.sounds import mp4, ogg, webm
from community.files.sounds.opus import Unreadable
from community.text.gettext import _

MOST_SECONDS = 180
LEEWAY_S = 3  # a recorder stops a moment later than it is told to
MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording with nothing in it but sound. `seconds` is rounded up."""

    content: bytes
    ending: str
    media_type: str
    seconds: int


_KINDS = {"ogg": ("audio/ogg", ogg.rewritten), "webm": ("audio/webm", webm.rewritten), "m4a": ("audio/mp4", mp4.rewritten)}


def seems_a_sound(content: bytes) -> str:
    """The ending of the container that the first bytes are a sign of, "" when of none."""
    if content.startswith(b"OggS"):
        return "ogg"
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    return "m4a" if content[4:8] == b"ftyp" else ""


def rewritten(content: bytes) -> Sound:
    """Raises Invalid("file") for what is longer, larger or of another kind. To be run in a thread."""
    ending = seems_a_sound(content)
    if len(content) > MOST_BYTES:
        raise Invalid("file", _("This recording is larger than 5 MB. Record it shorter."))
    try:
        media_type, rewrite = _KINDS[ending]
        bare, seconds = rewrite(content)
    except (Unreadable, struct.error, KeyError, IndexError, ValueError, OverflowError, ArithmeticError) as error:
        raise Invalid("file", _("This recording cannot be read. Opus (WebM or Ogg) and AAC (M4A) can be shared.")) from error
    if seconds > MOST_SECONDS + LEEWAY_S:
        raise Invalid("file", _("A recording can last 3 minutes. Please say it in two parts."))
    return Sound(bare, ending, media_type, max(1, -int(-seconds // 1)))
