"""Of somebody whom they have blocked a reader hears nothing in a room either. The log says the same to everybody: it is left out on
the page, by us and, for what comes live, by the page's module.
"""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from community.accounts.blocking import blocked_by
from community.audience import Viewer
from community.chat.hanging import NOTHING
from community.chat.lines import Line
from community.chat.queries import RoomPage
from community.text.gettext import _, language


async def heard_by(viewer: Viewer, room: RoomPage) -> RoomPage:
    """The page as this viewer is to read it."""
    blocked = await blocked_by(viewer)
    if not blocked:
        return room
    pins = [pin for pin in room.pins if pin.by is None or pin.by.id not in blocked]
    return replace(room, blocked=blocked, lines=_without(room.lines, blocked), pins=pins)


def _without(lines: Sequence[Line], blocked: Sequence[int]) -> list[Line]:
    words = Markup('<p class="soft">{}</p>').format(_("You have blocked who wrote this."))
    return [_unheard(line, words) if line.author_id in blocked else _answering_none(line, blocked) for line in lines]


def _unheard(line: Line, words: Markup) -> Line:
    return replace(line, html=words, lang=language(), edits=0, hanging=NOTHING, answers=None)


def _answering_none(line: Line, blocked: Sequence[int]) -> Line:
    """Nor are their words quoted where somebody answers them."""
    return replace(line, answers=None) if line.answers and line.answers.author_id in blocked else line
