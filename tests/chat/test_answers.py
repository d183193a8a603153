"""Answers to messages, reactions and pins: what stands beside words goes with the words."""

import re
from uuid import uuid4

import pytest

from community.accounts.blocking import block
from community.audience import member_key, revoke
from community.chat.actions import delete_message, edit_message, send_message
from community.chat.live import RoomTopic
from community.chat.models import Message, MessageReaction, RoomEntry, RoomPin, RoomPosition
from community.chat.pinning import MOST_PINS, set_pin
from community.chat.reacting import set_reaction
from community.errors import Invalid, NotFound, Refused
from community.storage import rows, unit_of_work
from tests.chat.factories import make_room, say
from tests.factories import make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def reply(actor, room, text, to):
    return await send_message(actor, room.id, text, uuid4(), reply_to=to)


async def newest(room):
    return (await RoomTopic().entries(room.id, (await RoomEntry.filter(room_id=room.id).count()) - 1, 1))[0][1]


async def test_an_answer_carries_the_words_as_they_are_now(client, sign_in) -> None:
    amara, bagus, room = await viewer_of(await make_member("Amara Diallo")), await make_member("Bagus Prasetyo"), await make_room()
    first = await say(amara, room, "Who has the *frist* sheet?")
    other = await reply(await viewer_of(bagus), room, "I have.", first.message_id)
    assert (await newest(room))["reply_to"] == {
        "message": first.message_id, "author": amara.member, "name": "Amara Diallo", "words": "Who has the frist sheet?", "lang": "en",
    }  # fmt: skip
    await sign_in(client, bagus)
    ref = f'<a class="ref" href="/messages/{first.message_id}"><b><bdi>Amara Diallo</bdi></b>'
    page = (await client.get(f"/rooms/{room.id}")).text
    assert page.count(ref) == 1
    assert "Who has the frist sheet?</span></a>" in page
    await edit_message(amara, first.message_id, "Who has the first sheet?")
    assert "Who has the first sheet?</span></a>" in (await client.get(f"/rooms/{room.id}")).text
    assert await rows("SELECT source FROM text_references WHERE target = :t", t=f"message:{first.message_id}") == [
        {"source": f"message:{other.message_id}"}
    ]
    await delete_message(amara, first.message_id)
    page = (await client.get(f"/rooms/{room.id}")).text
    assert "sheet" not in page.split('id="log"')[1].split("</ol>")[0]
    assert "This message was deleted.</span></a>" in page
    replayed = await RoomTopic().entries(room.id, 0, 100)
    assert "sheet" not in repr(replayed)
    await edit_message(await viewer_of(bagus), other.message_id, "I had.")
    assert (await newest(room))["reply_to"]["words"] == ""


async def test_one_answers_only_within_the_room() -> None:
    amara, room, other = await viewer_of(await make_member()), await make_room(), await make_room("Elsewhere")
    there = await say(amara, other, "elsewhere")
    for target in (there.message_id, 999, 2**40):
        with pytest.raises(Invalid):
            await reply(amara, room, "x", target)
    first = await say(amara, room, "here")
    await delete_message(amara, first.message_id)
    await reply(amara, room, "too late, and still an answer", first.message_id)
    assert await Message.filter(room_id=room.id).count() == 2


async def test_an_answer_by_form(client, sign_in) -> None:
    amara, room = await make_member(), await make_room()
    first = await say(await viewer_of(amara), room, "a question")
    await sign_in(client, amara)
    page = (await client.get(f"/rooms/{room.id}?reply={first.message_id}")).text
    assert f'name="reply_to" value="{first.message_id}"' in page
    data = {"text": "an answer", "client_id": str(uuid4()), "reply_to": str(first.message_id)}
    assert (await client.post(f"/rooms/{room.id}/messages", data=data)).status_code == 303
    assert (await Message.get(source="an answer")).reply_to == first.message_id
    for bad in ("0", "x", "9" * 30, "-1"):
        again = data | {"reply_to": bad, "client_id": str(uuid4())}
        assert (await client.post(f"/rooms/{room.id}/messages", data=again)).status_code == 422
    assert (await client.get(f"/rooms/{room.id}?reply=999")).status_code == 404
    assert "a question</span>" not in (await client.get(f"/rooms/{(await make_room()).id}?reply={first.message_id}")).text


async def test_one_reaction_of_each_kind_whatever_is_repeated() -> None:
    amara, bagus, room = (
        await viewer_of(await make_member()),
        await viewer_of(await make_member("Bagus Prasetyo")),
        await make_room(),
    )
    sent = await say(amara, room, "Good morning")
    for actor, kind, on in ((amara, "agree", True), (amara, "agree", True), (bagus, "agree", True), (bagus, "thanks", True),
                            (bagus, "thanks", False), (bagus, "thanks", False)):  # fmt: skip
        await set_reaction(actor, sent.message_id, kind, on=on)
    assert [e.kind for e in await RoomEntry.all().order_by("seq")] == ["sent", *["reacted"] * 4]
    frame = await newest(room)
    assert frame["reactions"] == [{"kind": "agree", "count": 2, "by": (amara.member, bagus.member)}]
    assert frame["html"] == "<p>Good morning</p>\n"
    with pytest.raises(Invalid):
        await set_reaction(amara, sent.message_id, "shrug", on=True)
    await delete_message(amara, sent.message_id)
    assert await MessageReaction.all().count() == 0
    assert "reactions" not in await newest(room)
    with pytest.raises(Refused):
        await set_reaction(bagus, sent.message_id, "agree", on=True)


