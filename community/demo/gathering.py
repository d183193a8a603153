"""The invented events of the demonstration network, planned and filled by the same actions that members use."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from community import clock
from community.accounts.identity import viewer_for
from community.accounts.models import Member
from community.audience import PUBLIC
from community.demo.conversing import say
from community.demo.reading import table
from community.demo.settling_in import client_id
from community.demo.talking import Company
from community.demo.trading import coordinators
from community.events.actions import plan_event
from community.events.models import Event
from community.events.planning import Plan, PlannedSession
from community.events.queries import sessions_of
from community.events.registering import groups_of, register
from community.events.rooms import NewEventRoom, open_event_room
from community.events.timing import Span, moments
from community.institutions.models import Institution


async def plan_events(members: Mapping[str, Member], institutions: Mapping[str, Institution]) -> list[Event]:
    """All events of the file, each with those who come."""
    made = []
    for number, said in enumerate(table("events")["event"]):
        actor = await viewer_for(members[coordinators()[said["by"]]].id)
        event = await plan_event(actor, _plan(said, institutions[said["by"]].id), client_id(f"event-{number}"))
        for handle, *chosen in said["comes"]:
            await _come(event, members[handle], chosen)
        made.append(event)
    return made


async def _come(event: Event, member: Member, chosen: list[int]) -> None:
    sessions = {session.number: session.id for session in await sessions_of(event)}
    assert len(chosen) == len(groups_of(await sessions_of(event)))
    await register(await viewer_for(member.id), event.id, {n: sessions[number] for n, number in enumerate(chosen, 1)})


async def hold_event_rooms(company: Company, events: Sequence[Event]) -> None:
    """The rooms of the planned events, for those who come."""
    for number, (event, said) in enumerate(zip(events, table("events")["event"], strict=True)):
        if "room" in said:
            at, name = company.began - timedelta(minutes=said["room"]["began"]), f"event-{number}/room"
            host = await viewer_for(company.members[coordinators()[said["by"]]].id)
            with clock.frozen(at):
                room = await open_event_room(host, event.id, NewEventRoom(), client_id(name))
            await say(room.id, said["room"]["said"], at, name, company)


def _plan(said: Mapping[str, Any], institution_id: int) -> Plan:
    zone = ZoneInfo(said["zone"])
    columns = {name: said[name] for name in ("title", "mode", "place", "language", "capacity", "partners") if name in said} | {
        "summary": said["summary"].strip(), "time_zone": said["zone"],
        "documents": [{"name": name, "url": ""} for name in said.get("documents", [])],
    }  # fmt: skip
    sessions = tuple(
        PlannedSession(
            number, one["title"], one.get("code", ""), one.get("speakers", ""), one.get("pick_one", ""), _span(one, zone)
        )
        for number, one in enumerate(said.get("sessions", []), 1)
    )  # fmt: skip
    return Plan(columns, _span(said, zone), PUBLIC, institution_id, sessions)


def _span(said: Mapping[str, Any], zone: ZoneInfo) -> Span:
    first, last = _day(said["in_days"]), _day(said.get("last_in_days", said["in_days"]))
    return moments(first, time.fromisoformat(said["from"]), last, time.fromisoformat(said["until"]), zone)


def _day(days_from_loading: int) -> date:
    return clock.today() + timedelta(days=days_from_loading)
