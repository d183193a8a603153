"""What every form field passes through before anything else looks at it. Raises ValueError with a sentence."""

import re
import unicodedata

from community.text.gettext import _

# Overrides of the writing direction make "gpj.exe" of "exe.jpg" and never belong in one line of text.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufff9-\ufffb]")
_LINE_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x85")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u2060-\u2064]")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
# Drawn as nothing too, though to Unicode they are letters, marks and a symbol.
_FILLERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u2800\u3164\ufe00-\ufe0f\uffa0]")


def refuse_nul(text: str) -> str:
    """The text itself. PostgreSQL cannot store NUL, and nobody types it."""
    if "\x00" in text:
        raise ValueError(_("This holds a character that cannot be stored. Please type it anew."))
    return text


def clean_line(text: str) -> str:
    """One line: NFC, no control or invisible characters, no direction overrides, single spaces, trimmed."""
    line = _INVISIBLE.sub("", _OVERRIDES.sub("", _LINE_BREAKS.sub(" ", refuse_nul(text))))
    line = _CONTROLS.sub("", line.replace("\t", " ").replace("\n", " "))
    return " ".join(unicodedata.normalize("NFC", _without_surrogates(line)).split())


def clean_text(text: str) -> str:
    """Several lines: NFC, one kind of newline, no control characters but tab, no spaces at the end."""
    body = _CONTROLS.sub("", _LINE_BREAKS.sub("\n", refuse_nul(text)))
    return unicodedata.normalize("NFC", _without_surrogates(body)).strip("\n").rstrip()


def shows_nothing(text: str) -> bool:
    """Whether it holds no character that can be seen. Among others such belong: emoji and Persian need joiners."""
    return all(unicodedata.category(one) in _UNSEEN or _FILLERS.match(one) for one in text)


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