async def test_reacting_by_form_and_who_did(client, sign_in) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    sent = await say(await viewer_of(amara), room, "Good morning")
    await set_reaction(await viewer_of(amara), sent.message_id, "agree", on=True)
    await sign_in(client, bagus)
    button = f'value="{sent.message_id}:agree:1" aria-pressed="false"'
    assert button in (await client.get(f"/rooms/{room.id}")).text
    again = await client.post("/messages/reactions", data={"r": f"{sent.message_id}:agree:1"}, headers={"X-Fragment": "1"})
    assert again.status_code == 204
    answer = await client.post("/messages/reactions", data={"r": f"{sent.message_id}:agree:1"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/messages/{sent.message_id}")
    page = (await client.get(f"/rooms/{room.id}")).text
    assert f'value="{sent.message_id}:agree:0" aria-pressed="true"' in page
    listed = (await client.get(f"/messages/{sent.message_id}/options")).text
    assert re.search(r"I agree</dt><dd><bdi>Amara Diallo</bdi>, <bdi>Bagus Prasetyo</bdi></dd>", listed)
    for bad in ("", "x", f"{sent.message_id}:agree:2", f"{sent.message_id}:nothing:1", "1:agree:1:1"):
        assert (await client.post("/messages/reactions", data={"r": bad})).status_code == 422
    assert (await client.post("/messages/reactions", data={"r": "999:agree:1"})).status_code == 404


async def test_whoever_does_not_see_the_room_reacts_to_nothing() -> None:
    host, guest = await make_member("Host"), await make_member("Guest")
    space = await make_space(members=[host, guest])
    room = await make_room(space=space)
    sent = await say(await viewer_of(host), room)
    stale = await viewer_of(guest)
    async with unit_of_work():
        await revoke(space.key, member_key(guest.id))
    for act in (set_reaction(stale, sent.message_id, "agree", on=True), set_pin(stale, sent.message_id, on=True)):
        with pytest.raises(NotFound):
            await act
    assert await RoomEntry.all().count() == 1


async def test_reactions_cost_a_page_one_query(client, sign_in, monkeypatch) -> None:
    room, people = await make_room(), [await viewer_of(await make_member(f"Member {n}")) for n in range(4)]
    for n in range(30):
        sent = await say(people[n % 4], room, f"number {n}")
        for actor in people:
            await set_reaction(actor, sent.message_id, "agree", on=True)
            await set_reaction(actor, sent.message_id, "look", on=True)
    await set_pin(people[0], sent.message_id, on=True)
    await sign_in(client, await make_member("Reader"))
    await client.get(f"/rooms/{room.id}")
    asked: list[str] = []
    from community.storage.sqlite_reader import SqliteReader

    real = SqliteReader.read
    monkeypatch.setattr(SqliteReader, "read", lambda self, query, *rest: (asked.append(query), real(self, query, *rest))[1])
    page = await client.get(f"/rooms/{room.id}")
    assert page.text.count('<b class="num">4</b>') == 60
    assert len(asked) <= 11, asked


async def test_who_pins_and_what_becomes_of_it(client, sign_in) -> None:
    amara, steward, room = await make_member("Amara Diallo"), await viewer_of(await make_steward()), await make_room()
    viewer = await viewer_of(amara)
    sent = await say(viewer, room, "Notes go into the shared sheet")
    await set_pin(viewer, sent.message_id, on=True)  # a small room: everybody who writes may
    await set_pin(viewer, sent.message_id, on=True)
    assert [e.kind for e in await RoomEntry.all().order_by("seq")] == ["sent", "pinned"]
    assert (await newest(room))["pinned"] is True
    await sign_in(client, amara)
    pins = (await client.get(f"/rooms/{room.id}")).text.split('id="pins"')[1].split("</details>")[0]
    assert f'href="/messages/{sent.message_id}"' in pins
    assert "Notes go into the shared sheet" in pins
    assert "1 pinned message" in (await client.get(f"/rooms/{room.id}/pins", headers={"X-Fragment": "1"})).text
    assert (await client.post(f"/messages/{sent.message_id}/pin", data={"on": "false"})).status_code == 303
    assert (await newest(room))["kind"] == "pinned"
    assert "pinned" not in {key for key in await newest(room) if key != "kind"}
    await set_pin(steward, sent.message_id, on=True)
    await delete_message(viewer, sent.message_id)
    assert await RoomPin.all().count() == 0
    assert "shared sheet" not in (await client.get(f"/rooms/{room.id}/pins", headers={"X-Fragment": "1"})).text


async def test_in_a_large_room_moderators_pin_and_five_at_most() -> None:
    amara, steward, room = await viewer_of(await make_member()), await viewer_of(await make_steward()), await make_room()
    async with unit_of_work():
        for n in range(26):
            await RoomPosition.create(member_id=(await make_member(f"Reader {n}")).id, room_id=room.id, seq=0)
    sent = [await say(amara, room, f"number {n}") for n in range(MOST_PINS + 1)]
    with pytest.raises(Refused):
        await set_pin(amara, sent[0].message_id, on=True)
    for one in sent[:MOST_PINS]:
        await set_pin(steward, one.message_id, on=True)
    with pytest.raises(Refused) as full:
        await set_pin(steward, sent[-1].message_id, on=True)
    assert full.value.reason == "full"


async def test_the_words_of_somebody_blocked_stand_in_no_quote_line_and_no_pin(client, sign_in) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    first = await say(await viewer_of(amara), room, "words of hers")
    await reply(await viewer_of(await make_member("Chen Wei")), room, "an answer to them", first.message_id)
    await set_pin(await viewer_of(amara), first.message_id, on=True)
    await block(await viewer_of(bagus), amara.id)
    await sign_in(client, bagus)
    page = (await client.get(f"/rooms/{room.id}")).text
    assert "an answer to them" in page
    assert "words of hers" not in page
    assert "words of hers" not in (await client.get(f"/rooms/{room.id}/pins", headers={"X-Fragment": "1"})).text
