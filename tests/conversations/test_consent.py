"""A stranger's first message is a request: what each side sees before, and after a yes, a no and a block."""

import asyncio
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.accounts.blocking import block, unblock
from community.audience import coordinators_key, grant, member_key
from community.chat.actions import edit_message, send_message
from community.chat.models import Message, Room, RoomPosition
from community.chat.queries import room_page
from community.conversations import actions
from community.conversations.actions import NewGroup, begin_group, write_to
from community.conversations.models import Conversation, ConversationRequest
from community.conversations.queries import conversation_view
from community.errors import Invalid, NotFound, Refused, TooMany
from community.notifications.queries import count_waiting, waiting_for
from community.storage import drain, unit_of_work
from tests.conversations.factories import group, talk, write
from tests.factories import make_coordinator, make_institution, make_member, make_space
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def two():
    return await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")


async def test_no_conversation_begins_with_what_cannot_be_seen() -> None:
    amara, bagus = await two()
    for begin in (write, group):
        with pytest.raises(Invalid, match="Write something first"):
            await begin(amara, bagus, text="\u200b")
    assert await Conversation.all().count() == 0


async def test_a_stranger_writes_one_message_and_waits(client, sign_in) -> None:
    amara, bagus = await two()
    await sign_in(client, amara)
    page = await client.get(f"/people/{bagus.handle}")
    assert f"/conversations/new?to={bagus.handle}" in page.text
    form = (await client.get(f"/conversations/new?to={bagus.handle}")).text
    data = {"people": f"@{bagus.handle}", "text": "May I *ask* you?", "client_id": re.search(r'client_id" value="([^"]+)', form)[1]}
    answers = [await client.post("/conversations", data=data) for _ in range(3)]
    room = await Room.get()
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, f"/rooms/{room.id}#end")}
    assert await Message.all().count() == 1
    shown = (await client.get(f"/rooms/{room.id}")).text
    assert "Bagus Prasetyo" in shown
    assert "You can write more once it is accepted" in shown
    assert 'name="text"' not in shown
    again = await client.post("/conversations", data=data | {"text": "Or *later*?", "client_id": str(uuid4())})
    assert (again.status_code, "What you wrote now was not sent." in again.text) == (403, True)
    assert f'href="/rooms/{room.id}#end"' in again.text
    assert "Or *later*?" in again.text
    assert "Your message was sent" not in again.text
    assert "needs a correction" not in again.text
    assert (await client.post(f"/rooms/{room.id}/messages", data={"text": "And?", "client_id": str(uuid4())})).status_code == 403
    assert await Message.all().count() == 1


async def test_who_goes_back_and_writes_other_words_is_told_that_they_were_not_sent(client, sign_in) -> None:
    amara, bagus = await two()
    await talk(bagus, amara)
    await sign_in(client, amara)
    data = {"people": f"@{bagus.handle}", "text": "One sheet?", "client_id": str(uuid4())}
    assert [(await client.post("/conversations", data=data)).status_code for _ in range(2)] == [303, 303]
    back = await client.post("/conversations", data=data | {"text": "Or *two*?"})
    assert (back.status_code, "Your first words were sent already." in back.text, "Or *two*?" in back.text) == (409, True, True)
    anew = re.search(r'client_id" value="([^"]+)', back.text)[1]
    assert (await client.post("/conversations", data=data | {"text": "Or *two*?", "client_id": anew})).status_code == 303
    assert [one.source for one in await Message.all().order_by("id")] == ["Good morning", "One sheet?", "Or *two*?"]


