"""The state of a form that somebody writes in: what is typed, what is wrong with it, how it will look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from community.audience import Viewer
from community.text.gettext import INTERFACE_LANGUAGES, language

NO_ERRORS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Writing:
    """`languages` are (tag, own name) to choose from; `client_id` is kept from the form that came back, "" for a new one.

    `kept` is the mark of the draft that the text was read from, "" for none.
    """

    body: str = ""
    lang: str = "en"
    languages: tuple[tuple[str, str], ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    preview: Markup | None = None
    client_id: str = ""
    hint: str = ""
    kept: str = ""

    @property
    def is_empty(self) -> bool:
        """As somebody finds it who has written nothing yet."""
        return not (self.body or self.errors or self.preview or self.client_id or self.hint or self.kept)


def languages_to_write_in(viewer: Viewer, *more: str) -> tuple[tuple[str, str], ...]:
    """The six of the interface, and those at hand: the reader's and the thread's."""
    tags = dict.fromkeys(tag for tag in (language(), *more, viewer.language, *INTERFACE_LANGUAGES) if tag)
    return tuple((tag, own_name(tag)) for tag in tags)


@cache
def own_name(tag: str) -> str:
    try:
        return str(Locale.parse(tag.replace("-", "_")).display_name or tag)
    except (UnknownLocaleError, ValueError):
        return tag
