"""What hangs on a message of a few is for those few, as long as they are in it."""

from uuid import uuid4

import pytest

from community.accounts.appointing import suspend
from community.accounts.blocking import block, unblock
from community.chat.actions import delete_message, send_message
from community.conversations.actions import leave
from community.conversations.queries import requests_for
from community.events.actions import edit_event
from community.events.registering import register
from community.events.rooms import NewEventRoom, open_event_room
from community.files import actions
from community.files.models import File
from community.settings import settings
from tests.conversations.factories import group, talk, write
from tests.events.factories import make_event, plan_of
from tests.factories import make_coordinator, make_institution, make_member, make_space, make_steward
from tests.files.test_files import Sent, png
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GUILDHALL_DATA", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


async def shown_in(member, room_id: int) -> tuple[str, int]:
    """The address of a picture that this member has just shown in a room, and its message."""
    viewer = await viewer_of(member)
    file = await actions.store_upload(viewer, Sent(png((70, 35)), "drawing.png"), uuid4())
    sent = await send_message(viewer, room_id, "See here", uuid4(), files=(file.id,))
    file = await File.get(id=file.id)
    return f"/files/{file.id}/{file.name}", sent.message_id


async def statuses(client, sign_in, path: str, *members) -> list[int]:
    found = []
    for member in members:
        await sign_in(client, member)
        found.append((await client.get(path)).status_code)
    return found


async def test_a_picture_in_a_conversation(client, sign_in) -> None:
    amara, bagus, chen = [await make_member(name) for name in ("Amara Diallo", "Bagus Prasetyo", "Chen Wei")]
    room = await talk(amara, bagus)
    path, message = await shown_in(amara, room.id)
    assert await statuses(client, sign_in, path, amara, bagus, chen, await make_steward()) == [200, 200, 404, 404]
    await block(await viewer_of(bagus), amara.id)
    assert await statuses(client, sign_in, path, amara, bagus) == [200, 404]
    await unblock(await viewer_of(bagus), amara.id)
    assert await statuses(client, sign_in, path, bagus) == [200]
    await delete_message(await viewer_of(amara), message)
    assert await statuses(client, sign_in, path, amara, bagus) == [404, 404]


async def test_a_picture_in_a_group_is_gone_for_who_left(client, sign_in) -> None:
    amara, bagus, chen = [await make_member(name) for name in ("Amara Diallo", "Bagus Prasetyo", "Chen Wei")]
    begun = await group(amara, bagus, chen)
    path, _message = await shown_in(bagus, begun.room_id)
    await leave(await viewer_of(chen), begun.id)
    assert await statuses(client, sign_in, path, amara, bagus, chen) == [200, 200, 404]


async def test_a_picture_in_an_events_room_goes_where_the_event_goes(client, sign_in) -> None:
    school, amara = await make_institution(), await make_member("Amara Diallo")
    organiser = await make_coordinator(school, "Wanjiru Otieno")
    event = await make_event(await viewer_of(organiser), school)
    await register(await viewer_of(amara), event.id, {})
    room = await open_event_room(await viewer_of(organiser), event.id, NewEventRoom(), uuid4())
    path, _message = await shown_in(organiser, room.id)
    assert await statuses(client, sign_in, path, amara, organiser, await make_member("Chen Wei")) == [200, 200, 404]
    space = await make_space(moderators=[organiser])
    await edit_event(await viewer_of(organiser), event.id, plan_of(school, space.key), event.version)
    assert await statuses(client, sign_in, path, amara, organiser) == [404, 200]


@pytest.mark.usefixtures("database")
async def test_nobody_waits_for_an_answer_to_somebody_who_is_suspended() -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    await write(amara, bagus)
    assert len(await requests_for(await viewer_of(bagus))) == 1
    await suspend(await viewer_of(await make_steward()), amara.id)
    assert await requests_for(await viewer_of(bagus)) == []
