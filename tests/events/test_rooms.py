"""The rooms of events: who may open one, who is in it, and when that ends."""

import asyncio
from uuid import uuid4

import pytest

from community.chat.actions import send_message
from community.chat.models import Room
from community.chat.queries import room_page, rooms_for
from community.errors import Invalid, NotFound, Refused
from community.events.actions import edit_event
from community.events.models import EventSession
from community.events.registering import give_up_seat, register
from community.events.rooms import NewEventRoom, open_event_room
from community.moderation.flagging import flag_message
from community.moderation.queue import everything_waiting
from community.spaces.membership import leave
from community.storage import drain
from tests.chat.conftest import enter, hall
from tests.chat.factories import say, with_token
from tests.events.factories import THREE, make_event, plan_of
from tests.factories import make_coordinator, make_institution, make_member, make_space, make_steward
from tests.viewers import viewer_of

__all__ = ["enter", "hall"]

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def planned(**said):
    """An event, who runs it, and the room of all of it for those who are registered."""
    school = await make_institution()
    organiser = await make_coordinator(school, "Wanjiru Otieno")
    event = await make_event(await viewer_of(organiser), school, **said)
    return school, organiser, event


async def opened(organiser, event, **new) -> Room:
    return await open_event_room(await viewer_of(organiser), event.id, NewEventRoom(**new), uuid4())


async def test_those_who_are_registered_are_in_its_room_and_nobody_else(client, sign_in) -> None:
    _school, organiser, event = await planned()
    early, late, other = await make_member("Early Bird"), await make_member("Late Comer"), await make_member("Somebody Else")
    await register(await viewer_of(early), event.id, {})
    await sign_in(client, organiser)
    assert "Those who are registered" in (await client.get(event.url)).text
    sent = {"client_id": str(uuid4()), "whom": "registered"}
    answers = [await client.post(f"{event.url}/rooms", data=sent) for _ in range(2)]
    room = await Room.get()
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, f"/rooms/{room.id}")}
    assert (room.name, room.audience) == (event.title, event.key)
    await register(await viewer_of(late), event.id, {})
    for member in (early, late, organiser):
        assert (await room_page(await viewer_of(member), room.id)).home == ("The event", event.url)
    for member in (other, await make_steward(), await make_coordinator(await make_institution("Elsewhere"), "Lucia F")):
        with pytest.raises(NotFound):
            await room_page(await viewer_of(member), room.id)
    await sign_in(client, late)
    assert f"/rooms/{room.id}#end" in (await client.get(event.url)).text
    assert event.title in (await client.get("/rooms")).text
    await sign_in(client, other)
    assert f"/rooms/{room.id}" not in (await client.get(event.url)).text
    assert f"/rooms/{room.id}" not in (await client.get("/rooms")).text


async def test_whoever_gives_up_the_seat_hears_nothing_within_a_second(hall, enter) -> None:
    _school, organiser, event = await planned()
    amara = await make_member("Amara Diallo")
    await register(await viewer_of(amara), event.id, {})
    room = await opened(organiser, event)
    _viewer, token = await with_token(amara)
    hers, host = await enter(amara, room, token=token), await viewer_of(organiser)
    await send_message(host, room.id, "both hear this", uuid4())
    assert (await hers.hear("entry"))["seq"] == 1
    await give_up_seat(await viewer_of(amara), event.id)
    await asyncio.sleep(1)
    await send_message(host, room.id, "not for her", uuid4())
    assert await hers.silent_for(0.4)
    await hers.say(type="subscribe", topic=f"room:{room.id}", seq=0)
    assert (await hers.hear("cut", "entry", "subscribed"))["type"] == "cut"


async def test_who_waits_comes_in_with_the_seat() -> None:
    _school, organiser, event = await planned(capacity=1)
    first, second = await make_member("First"), await make_member("Second")
    room = await opened(organiser, event)
    await register(await viewer_of(first), event.id, {})
    await register(await viewer_of(second), event.id, {})
    assert not (await viewer_of(second)).holds(room.audience)
    await give_up_seat(await viewer_of(first), event.id)
    assert (await viewer_of(second)).holds(room.audience)
    assert not (await viewer_of(first)).holds(room.audience)


async def test_an_organiser_who_gives_up_a_seat_still_runs_the_room() -> None:
    _school, organiser, event = await planned()
    room = await opened(organiser, event)
    await register(await viewer_of(organiser), event.id, {})
    await give_up_seat(await viewer_of(organiser), event.id)
    assert (await room_page(await viewer_of(organiser), room.id)).may_moderate


async def test_a_room_for_a_session_and_for_everybody(client, sign_in) -> None:
    _school, organiser, event = await planned(sessions=THREE)
    session = await EventSession.filter(event_id=event.id).order_by("number").first()
    room = await opened(organiser, event, session=session.id, for_registered=False)
    assert (room.name, room.audience) == ("Faults without a meter", "public")
    again = await opened(organiser, event, session=session.id)
    assert again.id == room.id
    assert (await client.get(f"/rooms/{room.id}")).status_code == 200  # a guest
    assert (await room_page(await viewer_of(organiser), room.id)).may_moderate
    with pytest.raises(Invalid):
        await opened(organiser, event, session=session.id + 99)
    await sign_in(client, organiser)
    page = (await client.get(event.url)).text
    assert "Batteries</option>" in page
    assert ">WS 1: Faults" not in page.split('name="session"')[1].split("</select>")[0]


