"""Journeys over a real socket into the real application."""

import asyncio
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from community.audience import MEMBERS, grant, member_key
from community.chat import sockets
from community.chat.actions import delete_message, edit_message
from community.chat.models import Message, Room, RoomPosition
from community.storage import unit_of_work
from tests.chat.factories import make_room, say, with_token
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def test_what_one_says_the_others_hear_and_the_sender_knows_it_is_stored(enter, database) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    room = await make_room()
    hers, his = await enter(amara, room), await enter(bagus, room)
    client_id = str(uuid4())
    await hers.say(type="send", topic=f"room:{room.id}", client_id=client_id, text="Good *morning*", lang="en")
    ack, entry = await hers.hear("ack"), await his.hear("entry")
    message = await Message.get(client_id=client_id)
    assert ack == {"type": "ack", "client_id": client_id, "message": message.id, "topic": f"room:{room.id}", "seq": 1}
    assert entry["html"] == "<p>Good <em>morning</em></p>\n"
    assert (entry["name"], entry["initials"], entry["kind"], entry["seq"]) == ("Amara Diallo", "AD", "sent", 1)
    assert "source" not in entry
    assert "email" not in repr(entry)


async def test_the_same_frame_reaches_every_reader(enter) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    room = await make_room()
    hers, his = await enter(amara, room), await enter(bagus, room)
    await hers.send("mine", room.id)
    assert await hers.hear("entry") == await his.hear("entry")


async def test_what_a_form_sends_a_socket_hears_and_the_other_way_round(hall, enter) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    room, client_id = await make_room(), str(uuid4())
    his = await enter(bagus, room)
    _viewer, token = await with_token(amara)
    async with hall.browser(token) as browser:
        for _ in range(2):
            answer = await browser.post(f"/rooms/{room.id}/messages", data={"text": "by form", "client_id": client_id})
            assert answer.status_code == 303
        assert (await his.hear("entry"))["html"] == "<p>by form</p>\n"
        hers = await hall.line_with(token)
        await hers.say(type="send", room=room.id, client_id=client_id, text="by form")
        assert (await hers.hear("ack"))["seq"] == 1
        await his.send("by socket", room.id)
        await his.hear("ack")
        assert "by socket" in (await browser.get(f"/rooms/{room.id}")).text
        await hers.close()
    assert await Message.all().count() == 2


async def test_edits_and_deletions_are_heard_and_replayed(enter) -> None:
    amara, room = await make_member(), await make_room()
    line = await enter(amara, room)
    viewer = await viewer_of(amara)
    sent = await say(viewer, room, "frist")
    await edit_message(viewer, sent.message_id, "first")
    await delete_message(viewer, sent.message_id)
    heard = await line.entries(3)
    assert [(one["seq"], one["kind"]) for one in heard] == [(1, "sent"), (2, "edited"), (3, "deleted")]
    late = await enter(amara)
    epoch = (await Room.get(id=room.id)).epoch
    await late.say(type="subscribe", topic=f"room:{room.id}", epoch=epoch, seq=0)
    assert [(one["seq"], one["html"], one["deleted"]) for one in await late.entries(3)] == [(n, "", True) for n in (1, 2, 3)]


async def test_edit_delete_and_read_by_frame(enter) -> None:
    amara, room = await make_member(), await make_room()
    line = await enter(amara, room)
    await line.send("frist", room.id)
    message = (await line.hear("ack"))["message"]
    await line.say(type="edit", message=message, client_id=str(uuid4()), text="first")
    assert (await line.hear("ack"))["seq"] == 2
    await line.say(type="delete", message=message, client_id=str(uuid4()))
    assert (await line.hear("ack"))["seq"] == 3
    await line.say(type="read", topic=f"room:{room.id}", seq=3)
    for _ in range(50):
        await asyncio.sleep(0.02)
        if (await RoomPosition.get(member_id=amara.id)).seq == 3:
            break
    assert (await RoomPosition.get(member_id=amara.id)).seq == 3


