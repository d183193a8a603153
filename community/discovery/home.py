"""The home page: what waits for this member, what moved, who is here now, what fits."""

from dataclasses import dataclass
from datetime import datetime

from community import clock
from community.accounts.queries import should_turn_on_second_step
from community.audience import Viewer
from community.chat.queries import RoomRow, rooms_for
from community.chat.sockets import people_in
from community.discussions.thread_list import Filters, ThreadRow, threads_for
from community.events import labels as event_labels
from community.events.queries import Card, coming_up
from community.exchange.queries import Found, best_matches
from community.institutions.queries import people
from community.notifications.queries import Waiting, waiting_for
from community.practices import cards as practice_cards
from community.practices.cards import PracticeCard
from community.storage import value
from community.text.gettext import _
from community.web.formats import day_line
from community.web.paging import Cursor
from community.web.reader import zone

THREADS, ROOMS, PRACTICES, MATCHES, EVENTS = 6, 3, 3, 2, 3


@dataclass(frozen=True)
class LiveRoom:
    """A room, how many are in it now, and the initials of some of them."""

    room: RoomRow
    here: int
    initials: list[str]


@dataclass(frozen=True)
class Upcoming:
    """An event, its date stub and the hour in the reader's own time."""

    event: Card
    stub: tuple[str, str]
    machine: str
    when: str


@dataclass(frozen=True)
class HomePage:
    """What a member finds. `mark` is that of their institution, or ""."""

    greeting: str
    at: datetime
    day: str
    mark: str
    waiting: list[Waiting]
    threads: list[ThreadRow]
    is_unread: bool
    rooms: list[LiveRoom]
    matches: list[Found]
    coordinates: bool
    practices: list[PracticeCard]
    asks_second_step: bool
    events: list[Upcoming]


@dataclass(frozen=True)
class WelcomePage:
    """What a guest finds: what this is for, and a look at what is public."""

    threads: list[ThreadRow]
    practices: list[PracticeCard]


async def home_page(viewer: Viewer) -> HomePage:
    """Everything on a member's home page, in about a dozen queries however large the network is."""
    unread = (await threads_for(viewer, Filters(show="unread"), Cursor(), THREADS)).items
    threads = unread or (await threads_for(viewer, Filters(), Cursor(), THREADS)).items
    rooms = await rooms_for(viewer, 12)
    live = sorted((_live(room) for room in rooms), key=lambda one: -one.here)
    person = (await people([viewer.member or 0])).get(viewer.member or 0)
    return HomePage(
        greeting=greeting(viewer.name), at=clock.now(), day=day_line(clock.now()),
        mark=await _mark(person.institution_slug) if person else "",
        waiting=await waiting_for(viewer), threads=threads, is_unread=bool(unread), rooms=live[:ROOMS],
        matches=await best_matches(viewer, MATCHES), coordinates=bool(viewer.coordinates),
        practices=await practice_cards.recent(viewer, PRACTICES), asks_second_step=await should_turn_on_second_step(viewer),
        events=[_upcoming(card) for card in await coming_up(viewer, EVENTS)],
    )  # fmt: skip


async def welcome_page(viewer: Viewer) -> WelcomePage:
    return WelcomePage(
        (await threads_for(viewer, Filters(), Cursor(), THREADS)).items, await practice_cards.recent(viewer, PRACTICES)
    )


def _live(room: RoomRow) -> LiveRoom:
    here, known = people_in(room.id)
    return LiveRoom(room, here, [str(person["initials"]) for person in known])


def _upcoming(card: Card) -> Upcoming:
    span, zone_held = card.span, card.time_zone
    return Upcoming(
        card, event_labels.stub(span, zone_held), event_labels.machine(span, zone_held), event_labels.hours(span, zone_held)
    )


def greeting(name: str) -> str:
    """By the hour where the reader is."""
    hour = clock.now().astimezone(zone.get()).hour
    first = name.split(maxsplit=1)[0] if name.split() else name
    if 4 <= hour < 12:
        return _("Good morning, %(name)s") % {"name": first}
    return (_("Good day, %(name)s") if 12 <= hour < 18 else _("Good evening, %(name)s")) % {"name": first}


async def _mark(slug: str) -> str:
    return await value("SELECT mark FROM institutions WHERE slug = :slug", slug=slug) or "" if slug else ""