async def test_nobody_else_opens_one(client, sign_in) -> None:
    _school, _organiser, event = await planned()
    for member in (await make_member(), await make_coordinator(await make_institution("Elsewhere"), "Lucia F")):
        with pytest.raises(Refused):
            await opened(member, event)
        await sign_in(client, member)
        assert (await client.post(f"{event.url}/rooms", data={"whom": "all"})).status_code in {403, 404}
    assert await Room.all().count() == 0


@pytest.mark.parametrize("for_registered", [True, False])
async def test_in_a_space_its_rooms_are_the_spaces_or_of_those_registered_there(for_registered) -> None:
    school = await make_institution()
    organiser, inside = await make_coordinator(school, "Wanjiru Otieno"), await make_member("Inside")
    seated, elsewhere = await make_member("Seated"), await make_coordinator(school, "Lucia F")
    space = await make_space(members=[inside, seated], moderators=[organiser])
    event = await make_event(await viewer_of(organiser), school, space.key)
    await register(await viewer_of(seated), event.id, {})
    room = await opened(organiser, event, for_registered=for_registered)
    assert room.space_id == space.id
    seen = [bool(await rooms_for(await viewer_of(one), space=space.id)) for one in (organiser, seated, inside, elsewhere)]
    assert seen == [True, True, not for_registered, False]


async def test_an_event_that_goes_into_a_space_opens_its_room_to_nobody_else() -> None:
    school, organiser, event = await planned()
    amara, bagus, chen, dana = [await make_member(name) for name in ("Amara Diallo", "Bagus Prasetyo", "Chen Wei", "Dana Levi")]
    outside = await make_coordinator(school, "Lucia F")
    for member in (amara, bagus):
        await register(await viewer_of(member), event.id, {})
    space = await make_space(members=[bagus, chen], moderators=[organiser])
    room = await opened(organiser, event)
    await edit_event(await viewer_of(organiser), event.id, plan_of(school, space.key), event.version)
    assert await entering(room, organiser, amara, bagus, chen, outside) == [True, False, True, False, False]
    await register(await viewer_of(chen), event.id, {})
    assert await entering(room, chen) == [True]
    await leave(await viewer_of(bagus), space.id)
    assert await entering(room, bagus) == [False]  # at once, before his seat is given up
    await edit_event(await viewer_of(organiser), event.id, plan_of(school), event.version + 1)
    await register(await viewer_of(dana), event.id, {})
    assert await entering(room, organiser, dana, chen, outside) == [True, False, True, False]


async def entering(room, *members) -> list[bool]:
    return [(await viewer_of(one)).holds((await Room.get(id=room.id)).audience) for one in members]


@pytest.mark.parametrize("for_registered", [True, False])
async def test_its_rooms_become_as_narrow_as_the_event_and_never_wider(client, sign_in, for_registered) -> None:
    school, organiser, event = await planned()
    amara = await make_member("Amara Diallo")
    await register(await viewer_of(amara), event.id, {})
    space = await make_space(moderators=[organiser])
    room = await opened(organiser, event, for_registered=for_registered)
    await send_message(await viewer_of(organiser), room.id, "capacitor banks", uuid4())
    await drain()
    await edit_event(await viewer_of(organiser), event.id, plan_of(school, space.key), event.version)
    with pytest.raises(NotFound):
        await room_page(await viewer_of(amara), room.id)
    await sign_in(client, amara)
    assert "/messages/" not in (await client.get("/search?q=capacitor")).text
    await edit_event(await viewer_of(organiser), event.id, plan_of(school), event.version + 1)
    assert (await Room.get(id=room.id)).audience == (f"event:{event.id}:{space.id}" if for_registered else space.key)


async def test_another_institution_runs_its_rooms() -> None:
    school, organiser, event = await planned()
    other = await make_institution("Elsewhere")
    steward, lucia = await make_steward(), await make_coordinator(other, "Lucia F")
    room = await opened(organiser, event)
    await edit_event(await viewer_of(steward), event.id, plan_of(other), event.version)
    assert (await room_page(await viewer_of(lucia), room.id)).may_moderate
    with pytest.raises(NotFound):
        await room_page(await viewer_of(organiser), room.id)
    assert school.id != other.id


async def test_what_is_reported_among_those_who_come_goes_to_the_stewards_as_a_copy(app) -> None:
    _school, organiser, event = await planned()
    rafael, reporter = await make_member("Rafael Moura"), await make_member("Quiet Reporter")
    for member in (rafael, reporter):
        await register(await viewer_of(member), event.id, {})
    room = await opened(organiser, event)
    said = await say(await viewer_of(rafael), room, "Buy certificates.")
    await flag_message(await viewer_of(reporter), said.message_id, "advertising", "", uuid4())
    waiting = await everything_waiting(await viewer_of(await make_steward()))
    assert [(one.title, "Buy certificates." in one.html, one.look) for one in waiting] == [("Message in a closed space", True, "")]
