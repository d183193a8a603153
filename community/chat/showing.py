"""A room as its template is given it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from community import clock
from community.chat.lines import Line
from community.chat.message_queries import OneMessage
from community.chat.queries import RoomPage
from community.chat.reacting import KINDS, kind_names
from community.chat.sockets import people_in
from community.chat.telling import place
from community.errors import Invalid
from community.files.queries import FileLine
from community.text.gettext import _
from community.web.formats import clock_time, day_line
from community.web.reader import zone

TOGETHER = timedelta(minutes=5)  # of one author: the name is not said again


@dataclass(frozen=True)
class LineShown:
    """A message as it stands in the log: `day` begins a new one, `is_new` draws the unread line before it, `goes_on` says no name
    again. `chosen` are the kinds of the viewer's own reactions.
    """

    line: Line
    mine: bool
    place: str
    clock: str
    date: str
    day: str
    is_new: bool
    goes_on: bool
    answers_me: bool
    chosen: frozenset[str]


@dataclass(frozen=True)
class RoomView:
    """What the template is given. `text` is what was typed and could not be sent, `errors` why, `carried` the files that were sent
    up with it. `answers` is the message that is
    to be answered; `kinds` are the reactions as (kind, icon, name).
    """

    room: RoomPage
    shown: list[LineShown]
    here: int
    initials: list[str]
    zone: str
    new_since: str
    refreshes: bool
    text: str
    errors: dict[str, str]
    client_id: str
    answers: OneMessage | None
    kinds: list[tuple[str, str, str]]
    today: str
    carried: Sequence[FileLine] = ()


def room_view(
    room: RoomPage, *, refreshes: bool = False, sent: dict[str, Any] | None = None, why: Invalid | None = None,
    answers: OneMessage | None = None,
) -> RoomView:  # fmt: skip
    here, persons = people_in(room.id)
    sent = sent or {}
    return RoomView(
        room=room, shown=_lines(room), here=here, initials=[str(person["initials"]) for person in persons], zone=str(zone.get()),
        new_since=_("New since %(time)s") % {"time": clock_time(room.read_at)} if room.read_at else _("New"),
        refreshes=refreshes, text=str(sent.get("text", "")), errors=dict(why.errors) if why else {},
        client_id=str(sent.get("client_id", "")), answers=answers,
        kinds=[(kind, KINDS[kind], name) for kind, name in kind_names().items()], today=_date(clock.now()),
    )  # fmt: skip


def _lines(room: RoomPage) -> list[LineShown]:
    shown: list[LineShown] = []
    for line in room.lines:
        before = shown[-1] if shown else None
        date, is_new = _date(line.at), line.seq == room.new_from
        begins = before is None or before.date != date
        shown.append(
            LineShown(
                line, line.author_id == room.me, place(line.by) if line.by else "", clock_time(line.at), date,
                _day(line.at) if begins else "", is_new, bool(before and not begins and not is_new and _goes_on(before.line, line)),
                bool(line.answers and line.answers.author_id == room.me),
                frozenset(one.kind for one in line.reactions if room.me in one.by),
            )
        )  # fmt: skip
    return shown


def _goes_on(before: Line, line: Line) -> bool:
    return line.author_id == before.author_id and line.at - before.at < TOGETHER


def _date(at: datetime) -> str:
    return at.astimezone(zone.get()).date().isoformat()


def _day(at: datetime) -> str:
    return _("Today, %(day)s") % {"day": day_line(at)} if _date(at) == _date(clock.now()) else day_line(at)