async def test_who_is_asked_sees_who_from_where_and_what_and_says_yes(client, sign_in) -> None:
    school = await make_institution("Lakeside Technical Institute")
    amara, bagus = await make_member("Amara Diallo", institution=school), await make_member("Bagus Prasetyo")
    room = await write(amara, bagus, "May I *ask* you?")
    await drain()
    await sign_in(client, bagus)
    assert (await client.get(f"/rooms/{room.id}")).status_code == 404
    assert "Amara Diallo would like to write to you" in (await client.get("/rooms")).text
    assert "Amara Diallo would like to write to you" in (await client.get("/")).text
    request = await ConversationRequest.get()
    page = (await client.get(f"/conversations/requests/{request.id}")).text
    assert "<em>ask</em>" in page
    assert "Lakeside Technical Institute" in page
    assert (await client.get(f"/conversations/new?to={amara.handle}")).headers[
        "location"
    ] == f"/conversations/requests/{request.id}"
    answers = [await client.post(f"/conversations/requests/{request.id}/accept") for _ in range(2)]
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, f"/rooms/{room.id}#end")}
    assert (await client.post(f"/rooms/{room.id}/messages", data={"text": "Gladly.", "client_id": str(uuid4())})).status_code == 303
    await send_message(await viewer_of(amara), room.id, "Thank you", uuid4())
    await drain()
    assert await count_waiting(await viewer_of(amara)) == 0  # she has written since
    assert "would like to write" not in (await client.get("/")).text


async def test_a_no_is_not_told() -> None:
    amara, bagus = await two()
    room = await write(amara, bagus)
    await drain()
    seen = await room_page(await viewer_of(amara), room.id)
    request = await ConversationRequest.get()
    await actions.decline(await viewer_of(bagus), request.id)
    await drain()
    assert await waiting_for(await viewer_of(amara)) == []
    assert await waiting_for(await viewer_of(bagus)) == []
    assert await room_page(await viewer_of(amara), room.id) == seen
    with pytest.raises(Refused) as refused:
        await write_to(await viewer_of(amara), bagus.id, "Hello?", uuid4())
    assert refused.value.reason == "waiting"
    await write_to(await viewer_of(bagus), amara.id, "I have time now", uuid4())  # a change of mind
    await send_message(await viewer_of(amara), room.id, "Thank you", uuid4())
    assert await Conversation.all().count() == 1


async def test_nothing_of_who_is_asked_is_seen_before_the_yes() -> None:
    amara, bagus = await two()
    room = await write(amara, bagus)
    his = await viewer_of(bagus)
    for reach in (room_page(his, room.id), send_message(his, room.id, "x", uuid4()), edit_message(his, 1, "x")):
        with pytest.raises(NotFound):
            await reach
    assert await RoomPosition.filter(member_id=bagus.id).count() == 0


async def test_blocking_who_asks_ends_it_and_is_not_told() -> None:
    amara, bagus = await two()
    room = await write(amara, bagus)
    request = await ConversationRequest.get()
    await actions.block_asker(await viewer_of(bagus), request.id)
    await drain()
    assert await waiting_for(await viewer_of(bagus)) == []
    assert (await room_page(await viewer_of(amara), room.id)).is_waiting
    with pytest.raises(NotFound):
        await actions.accept(await viewer_of(bagus), request.id)


async def test_who_is_blocked_already_learns_nothing(client, sign_in) -> None:
    amara, bagus = await two()
    await block(await viewer_of(bagus), amara.id)
    room = await write(amara, bagus)
    await drain()
    assert (await room_page(await viewer_of(amara), room.id)).is_waiting
    assert await waiting_for(await viewer_of(bagus)) == []
    await sign_in(client, bagus)
    assert "Amara" not in (await client.get("/rooms")).text
    assert (await client.get("/conversations/requests/1")).status_code == 404


async def test_a_block_ends_an_old_conversation_for_who_blocks_alone() -> None:
    amara, bagus = await two()
    room = await talk(amara, bagus)
    await block(await viewer_of(bagus), amara.id)
    with pytest.raises(NotFound):
        await room_page(await viewer_of(bagus), room.id)
    sent = await send_message(await viewer_of(amara), room.id, "Are you there?", uuid4())
    await drain()
    assert sent.is_new
    assert await waiting_for(await viewer_of(bagus)) == []
    with pytest.raises(Refused):
        await write_to(await viewer_of(bagus), amara.id, "x", uuid4())
    await unblock(await viewer_of(bagus), amara.id)
    assert (await room_page(await viewer_of(bagus), room.id)).name == "Amara Diallo"


