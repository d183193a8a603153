"""Whoever watches a room is told of every message, in the way they chose; nobody else is."""

from uuid import uuid4

import pytest

from community.chat.actions import delete_message, mark_read, send_message
from community.notifications import room_listeners
from community.notifications.actions import finish_all
from community.notifications.choosing import Choice, choose
from community.notifications.models import Notification
from community.notifications.queries import count_waiting, waiting_for
from community.storage import drain
from tests.chat.factories import make_room, say
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def told(member) -> list[tuple[str, int, str]]:
    await drain()
    viewer = await viewer_of(member)
    lines = await waiting_for(viewer)
    assert len(lines) == await count_waiting(viewer)
    return [(one.kind, one.number, one.because) for one in lines]


async def press(client, room, level: str) -> None:
    assert (await client.post(f"/rooms/{room.id}/follow", data={"level": level})).status_code == 303


async def test_a_watched_room_tells_of_every_message_until_it_was_read(client, sign_in):
    amara, bagus, mika = await make_member(), await make_member("Bagus Prasetyo"), await make_member("Mika Lehtola")
    room = await make_room()
    await sign_in(client, amara)
    await press(client, room, "watch")
    assert 'value="watch"' not in (page := (await client.get(f"/rooms/{room.id}")).text)
    assert 'aria-pressed="true">Watch</button>' in page
    sent = [await say(await viewer_of(who), room, f"Rule {n}.") for n, who in enumerate((bagus, mika, bagus))]
    await say(await viewer_of(amara), room, "My own.")
    await mark_read(await viewer_of(amara), room.id, 0)
    assert await told(amara) == []  # who writes has read
    sent.append(await say(await viewer_of(bagus), room, "Rule 4."))
    sent.append(await say(await viewer_of(mika), room, "Rule 5."))
    assert await told(amara) == [("room_watched", 2, "because you watch this room")]
    assert "Mika Lehtola and 1 other wrote in a room you watch" in (await client.get("/")).text
    assert await told(bagus) == await told(mika) == []
    await delete_message(await viewer_of(mika), sent[-1].message_id)
    assert await told(amara) == [("room_watched", 1, "because you watch this room")]
    await mark_read(await viewer_of(amara), room.id, sent[-1].seq)
    assert await told(amara) == []


@pytest.mark.parametrize("level", ["follow", "mute", ""])
async def test_whoever_follows_or_mutes_is_not_told_of_every_message(client, sign_in, level):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await make_room()
    await sign_in(client, amara)
    await press(client, room, "watch")
    await press(client, room, level)
    await say(await viewer_of(bagus), room, f"Does @{amara.handle} hear this?")
    assert [kind for kind, _number, _why in await told(amara)] == ([] if level == "mute" else ["mention"])


@pytest.mark.parametrize(("choice", "row"), [
    (None, (True, "digest")), (Choice("room", bell=True, mail="no"), (True, "no")), (Choice("room", bell=False, mail="no"), None),
])  # fmt: skip
async def test_the_settings_say_how(client, sign_in, choice, row):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await make_room()
    await sign_in(client, amara)
    assert "New messages in rooms you watch" in (await client.get("/account/notices")).text
    await press(client, room, "watch")
    if choice:
        await choose(await viewer_of(amara), [choice], "weekly", None)
    await say(await viewer_of(bagus), room)
    await drain()
    found = await Notification.get_or_none(member_id=amara.id)
    assert (found and (found.bell, found.mail)) == row


async def test_whoever_is_far_behind_is_not_told_of_each_message(client, sign_in, monkeypatch):
    """They have been told; and a room with many watchers who are away stays light."""
    monkeypatch.setattr(room_listeners, "MOST_BEHIND", 3)
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await make_room()
    await sign_in(client, amara)
    await press(client, room, "watch")
    first = await say(await viewer_of(bagus), room)
    await mark_read(await viewer_of(amara), room.id, first.seq)
    for number in range(6):
        await say(await viewer_of(bagus), room, f"Rule {number}.")
    assert await told(amara) == [("room_watched", 3, "because you watch this room")]
    await finish_all(await viewer_of(amara))
    for number in range(3):  # told again, once, of all of it
        await say(await viewer_of(bagus), room, f"Rule {number + 6}.")
        assert await told(amara) == [("room_watched", 1, "because you watch this room")]
    assert "50+ new" in (await client.get("/")).text
    await mark_read(await viewer_of(amara), room.id, 99)
    assert await told(amara) == []


async def test_whoever_begins_to_watch_far_behind_is_told(client, sign_in, monkeypatch):
    monkeypatch.setattr(room_listeners, "MOST_BEHIND", 3)
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await make_room()
    first = await say(await viewer_of(bagus), room)
    await mark_read(await viewer_of(amara), room.id, first.seq)
    for number in range(6):
        await say(await viewer_of(bagus), room, f"Rule {number}.")
    assert await told(amara) == []
    await sign_in(client, amara)
    await press(client, room, "watch")
    await say(await viewer_of(bagus), room, "One more.")
    await say(await viewer_of(bagus), room, "And one.")
    assert await told(amara) == [("room_watched", 1, "because you watch this room")]
    assert "50+ new" in (await client.get("/")).text


async def test_fifty_lines_are_fifty_and_more(client, sign_in):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    room = await make_room()
    await sign_in(client, amara)
    await mark_read(await viewer_of(amara), room.id, 0)
    await press(client, room, "watch")
    his = await viewer_of(bagus)
    for number in range(51):
        await say(his, room, f"Rule {number}.")
    await drain()
    assert "50+ new" in (await client.get("/")).text
    assert await Notification.filter(member_id=amara.id).count() == 50


async def test_whose_message_is_answered_is_told_until_they_have_read_it(client, sign_in):
    amara, bagus, room = await make_member(), await make_member("Bagus Prasetyo"), await make_room()
    first = await say(await viewer_of(amara), room, "Who has the sheet?")
    await sign_in(client, amara)
    await send_message(await viewer_of(amara), room.id, "Myself.", uuid4(), reply_to=first.message_id)
    assert await told(amara) == []
    again = await send_message(await viewer_of(bagus), room.id, "Here it is.", uuid4(), reply_to=first.message_id)
    assert await told(amara) == [("quote_room", 1, "because it answers your message")]
    assert "Bagus Prasetyo answered you in a room" in (await client.get("/")).text
    await mark_read(await viewer_of(amara), room.id, again.seq)
    assert await told(amara) == []
    await press(client, room, "mute")
    await send_message(await viewer_of(bagus), room.id, "And again.", uuid4(), reply_to=first.message_id)
    assert await told(amara) == []
