"""Whoever leaves a space leaves with what they followed there, and with their seats."""

from uuid import uuid4

import pytest

from community.accounts.models import Member
from community.audience import MEMBERS, PUBLIC
from community.chat.keeping import NewRoom, open_room
from community.discussions.keeping import set_following
from community.discussions.models import Category
from community.events.actions import edit_event
from community.events.models import Registration
from community.events.queries import mine
from community.events.registering import register
from community.spaces.membership import accept, invite, leave, remove
from community.storage import drain, rows
from tests.discussions.factories import make_reply, make_thread
from tests.events.factories import make_event, plan_of
from tests.exchange.factories import house
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def followed(member) -> list[str]:
    return sorted(row["target"] for row in await rows("SELECT target FROM followings WHERE member_id = :id", id=member.id))


@pytest.mark.parametrize("way", ["leaves", "is removed"])
async def test_a_former_member_follows_nothing_there_any_more(app, way):
    mika, amara, stays = await make_member("Mika Lehtola"), await make_member(), await make_member("Bagus Prasetyo")
    space = await make_space([amara, stays], [mika])
    inside = await make_thread(mika, place=space.key)
    outside = await make_thread(mika, "Which rods?")
    room = await open_room(await viewer_of(mika), NewRoom("Roofs", space=space.id), uuid4())
    category = await Category.get(code=f"space-{space.id}")
    kept = [f"thread:{outside.id}"]
    lost = [f"room:{room.id}", space.key, f"theme:{category.id}", f"thread:{inside.id}"]
    for member in (amara, stays):
        for target in (*kept, *lost):
            await set_following(await viewer_of(member), target, "watch" if target != f"room:{room.id}" else "mute")
    if way == "leaves":
        await leave(await viewer_of(amara), space.id)
    else:
        await remove(await viewer_of(mika), space.id, amara.id)
    await drain()
    assert await followed(amara) == kept
    assert await followed(stays) == sorted([*kept, *lost])
    await make_reply(mika, inside)
    await drain()
    told = await rows("SELECT member_id FROM notifications WHERE root = :root", root=f"thread:{inside.id}")
    assert {row["member_id"] for row in told} == {stays.id}


async def test_whoever_is_back_before_it_is_heard_keeps_what_they_follow(app):
    mika, amara = await make_member("Mika Lehtola"), await make_member()
    space = await make_space([amara], [mika])
    await set_following(await viewer_of(amara), space.key, "watch")
    await leave(await viewer_of(amara), space.id)
    await invite(await viewer_of(mika), space.id, amara.handle)
    await accept(await viewer_of(amara), space.slug)
    await drain()
    assert await followed(amara) == [space.key]


async def test_the_seat_of_a_former_member_goes_to_who_waits(app):
    lakeside, organiser = await house("Lakeside")
    mika, amara, bagus = await make_member("Mika Lehtola"), await make_member(), await make_member("Bagus Prasetyo")
    runs = await Member.get(id=organiser.member)
    space = await make_space([amara, bagus], [mika, runs])
    event = await make_event(await viewer_of(runs), lakeside, audience=space.key, capacity=1)
    open_to_all = await make_event(await viewer_of(runs), lakeside, audience=MEMBERS)
    for member in (amara, bagus):
        await register(await viewer_of(member), event.id, {})
        await register(await viewer_of(member), open_to_all.id, {})
    await leave(await viewer_of(amara), space.id)
    await drain()
    held = {(one.event_id, one.member_id): one.state for one in await Registration.all()}
    assert (held[event.id, amara.id], held[event.id, bagus.id]) == ("cancelled", "registered")
    assert held[open_to_all.id, amara.id] == "registered"
    assert await mine(await viewer_of(amara), event) is None


async def test_a_narrowed_event_keeps_the_seats_of_who_may_come(app):
    lakeside, organiser = await house("Lakeside")
    runs = await Member.get(id=organiser.member)
    inside, outside, waits = [await make_member(name) for name in ("Inside", "Outside", "Waits")]
    space = await make_space([inside, waits], [runs])
    event = await make_event(await viewer_of(runs), lakeside, audience=PUBLIC, capacity=2)
    for member in (inside, outside, waits):
        await register(await viewer_of(member), event.id, {})
    await edit_event(await viewer_of(runs), event.id, plan_of(lakeside, space.key, capacity=2), 1)
    held = {one.member_id: one.state for one in await Registration.all()}
    assert held == {inside.id: "registered", outside.id: "cancelled", waits.id: "registered"}
