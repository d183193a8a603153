"""What an organiser has written: an event with its programme, checked and ready to be stored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from community.errors import Invalid
from community.events.timing import Span
from community.text.gettext import _


@dataclass(frozen=True)
class PlannedSession:
    """`number` is its place in the form; `span` None where nothing is said of when."""

    number: int
    title: str
    code: str = ""
    speakers: str = ""
    pick_one: str = ""
    span: Span | None = None

    @property
    def columns(self) -> dict[str, Any]:
        return {"title": self.title, "code": self.code, "speakers": self.speakers, "pick_one": self.pick_one} | moment(self.span)


@dataclass(frozen=True)
class Plan:
    """`columns` are those of Event that a form fills, without when, whose it is and who sees it."""

    columns: Mapping[str, Any]
    span: Span
    audience: str
    institution_id: int | None
    sessions: tuple[PlannedSession, ...] = ()

    @property
    def all_columns(self) -> dict[str, Any]:
        return dict(self.columns) | moment(self.span) | {"institution_id": self.institution_id}

    def check(self) -> None:
        """Raises Invalid with a sentence for each field that cannot stand beside the others."""
        wrong = {}
        if self.span.ends_at <= self.span.starts_at:
            wrong["until"] = _("It ends before it begins.")
        for session in self.sessions:
            if session.span and session.span.ends_at <= session.span.starts_at:
                wrong[f"until_{session.number}"] = _("It ends before it begins.")
        alone = {name for name, many in Counter(one.pick_one for one in self.sessions if one.pick_one).items() if many < 2}
        for session in self.sessions:
            if session.pick_one in alone:
                wrong[f"pick_one_{session.number}"] = _("People choose among two sessions or more: name another one the same.")
        if wrong:
            raise Invalid.many(wrong)


def moment(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"precision": "", "starts_at": None, "ends_at": None}
    return {"precision": span.precision, "starts_at": span.starts_at, "ends_at": span.ends_at}