async def test_two_who_ask_each_other_at_once_are_in_one_conversation() -> None:
    amara, bagus = await two()
    hers, his = await viewer_of(amara), await viewer_of(bagus)
    sent = await asyncio.gather(write_to(hers, bagus.id, "Hello", uuid4()), write_to(his, amara.id, "Hello", uuid4()))
    assert len({one.room_id for one in sent}) == 1
    assert await Conversation.all().count() == 1
    room = await Room.get(id=sent[0].room_id)
    assert not room.waiting
    for viewer in (await viewer_of(amara), await viewer_of(bagus)):
        assert len((await room_page(viewer, room.id)).lines) == 2


async def test_many_at_once_make_one_conversation_and_one_message() -> None:
    amara, bagus = await two()
    hers, key = await viewer_of(amara), uuid4()
    sent = await asyncio.gather(*(write_to(hers, bagus.id, "Hello", key) for _ in range(8)))
    assert {(one.room_id, one.message_id) for one in sent} == {(sent[0].room_id, sent[0].message_id)}
    assert await Conversation.all().count() == 1


@pytest.mark.parametrize(
    ("place", "known"),
    [("request", True), ("invite", True), ("open", False), ("school", True), ("group", True), ("nothing", False)],
)
async def test_who_is_no_stranger_is_written_to_at_once(place: str, known: bool) -> None:
    amara, bagus = await two()
    if place in {"request", "invite", "open"}:
        await make_space(members=[amara, bagus], access=place)
    elif place == "school":
        school = await make_institution()
        amara, bagus = await make_member("Amara D", institution=school), await make_member("Bagus P", institution=school)
    elif place == "group":
        await group(await make_member("Chen Wei"), amara, bagus)
    room = await write(amara, bagus)
    assert room.waiting is not known
    viewer = await viewer_of(bagus)
    assert viewer.holds(room.audience) is known


async def test_an_answered_inquiry_makes_coordinators_known() -> None:
    from community.exchange.models import Inquiry
    from tests.exchange.factories import make_listing

    here, there = await make_institution("Here"), await make_institution("There")
    amara, bagus = await make_coordinator(here, "Amara Diallo"), await make_coordinator(there, "Bagus Prasetyo")
    listing = await make_listing(here, await viewer_of(amara))
    async with unit_of_work():
        asked = await Inquiry.create(
            listing_id=listing.id, host_id=here.id, guest_id=there.id, author_id=bagus.id, client_id=uuid4(), audience="inquiry:1"
        )
    first = await make_coordinator(here, "Chen Wei")
    assert (await write(first, bagus)).waiting
    async with unit_of_work():
        await Inquiry.filter(id=asked.id).update(answered_at=clock.now())
    assert not (await write(amara, bagus)).waiting


async def test_newcomers_write_to_no_strangers(client, sign_in) -> None:
    noor, bagus = await make_member("Noor Haddad", trust="newcomer"), await make_member("Bagus Prasetyo")
    await sign_in(client, noor)
    assert "/conversations/new?to" not in (await client.get(f"/people/{bagus.handle}")).text
    answer = await client.post("/conversations", data={"people": bagus.handle, "text": "Hello", "client_id": str(uuid4())})
    assert (answer.status_code, "people you know" in answer.text, "Hello" in answer.text) == (403, True, True)
    assert await Message.all().count() == await Conversation.all().count() == 0
    await write_to(await viewer_of(bagus), noor.id, "Welcome", uuid4())
    await actions.accept(await viewer_of(noor), (await ConversationRequest.get()).id)
    sent = [await send_message(await viewer_of(noor), (await Room.get()).id, text, uuid4()) for text in "ab"]
    assert [one.seq for one in sent] == [2, 3]  # no slow mode between two


async def test_nobody_but_their_own_coordinator_writes_first_to_somebody_under_18(client, sign_in) -> None:
    school = await make_institution()
    learner = await make_member("Lindiwe Nkosi", is_under_18=True, institution=school)
    colleague, coordinator = await make_member("Bagus P", institution=school), await make_coordinator(school)
    with pytest.raises(Refused):
        await write(colleague, learner)
    with pytest.raises(Refused):
        await begin_group(await viewer_of(colleague), NewGroup([learner.id, coordinator.id], "Hello"), uuid4())
    await sign_in(client, colleague)
    assert "/conversations/new?to" not in (await client.get(f"/people/{learner.handle}")).text
    assert await Conversation.all().count() == 0
    assert not (await write(coordinator, learner)).waiting
    assert not (await talk(learner, colleague)).waiting