async def test_answer_react_and_pin_by_frame(enter) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    hers, his, heard_by = await enter(amara, room), await enter(bagus, room), await enter(await make_member("Chen Wei"), room)
    await hers.send("a question", room.id)
    message = (await hers.hear("ack"))["message"]
    await his.say(type="send", room=room.id, client_id=str(uuid4()), text="an answer", reply_to=message)
    for emoji, on in (("agree", True), ("agree", True), ("look", True), ("look", False)):
        await his.hear("ack")
        await his.say(type="react", message=message, client_id=str(uuid4()), emoji=emoji, on=on)
    await his.hear("ack")
    await his.say(type="pin", message=message, client_id=str(uuid4()), on=True)
    heard = await heard_by.entries(6)
    assert [(one["seq"], one["kind"]) for one in heard] == [
        (1, "sent"), (2, "sent"), (3, "reacted"), (4, "reacted"), (5, "reacted"), (6, "pinned"),
    ]  # fmt: skip
    assert heard[1]["reply_to"]["words"] == "a question"
    assert heard[5]["pinned"] is True
    assert heard[5]["reactions"] == [{"kind": "agree", "count": 1, "by": [bagus.id]}]
    assert {"reply_to", "reactions", "pinned"}.isdisjoint(heard[0])


@pytest.mark.parametrize(("kind", "fields"), [("react", {"emoji": "agree"}), ("edit", {}), ("pin", {})])
async def test_who_changes_messages_without_end_waits(enter, monkeypatch, kind, fields) -> None:
    monkeypatch.setattr(sockets, "PACES", {shape: ("3/minute", path) for shape, (_pace, path) in sockets.PACES.items()})
    amara, room = await make_member(), await make_room()
    sent, line = await say(await viewer_of(amara), room), await enter(amara, room)
    for n in range(4):
        said = {"text": str(n)} if kind == "edit" else {"on": n % 2 == 0, **fields}
        await line.say(type=kind, message=sent.message_id, client_id=str(uuid4()), **said)
    refused = await line.hear("refused")
    assert refused["reason"] == "too-often"
    assert 0 < refused["retry_after"] <= 61


@pytest.mark.parametrize(
    ("frame", "reason"),
    [({"type": "send", "room": 404, "text": "x"}, "not-found"), ({"type": "send", "topic": "thread:1", "text": "x"}, "not-found"),
     ({"type": "send", "room": 1, "text": " "}, "invalid"), ({"type": "send", "room": 1, "text": "x" * 4001}, "invalid"),
     ({"type": "edit", "message": 404, "text": "x"}, "not-found"), ({"type": "delete", "message": 404}, "not-found"),
     ({"type": "react", "message": 404, "emoji": "agree", "on": True}, "not-found"),
     ({"type": "react", "message": 404, "emoji": "shrug", "on": True}, "invalid"),
     ({"type": "pin", "message": 404, "on": True}, "not-found"),
     ({"type": "send", "room": 1, "text": "x", "reply_to": 404}, "invalid"),
     ({"type": "send", "room": 1, "text": "x", "reply_to": 0}, "invalid"),
     ({"type": "send", "room": 1, "text": "x", "lang": "zz-not-a-language"}, "invalid")],
)  # fmt: skip
async def test_a_refusal_names_its_frame_and_its_reason(enter, frame, reason) -> None:
    await make_room()
    line = await enter(await make_member())
    client_id = str(uuid4())
    await line.say(**frame, client_id=client_id)
    refused = await line.hear("refused")
    assert (refused["client_id"], refused["reason"]) == (client_id, reason)
    assert refused["text"]


