"""Seats, the waiting list, and choosing one of several workshops. What must hold at once is tried at once, on both databases."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from community import clock
from community.accounts.models import Member
from community.audience import MEMBERS, STEWARDS, Viewer, member_key, revoke
from community.errors import Conflict, Invalid, NotFound, Refused
from community.events.actions import cancel_event, edit_event
from community.events.models import Choice, Event, EventSession, Registration
from community.events.registering import give_up_seat, register
from community.notifications.event_listeners import tell_comers
from community.notifications.queries import waiting_for
from community.storage import drain, rows, unit_of_work
from tests.events.factories import THREE, make_event, make_past_event, plan_of
from tests.exchange.factories import house
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("app")]


async def crowd(many: int) -> list[Viewer]:
    return [await viewer_of(await make_member(f"Visitor {n}")) for n in range(many)]


async def states(event: Event) -> list[str]:
    return [
        row["state"]
        for row in await rows("SELECT state FROM event_registrations WHERE event_id = :id ORDER BY ticket", id=event.id)
    ]


async def test_two_at_once_never_get_the_last_seat() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, capacity=1)
    people = await crowd(6)
    await asyncio.gather(*(register(one, event.id, {}) for one in people))
    assert sorted(await states(event)) == ["registered", *["waiting"] * 5]
    assert [row["ticket"] for row in await rows("SELECT ticket FROM event_registrations ORDER BY ticket")] == [1, 2, 3, 4, 5, 6]


async def test_one_who_presses_twice_at_once_has_one_seat() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, capacity=5)
    one, two = await crowd(2)
    await asyncio.gather(*(register(one, event.id, {}) for _ in range(4)), register(two, event.id, {}))
    assert await states(event) == ["registered", "registered"]


async def test_seats_given_up_at_once_go_to_as_many_who_wait_in_their_order() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, capacity=2)
    people = await crowd(5)
    for one in people:
        await register(one, event.id, {})
    await asyncio.gather(give_up_seat(people[0], event.id), give_up_seat(people[1], event.id))
    await give_up_seat(people[0], event.id)
    assert await states(event) == ["cancelled", "cancelled", "registered", "registered", "waiting"]
    await drain()
    for place, told in ((2, ["event_seat"]), (3, ["event_seat"]), (4, [])):
        assert [one.kind for one in await waiting_for(people[place])] == told


async def test_whoever_comes_back_stands_at_the_end() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, capacity=1)
    first, second, third = await crowd(3)
    for one in (first, second, third):
        await register(one, event.id, {})
    await give_up_seat(second, event.id)
    await register(second, event.id, {})
    await give_up_seat(first, event.id)
    held = {row.member_id: row.state for row in await Registration.all()}
    assert (held[third.member or 0], held[second.member or 0]) == ("registered", "waiting")


async def test_who_may_not_see_the_event_any_more_gets_no_seat() -> None:
    """The right is looked at when the seat comes free."""
    lakeside, amara = await house("Lakeside")
    gone, stays, has = [await make_member(name) for name in ("Gone", "Stays", "Has")]
    space = await make_space([gone, stays, has], [await _member_of(amara)])
    event = await make_event(await _again(amara), lakeside, audience=space.key, capacity=1)
    for one in (has, gone, stays):
        await register(await viewer_of(one), event.id, {})
    async with unit_of_work():
        await revoke(space.key, member_key(gone.id))
    await give_up_seat(await viewer_of(has), event.id)
    held = {row.member_id: row.state for row in await Registration.all()}
    assert (held[gone.id], held[stays.id]) == ("waiting", "registered")
    with pytest.raises(NotFound):
        await register(await viewer_of(gone), event.id, {})


async def test_a_suspended_member_gets_no_seat() -> None:
    """Neither of an event that even guests may see: the seat would stay empty, and nobody would hear of it."""
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, capacity=1)
    has, gone, stays = await crowd(3)
    for one in (has, gone, stays):
        await register(one, event.id, {})
    async with unit_of_work():
        await Member.filter(id=gone.member).update(suspended_at=clock.now())
    await give_up_seat(has, event.id)
    assert await states(event) == ["cancelled", "waiting", "registered"]


async def test_more_seats_are_given_to_who_waits() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, capacity=1)
    for one in await crowd(4):
        await register(one, event.id, {})
    await edit_event(amara, event.id, plan_of(lakeside, capacity=3), version=1)
    assert await states(event) == ["registered", "registered", "registered", "waiting"]
    await edit_event(amara, event.id, plan_of(lakeside, capacity=1), version=2)
    assert await states(event) == ["registered", "registered", "registered", "waiting"]  # nobody loses a seat
    await edit_event(amara, event.id, plan_of(lakeside), version=3)
    assert await states(event) == ["registered"] * 4


async def test_one_of_those_that_exclude_each_other_is_chosen() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, sessions=THREE)
    other = await make_event(amara, lakeside, sessions=THREE)
    (one,) = await crowd(1)
    sessions = {row.title: row.id for row in await EventSession.filter(event_id=event.id)}
    foreign = (await EventSession.filter(event_id=other.id).first()).id  # type: ignore[union-attr]
    for chosen in ({}, {1: 0}, {1: 2**40}, {1: foreign}, {2: sessions["Batteries"]}):
        with pytest.raises(Invalid):
            await register(one, event.id, chosen)
    assert await Registration.all().count() == 0
    await register(one, event.id, {1: sessions["Batteries"]})
    await register(one, event.id, {1: sessions["Assessing on site"]})
    assert [row.session_id for row in await Choice.all()] == [sessions["Assessing on site"]]
    assert await Registration.all().count() == 1


async def test_a_choice_falls_with_its_session_and_stays_with_the_others() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, sessions=THREE)
    one, two = await crowd(2)
    sessions = {row.number: row.id for row in await EventSession.filter(event_id=event.id)}
    await register(one, event.id, {1: sessions[1]})
    await register(two, event.id, {1: sessions[3]})
    await edit_event(amara, event.id, plan_of(lakeside, sessions=THREE[:2]), version=1)
    assert [row.session_id for row in await Choice.all()] == [sessions[1]]


@pytest.mark.parametrize("closed", ["over", "cancelled"])
async def test_nobody_registers_for_what_is_over_or_cancelled(closed: str) -> None:
    lakeside, amara = await house("Lakeside")
    event = await (make_past_event if closed == "over" else make_event)(amara, lakeside)
    if closed == "cancelled":
        await cancel_event(amara, event.id, "The roof leaks.")
    (one,) = await crowd(1)
    for act in (register(one, event.id, {}), give_up_seat(one, event.id)):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.reason == closed
    assert await Registration.all().count() == 0


async def test_whoever_is_registered_hears_that_it_moves_and_that_it_is_cancelled() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, capacity=1)
    comes, waits, left = await crowd(3)
    for one in (comes, waits, left):
        await register(one, event.id, {})
    await give_up_seat(left, event.id)
    await edit_event(amara, event.id, plan_of(lakeside, capacity=1, summary="Other words."), version=1)
    await drain()
    assert await waiting_for(comes) == []  # it is where it was
    await edit_event(amara, event.id, plan_of(lakeside, capacity=1, place="The other hall"), version=2)
    await drain()
    assert [one.kind for one in await waiting_for(comes)] == ["event_moved"]
    for _twice in range(2):
        await cancel_event(amara, event.id, "The roof leaks.")
        await drain()
    for one in (comes, waits):
        (told,) = await waiting_for(one)
        assert (told.kind, told.subject.title, told.subject.href) == ("event_cancelled", "Open workshop", event.url)
        assert told.subject.excerpt == "The roof leaks."
    assert await waiting_for(left) == []


async def test_what_is_told_late_is_told_of_what_is_so_now() -> None:
    """Between the news and a page of those who hear of it, one gives the seat up, and then the event is cancelled."""
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside)
    comes, left = await crowd(2)
    for one in (comes, left):
        await register(one, event.id, {})
    await drain()
    ids = [comes.member or 0, left.member or 0]
    await give_up_seat(left, event.id)
    await tell_comers(ids, event.id, "event_moved", "moved:2")
    assert [len(await waiting_for(one)) for one in (comes, left)] == [1, 0]
    await cancel_event(amara, event.id, "The roof leaks.")
    await drain()
    await tell_comers(ids, event.id, "event_moved", "moved:3")
    assert [one.kind for one in await waiting_for(comes)] == ["event_cancelled"]


async def test_only_who_runs_it_changes_it_and_nobody_overwrites_a_colleague() -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO")
    event = await make_event(amara, lakeside)
    for act in (edit_event(liv, event.id, plan_of(lakeside), 1), cancel_event(liv, event.id, "")):
        with pytest.raises(Refused):
            await act
    with pytest.raises(NotFound):
        await make_event(liv, lakeside)
    with pytest.raises(NotFound):  # given away to a house that one does not speak for
        await edit_event(amara, event.id, plan_of(fjord), 1)
    with pytest.raises(NotFound):  # without an institution only stewards plan
        await make_event(amara)
    for audience in (STEWARDS, "space:1", "member:1"):
        with pytest.raises(Invalid):
            await make_event(amara, lakeside, audience=audience)
    await edit_event(amara, event.id, plan_of(lakeside, title="Once"), 1)
    with pytest.raises(Conflict):
        await edit_event(amara, event.id, plan_of(lakeside, title="Twice"), 1)
    assert (await Event.get(id=event.id)).title == "Once"


async def test_a_narrower_audience_ends_what_was_told() -> None:
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, audience=MEMBERS)
    (one,) = await crowd(1)
    await register(one, event.id, {})
    await edit_event(amara, event.id, plan_of(lakeside, MEMBERS, place="Elsewhere"), 1)
    await drain()
    assert len(await waiting_for(one)) == 1
    space = await make_space([], [await _member_of(amara)])
    await edit_event(await _again(amara), event.id, plan_of(lakeside, space.key, place="Elsewhere"), 2)
    assert await waiting_for(one) == []


async def test_planning_twice_makes_one() -> None:
    from community.events.actions import plan_event

    lakeside, amara = await house("Lakeside")
    client_id = uuid4()
    first = await plan_event(amara, plan_of(lakeside, sessions=THREE), client_id)
    again = await plan_event(amara, plan_of(lakeside, sessions=THREE), client_id)
    assert first.id == again.id
    assert await EventSession.all().count() == 3


async def _member_of(viewer: Viewer) -> Any:
    from community.accounts.models import Member

    return await Member.get(id=viewer.member)


async def _again(viewer: Viewer) -> Viewer:
    """The same member with the rights of now."""
    return await viewer_of(await _member_of(viewer))