async def test_so_many_requests_a_day(monkeypatch) -> None:
    monkeypatch.setattr(actions, "MOST_ASKED_A_DAY", 2)
    amara = await make_member("Amara Diallo")
    others = [await make_member(f"Member {n}") for n in range(4)]
    for other in others[:2]:
        await write(amara, other)
    with pytest.raises(TooMany):
        await write(amara, others[2])
    assert await Conversation.all().count() == 2
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        await write(amara, others[2])


async def test_a_request_falls_with_who_sent_it() -> None:
    host, chen, bagus = await make_member("Amara D"), await make_member("Chen Wei"), await make_member("Bagus P")
    begun = await group(host, chen)
    await actions.add(await viewer_of(chen), begun.id, [bagus.id])
    request = await ConversationRequest.get(member_id=bagus.id)
    await actions.leave(await viewer_of(chen), begun.id)
    with pytest.raises(NotFound):
        await actions.accept(await viewer_of(bagus), request.id)


async def test_what_somebody_asked_who_left_is_taken_back_and_another_may_ask(client, sign_in) -> None:
    host, chen, bagus, dana = [await make_member(name) for name in ("Amara D", "Chen Wei", "Bagus P", "Dana Levi")]
    begun = await group(host, chen)
    for member in (bagus, dana):
        await actions.add(await viewer_of(chen), begun.id, [member.id])
    asked, refused = [await ConversationRequest.get(member_id=one.id) for one in (bagus, dana)]
    await actions.decline(await viewer_of(dana), refused.id)
    await drain()
    await actions.leave(await viewer_of(chen), begun.id)
    await drain()
    assert (await conversation_view(await viewer_of(host), begun.id)).asked == []  # a no is not told by what is left
    await sign_in(client, bagus)
    for answer in (
        await client.get(asked.url),
        await client.post(f"{asked.url}/accept"),
        await client.post(f"{asked.url}/decline"),
    ):
        assert (answer.status_code, answer.headers["location"]) == (303, "/rooms")
    assert "This question is no longer open." in (await client.get("/rooms")).text
    for member in (bagus, dana):
        await actions.add(await viewer_of(host), begun.id, [member.id])
    await drain()
    assert [one.kind for one in await waiting_for(await viewer_of(bagus))] == ["conversation_invited"]
    assert await waiting_for(await viewer_of(dana)) == []
    await actions.accept(await viewer_of(bagus), asked.id)


async def test_a_question_that_nobody_can_answer_any_more_may_be_asked_again() -> None:
    """One that was left open when who asked went, before such questions were taken back."""
    host, chen, bagus = await make_member("Amara D"), await make_member("Chen Wei"), await make_member("Bagus P")
    begun = await group(host, chen)
    await actions.add(await viewer_of(chen), begun.id, [bagus.id])
    request = await ConversationRequest.get(member_id=bagus.id)
    await actions.leave(await viewer_of(chen), begun.id)
    async with unit_of_work():
        await ConversationRequest.filter(id=request.id).update(state="asked")
    await actions.add(await viewer_of(host), begun.id, [bagus.id])
    await actions.accept(await viewer_of(bagus), request.id)
    assert (await viewer_of(bagus)).holds(begun.key)


async def test_who_said_no_to_a_group_is_shown_nothing_more_of_it(client, sign_in) -> None:
    amara, bagus, chen = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_member("Chen Wei")
    begun = await begin_group(await viewer_of(amara), NewGroup([bagus.id, chen.id], "Solar pumps for all", "Pump makers"), uuid4())
    hers, his = [await ConversationRequest.get(member_id=one.id) for one in (chen, bagus)]
    await actions.accept(await viewer_of(chen), hers.id)
    await sign_in(client, bagus)
    page = (await client.get(his.url)).text
    assert "Pump makers" in page
    assert "Chen Wei" in page
    await client.post(f"{his.url}/decline")
    page = (await client.get(his.url)).text
    assert "Solar pumps for all" in page  # what was written to him
    assert "Amara Diallo" in page
    assert "Pump makers" not in page
    assert "Chen Wei" not in page
    assert f"{his.url}/decline" not in page
    assert (await client.post(f"{his.url}/accept")).headers["location"] == f"/rooms/{begun.room_id}#end"


