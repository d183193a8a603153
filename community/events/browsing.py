"""The list of events: what comes, what was, and where one is registered oneself."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from community import clock
from community.audience import Viewer
from community.events.queries import Card, cards
from community.web.paging import Cursor, Page, moment_of, page_of

PAGE = 20
SHOWN = ("coming", "past", "mine")
_MINE = """
    AND EXISTS (SELECT 1 FROM event_registrations AS m
        WHERE m.event_id = e.id AND m.member_id = :member AND m.state <> 'cancelled')
"""
MODES = {"online": ["online", "both"], "on_site": ["on_site", "both"]}


@dataclass(frozen=True)
class Browsed:
    """`show` one of SHOWN, `mode` "", "online" or "on_site". What an address says otherwise is left out: links grow old."""

    show: str = "coming"
    mode: str = ""

    @classmethod
    def of(cls, show: str, mode: str) -> "Browsed":
        return cls(show if show in SHOWN else "coming", mode if mode in MODES else "")

    def address(self, **more: str) -> str:
        said = {"show": self.show, "mode": self.mode} | more
        kept = {name: value for name, value in said.items() if value and (name, value) != ("show", "coming")}
        return f"/events?{urlencode(kept)}" if kept else "/events"

    @property
    def soonest_first(self) -> bool:
        return self.show == "coming"


async def browse(viewer: Viewer, asked: Browsed, cursor: Cursor) -> Page[Card]:
    """A page of events: those to come soonest first, the others latest first."""
    key = _key(cursor)
    cursor = cursor if key else Cursor()
    where, values = _conditions(asked)
    sign, order = (">", "ASC") if asked.soonest_first != cursor.backwards else ("<", "DESC")
    if key:
        where += f" AND (e.starts_at {sign} :at OR (e.starts_at = :at AND e.id {sign} :id))"
    where += f" ORDER BY e.starts_at {order}, e.id {order} LIMIT {PAGE + 1}"
    return page_of(await cards(viewer, where, values | key), PAGE, _key_of, cursor)


def _conditions(asked: Browsed) -> tuple[str, dict[str, Any]]:
    where, values = {
        "coming": (" AND e.ends_at > :now", {"now": clock.now()}),
        "past": (" AND e.ends_at <= :now", {"now": clock.now()}),
        "mine": (_MINE, {}),
    }[asked.show]  # fmt: skip
    if asked.mode:
        return where + " AND e.mode IN :modes", values | {"modes": MODES[asked.mode]}
    return where, values


def _key_of(card: Card) -> tuple[str | int, ...]:
    return card.span.starts_at.isoformat(), card.id


def _key(cursor: Cursor) -> dict[str, Any]:
    """The parameters of a cursor; none for one that another list has made."""
    if [type(part) for part in cursor.key or ()] != [str, int]:
        return {}
    moment, row_id = cursor.key or ()
    at = moment_of(moment)
    return {"at": at, "id": row_id} if at else {}
