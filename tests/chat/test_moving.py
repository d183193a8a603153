"""A room that is moved is for the readers of its new place, with all that was said."""

import pytest

from community.audience import MEMBERS, grant, hide, member_key
from community.chat.keeping import move_room
from community.chat.models import Room
from community.errors import Conflict, NotFound, Refused
from community.storage import rows, unit_of_work
from tests.chat.factories import make_room, say
from tests.factories import make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def test_by_the_form_and_its_readers_change(client, sign_in) -> None:
    amara, bagus, chen = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_member("Chen Wei")
    here = await make_space(members=[bagus], moderators=[amara], name="Here")
    there = await make_space(members=[chen], moderators=[amara], name="There")
    room = await make_room(space=here)
    await say(await viewer_of(bagus), room, "said before")
    await sign_in(client, amara)
    assert f'href="/rooms/{room.id}/move"' in (await client.get(f"/rooms/{room.id}")).text
    form = (await client.get(f"/rooms/{room.id}/move")).text
    assert ("There" in form, "Here" in form, "whole network" in form) == (True, False, False)
    for _ in range(2):
        moved = await client.post(f"/rooms/{room.id}/move", data={"space": str(there.id)})
        assert (moved.status_code, moved.headers["location"]) == (303, f"/rooms/{room.id}")
    for wrong in ("-1", "x", "9" * 30, ""):
        assert (await client.post(f"/rooms/{room.id}/move", data={"space": wrong})).status_code == 422
    assert "said before" in (await client.get(f"/rooms/{room.id}")).text
    await sign_in(client, chen)
    assert "said before" in (await client.get(f"/rooms/{room.id}")).text
    await sign_in(client, bagus)
    assert (await client.get(f"/rooms/{room.id}")).status_code == 404
    assert [row["document"] for row in await rows("SELECT document FROM withheld")] == [f"room:{room.id}"]


async def test_only_who_moderates_both_places_moves_it(client, sign_in) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    here, there = await make_space(members=[bagus], moderators=[amara]), await make_space(members=[amara], moderators=[bagus])
    room = await make_room(space=here)
    for member, place, error in (
        (amara, there.id, Refused),
        (bagus, there.id, Refused),
        (amara, None, Refused),
        (amara, 404, NotFound),
    ):
        with pytest.raises(error):
            await move_room(await viewer_of(member), room.id, place)
    async with unit_of_work():
        await grant(room.moderators_key, member_key(bagus.id), "moderator")
    with pytest.raises(Refused):  # who moderates the room alone does not take it out of its space
        await move_room(await viewer_of(bagus), room.id, there.id)
    outside = await make_space(moderators=[await make_member("Chen Wei")])
    with pytest.raises(NotFound):
        await move_room(await viewer_of(amara), room.id, outside.id)
    await sign_in(client, bagus)
    assert (await client.get(f"/rooms/{room.id}/move")).status_code == 403
    assert (await client.post(f"/rooms/{room.id}/move", data={"space": str(there.id)})).status_code == 403
    assert (await Room.get(id=room.id)).audience == here.key


async def test_to_the_whole_network_by_a_steward_and_never_while_it_is_hidden(database) -> None:
    ines = await make_steward()
    space = await make_space(moderators=[ines])
    room = await make_room(space=space)
    moved = await move_room(await viewer_of(ines), room.id, None)
    assert (moved.audience, moved.space_id) == (MEMBERS, None)
    async with unit_of_work():
        await hide(moved)
    with pytest.raises(Conflict):
        await move_room(await viewer_of(ines), room.id, space.id)


async def test_who_has_nowhere_to_move_it_is_not_offered_to(client, sign_in) -> None:
    amara, ines = await make_member("Amara Diallo"), await make_steward()
    here = await make_space(members=[ines], moderators=[amara])
    room, open_room = await make_room(space=here), await make_room()
    for member, one, is_offered in ((amara, room, False), (ines, open_room, False), (ines, room, False)):
        await sign_in(client, member)
        assert (f"/rooms/{one.id}/move" in (await client.get(f"/rooms/{one.id}")).text) is is_offered
    await make_space(moderators=[amara, ines], name="There")
    for member, one in ((amara, room), (ines, open_room)):
        await sign_in(client, member)
        assert f"/rooms/{one.id}/move" in (await client.get(f"/rooms/{one.id}")).text
    async with unit_of_work():
        await hide(open_room)
    assert f"/rooms/{open_room.id}/move" not in (await client.get(f"/rooms/{open_room.id}")).text