async def test_who_asked_and_blocks_takes_nothing_back_and_is_not_told_of(client, sign_in) -> None:
    amara, bagus = await two()
    room = await write(amara, bagus)
    request = await ConversationRequest.get()
    await drain()
    await sign_in(client, bagus)
    await block(await viewer_of(amara), bagus.id)
    await drain()
    for path in ("/rooms", "/"):
        assert "Amara Diallo would like to write to you" in (await client.get(path)).text
    assert (await client.post(f"{request.url}/accept")).headers["location"] == f"/rooms/{room.id}#end"
    await send_message(await viewer_of(bagus), room.id, "Gladly", uuid4())
    await drain()
    assert await waiting_for(await viewer_of(amara)) == []
    assert not (await viewer_of(amara)).holds(room.audience)
    await unblock(await viewer_of(amara), bagus.id)
    assert len((await room_page(await viewer_of(amara), room.id)).lines) == 2


async def test_suspended_and_unknown_members_cannot_be_written_to(client, sign_in) -> None:
    amara, gone = await make_member("Amara Diallo"), await make_member("Gone Away", suspended_at=clock.now())
    await sign_in(client, amara)
    for people in (gone.handle, "nobody-here", "@", "x" * 300, amara.handle, " , ".join(f"m{n}" for n in range(20))):
        answer = await client.post("/conversations", data={"people": people, "text": "Hello", "client_id": str(uuid4())})
        assert answer.status_code in {403, 422}, people
    for text in ("", "  ", "x" * 5000):
        answer = await client.post("/conversations", data={"people": "bagus", "text": text, "client_id": str(uuid4())})
        assert answer.status_code == 422
    assert await Conversation.all().count() == 0


async def test_a_message_that_was_taken_back_is_not_shown(client, sign_in) -> None:
    from community.chat.actions import delete_message

    amara, bagus = await two()
    await write(amara, bagus, "something secret")
    await delete_message(await viewer_of(amara), (await Message.get()).id)
    await sign_in(client, bagus)
    page = await client.get(f"/conversations/requests/{(await ConversationRequest.get()).id}")
    assert page.status_code == 200
    assert "something secret" not in page.text


async def test_the_key_is_nobody_elses() -> None:
    """Nobody is let in by holding a key of another kind."""
    amara, bagus = await two()
    room = await talk(amara, bagus)
    school = await make_institution()
    async with unit_of_work():
        await grant(coordinators_key(school.id), member_key((await make_member("Chen Wei")).id), "coordinator")
    for member in (await make_member("Ines Duarte", trust="steward"), await make_member("Chen Wei")):
        with pytest.raises(NotFound):
            await room_page(await viewer_of(member), room.id)


async def test_who_is_asked_can_report_what_asks_and_nothing_else(client, sign_in) -> None:
    from community.moderation.models import Flag

    amara, bagus = await two()
    room = await write(amara, bagus, "Buy certificates.")
    request, first = await ConversationRequest.get(), await Message.get()
    await sign_in(client, bagus)
    page = f"/conversations/requests/{request.id}"
    assert f'href="/messages/{first.id}/flag"' in (await client.get(page)).text
    form = (await client.get(f"/messages/{first.id}/flag")).text
    assert "Buy certificates." in form
    assert f"/rooms/{room.id}" not in form
    sent = await client.post(f"/messages/{first.id}/flag", data={"rule": "fraud", "note": "", "client_id": str(uuid4())})
    assert (sent.status_code, sent.headers["location"]) == (303, page)
    assert (await Flag.get()).copy_html == "<p>Buy certificates.</p>\n"
    assert (await client.get(f"/messages/{first.id}")).status_code == 404
    await sign_in(client, await make_member("Chen Wei"))
    assert (await client.get(f"/messages/{first.id}/flag")).status_code == 404
    await actions.block_asker(await viewer_of(bagus), request.id)
    await sign_in(client, bagus)
    assert (await client.get(f"/messages/{first.id}/flag")).status_code == 200
