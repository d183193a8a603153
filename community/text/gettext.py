"""Every word the house says, in the language of whoever reads.

The catalogues are `community/locale/<tag>/LC_MESSAGES/guildhall.po`; they are compiled in memory, so a translator
changes one file and nothing has to be built. English is the language of the message ids.
"""

import gettext as gnu
import re
from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from community.text.pseudo import PSEUDO, PseudoTranslations

LOCALE = Path(__file__).parents[1] / "locale"
INTERFACE_LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")
_WORDS = re.compile(r"%\(\w+\)s")
_language: ContextVar[str] = ContextVar("language", default="en")


def _(message: str) -> str:
    """The message in the language of this request or job."""
    return translator(_language.get()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of the message that the reader's language uses for the number `n`."""
    return translator(_language.get()).ngettext(singular, plural, n)


def language() -> str:
    """The tag of the language spoken now, "en" unless told."""
    return _language.get()


def set_language(tag: str) -> None:
    """Speak `tag` from here to the end of this task: one request is one task."""
    _language.set(tag)


@cache
def available_languages() -> tuple[str, ...]:
    """The tags the interface can speak: English, and every language that has a catalogue."""
    return tuple(tag for tag in INTERFACE_LANGUAGES if tag == "en" or _catalogue(tag).exists())


def spoken(tag: str) -> str:
    """The language in which somebody who asked for `tag` is answered: its base language, or English where there is none."""
    return _root(tag) if _root(tag) in available_languages() else "en"


def _root(tag: str) -> str:
    return tag.partition("-")[0]


def _catalogue(tag: str) -> Path:
    return LOCALE / _root(tag) / "LC_MESSAGES" / "guildhall.po"


class using_language:  # noqa: N801 - read as a condition: `with using_language("fr"):`
    """Speak `tag` inside the block: a request's language, or that of the member a mail goes to. Entered for every message."""

    __slots__ = ("_tag", "_token")

    def __init__(self, tag: str) -> None:
        self._tag = tag

    def __enter__(self) -> None:
        self._token = _language.set(self._tag)

    def __exit__(self, *_error: object) -> None:
        _language.reset(self._token)


@cache
def translator(tag: str) -> gnu.NullTranslations:
    """The catalogue of a language; one that answers in English where there is none."""
    if tag == PSEUDO:
        return PseudoTranslations()
    catalogue = _catalogue(tag)
    if _root(tag) not in INTERFACE_LANGUAGES or not catalogue.exists():
        return gnu.NullTranslations()
    return gnu.GNUTranslations(_compiled(catalogue))


def _compiled(catalogue: Path) -> BytesIO:
    compiled = BytesIO()
    with catalogue.open("rb") as source:
        read = read_po(source)
    if read.locale and read.locale.text_direction == "rtl":
        for message in read:
            message.string = _isolated(message.string)
    write_mo(compiled, read)
    compiled.seek(0)
    return compiled


def _isolated(said: str | Sequence[str] | None) -> str | tuple[str, ...] | None:
    """A name of another script keeps to itself in a sentence that runs from right to left (Unicode's first strong isolate)."""
    if isinstance(said, list | tuple):
        return tuple(_WORDS.sub("\u2068\\g<0>\u2069", form) for form in said)
    return _WORDS.sub("\u2068\\g<0>\u2069", said) if isinstance(said, str) else None