async def test_who_is_late_is_told_that_the_message_is_gone(enter) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo", language="fr"), await make_room()
    viewer = await viewer_of(amara)
    sent = await say(viewer, room)
    await delete_message(viewer, sent.message_id)
    line = await enter(bagus, room)
    await line.say(type="react", message=sent.message_id, client_id=str(uuid4()), emoji="agree", on=True)
    refused = await line.hear("refused")
    assert (refused["reason"], refused["text"]) == ("deleted", "Ce message a été supprimé.")


async def test_what_fails_by_itself_is_told_in_the_members_language(enter, monkeypatch, caplog) -> None:
    async def fails(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(sockets, "edit_message", fails)
    line = await enter(await make_member(language="fr"))
    await line.say(type="edit", message=1, client_id=str(uuid4()), text="x")
    refused = await line.hear("refused")
    assert (refused["reason"], refused["retry_after"]) == ("failed", 2.0)
    assert refused["text"].startswith("Cela n")
    assert "RuntimeError" in caplog.text


async def test_four_thousand_letters_of_arabic_are_sent(enter) -> None:
    room = await make_room()
    line = await enter(await make_member(), room)
    await line.say(type="send", topic=room.topic, client_id=str(uuid4()), text="\u0645" * 4000)
    assert (await line.hear("ack", "refused"))["type"] == "ack"


async def test_a_newcomer_is_told_when_to_send_again(enter) -> None:
    room = await make_room(slow_s=30)
    line = await enter(await make_member("Noor Haddad", trust="newcomer"), room)
    await line.send("1", room.id)
    await line.hear("ack")
    await line.send("2", room.id)
    refused = await line.hear("refused")
    assert refused["reason"] == "too-often"
    assert 25 < refused["retry_after"] <= 31


async def test_who_enters_a_space_follows_at_once(enter) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    space = await make_space(members=[bagus])
    room = await make_room(space=space)
    hers = await enter(amara)
    await hers.say(type="subscribe", room=room.id)
    assert (await hers.hear("cut", "subscribed"))["type"] == "cut"
    async with unit_of_work():
        await grant(space.key, member_key(amara.id))
    await hers.say(type="subscribe", room=room.id)
    assert (await hers.hear("cut", "subscribed"))["type"] == "subscribed"


async def test_a_guest_and_another_site_get_no_socket(hall) -> None:
    _viewer, token = await with_token(await make_member())
    for bad in ({"token": "x" * 43}, {"token": ""}, {"token": token, "origin": "http://evil.example"}):
        with pytest.raises(InvalidStatus) as refused:
            await hall.line_with(**bad)
        assert refused.value.response.status_code == 403


async def test_two_hundred_messages_over_ten_lines_arrive_everywhere_in_one_order(enter) -> None:
    room = await make_room()
    lines = [await enter(await make_member(f"Member {n}"), room) for n in range(10)]
    await asyncio.gather(*(line.send(f"{n} {k}", room.id) for n, line in enumerate(lines) for k in range(20)))
    heard = [await line.entries(200, within=10) for line in lines]
    assert [one["seq"] for one in heard[0]] == list(range(1, 201))
    assert all([one["message"] for one in other] == [one["message"] for one in heard[0]] for other in heard)


async def test_a_discussion_is_followed_in_the_same_way(enter) -> None:
    from tests.discussions.factories import make_thread  # the slice below, as a reader of live topics

    amara = await make_member()
    thread = await make_thread(author=amara)
    line = await enter(amara)
    await line.say(type="subscribe", topic=f"thread:{thread.id}", seq=0)
    assert (await line.hear("entry"))["kind"] == "post"


async def test_who_is_in_the_room_shows_on_its_page(hall, enter) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    room = await make_room(audience=MEMBERS)
    line = await enter(amara, room)
    while (await line.hear("presence"))["count"] != 1:
        pass
    async with hall.browser((await with_token(bagus))[1]) as browser:
        page = (await browser.get(f"/rooms/{room.id}")).text
    assert '<b id="here">1</b>' in page
    assert "<span>AD</span>" in page
