"""Groups, and what nobody outside a conversation may learn."""

import asyncio
from uuid import uuid4

import pytest

from community.accounts.blocking import block
from community.chat.actions import mark_read, send_message
from community.chat.keeping import move_room
from community.chat.models import Message, Room
from community.chat.queries import room_page
from community.chat.reading import readers
from community.conversations import actions
from community.conversations.actions import NewGroup, begin_group
from community.conversations.models import MOST_PEOPLE, Conversation, ConversationRequest
from community.conversations.queries import conversation_view
from community.errors import Invalid, NotFound, Refused
from community.moderation.models import Flag
from community.notifications.queries import count_waiting, waiting_for
from community.storage import drain, rows
from tests.chat.factories import with_token
from tests.conversations.factories import group, talk, write
from tests.factories import make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def three():
    return await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_member("Chen Wei")


async def test_everybody_of_a_group_is_asked_and_it_is_called_by_those_in_it() -> None:
    amara, bagus, chen = await three()
    hers, key = await viewer_of(amara), uuid4()
    begun = [await begin_group(hers, NewGroup([bagus.id, chen.id], "Welcome"), key) for _ in range(2)]
    assert begun[0].id == begun[1].id
    hers = await viewer_of(amara)
    assert (await room_page(hers, begun[0].room_id)).name == "Only you"
    assert (await room_page(hers, begun[0].room_id)).is_waiting
    for member in (bagus, chen):
        request = await ConversationRequest.get(member_id=member.id)
        await actions.accept(await viewer_of(member), request.id)
    assert (await room_page(hers, begun[0].room_id)).name == "Bagus Prasetyo, Chen Wei"
    assert (await room_page(await viewer_of(chen), begun[0].room_id)).name == "Amara Diallo, Bagus Prasetyo"
    await actions.rename(hers, begun[0].id, "Solar pumps")
    assert (await room_page(await viewer_of(bagus), begun[0].room_id)).name == "Solar pumps"
    with pytest.raises(Refused):
        await actions.rename(await viewer_of(bagus), begun[0].id, "Mine")


async def test_a_group_has_room_for_twelve() -> None:
    amara = await make_member("Amara Diallo")
    others = [await make_member(f"Member {n}") for n in range(MOST_PEOPLE)]
    with pytest.raises(Invalid):
        await begin_group(await viewer_of(amara), NewGroup([one.id for one in others], "Hello"), uuid4())
    begun = await begin_group(await viewer_of(amara), NewGroup([one.id for one in others[:10]], "Hello"), uuid4())
    await actions.add(await viewer_of(amara), begun.id, [others[10].id])
    with pytest.raises(Invalid):
        await actions.add(await viewer_of(amara), begun.id, [others[11].id])


async def test_who_comes_later_reads_everything_and_the_form_says_so(client, sign_in) -> None:
    amara, bagus, chen = await three()
    begun = await group(amara, bagus, text="From the beginning")
    await sign_in(client, bagus)
    assert "reads everything that was written here" in (await client.get(f"/conversations/{begun.id}")).text
    assert (await client.post(f"/conversations/{begun.id}/people", data={"people": f"@{chen.handle}"})).status_code == 303
    await sign_in(client, chen)
    page = (await client.get("/rooms")).text
    assert "Bagus Prasetyo asks you into a conversation" in page
    request = await ConversationRequest.get(member_id=chen.id)
    shown = (await client.get(f"/conversations/requests/{request.id}")).text
    assert "Amara Diallo" in shown
    assert "From the beginning" not in shown  # only what was written to them
    await client.post(f"/conversations/requests/{request.id}/accept")
    assert "From the beginning" in (await client.get(f"/rooms/{begun.room_id}")).text


async def test_the_host_takes_somebody_out_and_a_group_is_never_without_host() -> None:
    amara, bagus, chen = await three()
    begun = await group(amara, bagus, chen)
    with pytest.raises(Refused):
        await actions.remove(await viewer_of(bagus), begun.id, chen.id)
    await actions.remove(await viewer_of(amara), begun.id, chen.id)
    with pytest.raises(NotFound):
        await room_page(await viewer_of(chen), begun.room_id)
    await actions.leave(await viewer_of(amara), begun.id)
    assert (await viewer_of(bagus)).has_role(begun.key, "host")
    await actions.add(await viewer_of(bagus), begun.id, [chen.id])
    assert (await ConversationRequest.get(member_id=chen.id)).state == "asked"


async def test_who_said_no_is_not_asked_again() -> None:
    amara, bagus, chen = await three()
    begun = await group(amara, bagus)
    await actions.add(await viewer_of(amara), begun.id, [chen.id])
    await actions.decline(await viewer_of(chen), (await ConversationRequest.get(member_id=chen.id)).id)
    await actions.add(await viewer_of(bagus), begun.id, [chen.id])
    assert (await ConversationRequest.get(member_id=chen.id)).state == "declined"
    hers = await viewer_of(amara)
    for _again in range(2):
        assert [one.name for one in (await conversation_view(hers, begun.id)).asked] == ["Chen Wei"]
        await actions.remove(hers, begun.id, chen.id)
        assert (await conversation_view(hers, begun.id)).asked == []
        await actions.add(hers, begun.id, [chen.id])
    await drain()
    assert await waiting_for(await viewer_of(chen)) == []


async def test_a_conversation_cannot_be_moved_to_a_place_with_more_readers(client, sign_in) -> None:
    amara, bagus, _chen = await three()
    begun, space = await group(amara, bagus), await make_space(moderators=[amara])
    with pytest.raises(Refused):
        await move_room(await viewer_of(amara), begun.room_id, space.id)
    await sign_in(client, amara)
    assert "/move" not in (await client.get(f"/rooms/{begun.room_id}")).text
    assert (await client.get(f"/rooms/{begun.room_id}/move")).status_code == 403
    assert (await Room.get(id=begun.room_id)).audience == begun.key


async def test_two_stay_two_and_leave_by_blocking_alone() -> None:
    amara, bagus, chen = await three()
    await talk(amara, bagus)
    pair = await Conversation.get()
    for wrong in (
        actions.add(await viewer_of(amara), pair.id, [chen.id]), actions.leave(await viewer_of(amara), pair.id),
        actions.rename(await viewer_of(amara), pair.id, "x"), actions.remove(await viewer_of(amara), pair.id, bagus.id),
    ):  # fmt: skip
        with pytest.raises(Refused):
            await wrong


@pytest.mark.parametrize("how", ["leave", "remove", "block"])
async def test_who_is_out_of_a_conversation_hears_nothing_within_a_second(hall, enter, how) -> None:
    amara, bagus, chen = await three()
    begun = await group(amara, bagus, chen) if how != "block" else None
    room = await Room.get(id=begun.room_id) if begun else await talk(amara, bagus)
    _viewer, token = await with_token(bagus)
    his = await enter(bagus, room, token=token)
    writer = await viewer_of(amara)
    await send_message(writer, room.id, "both hear this", uuid4())
    assert (await his.hear("entry"))["html"] == "<p>both hear this</p>\n"
    if begun:
        await (actions.leave(await viewer_of(bagus), begun.id) if how == "leave" else actions.remove(writer, begun.id, bagus.id))
    else:
        await block(await viewer_of(bagus), amara.id)
    await asyncio.sleep(1)
    await send_message(writer, room.id, "not for him", uuid4())
    assert await his.silent_for(0.4)
    await his.say(type="subscribe", topic=f"room:{room.id}", seq=0)
    assert (await his.hear("cut", "entry", "subscribed"))["type"] == "cut"
    await his.say(type="send", topic=f"room:{room.id}", client_id=str(uuid4()), text="still here?", lang="en")
    assert (await his.hear("ack", "refused"))["type"] == "refused"


async def test_before_the_yes_a_socket_hears_nothing_of_who_is_asked(hall, enter) -> None:
    amara, bagus, _chen = await three()
    room = await write(amara, bagus)
    hers, his = await enter(amara, room), await enter(bagus)
    for frame in ({"type": "subscribe", "seq": 0}, {"type": "typing"}, {"type": "read", "seq": 1}):
        await his.say(topic=f"room:{room.id}", **frame)
    assert (await his.hear("cut", "subscribed"))["type"] == "cut"
    assert await hers.silent_for(0.3, "typing")
    await hers.say(type="send", topic=f"room:{room.id}", client_id=str(uuid4()), text="Hello?", lang="en")
    assert (await hers.hear("ack", "refused"))["reason"] == "waiting"


async def test_ids_of_others_conversations_are_404(client, sign_in) -> None:
    amara, bagus, _chen = await three()
    room = await talk(amara, bagus, "battery wiring")
    asked = await write(await make_member("Dela Owusu"), amara, "drum brakes")
    begun = await group(amara, bagus, name="Closed circle")
    message = (await Message.filter(room_id=room.id).first()).id
    pair = (await Conversation.get(room_id=room.id)).id
    request = (await ConversationRequest.get(member_id=amara.id)).id
    pages = [
        f"/rooms/{room.id}", f"/rooms/{asked.id}", f"/messages/{message}", f"/messages/{message}/options", f"/messages/{message}/flag",
        f"/conversations/{pair}", f"/conversations/{begun.id}", f"/conversations/requests/{request}",
    ]  # fmt: skip
    posts = [
        f"/rooms/{room.id}/messages", f"/rooms/{room.id}/read", f"/rooms/{room.id}/follow", f"/rooms/{room.id}/closed",
        f"/messages/{message}/delete", f"/conversations/{begun.id}/leave", f"/conversations/{begun.id}/people",
        f"/conversations/{begun.id}/name", f"/conversations/{begun.id}/people/{bagus.id}/remove",
        f"/conversations/requests/{request}/accept", f"/conversations/requests/{request}/decline",
        f"/conversations/requests/{request}/block",
    ]  # fmt: skip
    data = {"rooms": {"text": "x", "client_id": str(uuid4())}}
    for stranger in (await make_member("Efe Yilmaz"), await make_steward()):
        await sign_in(client, stranger)
        for path in pages:
            assert (await client.get(path)).status_code == 404, path
        for path in posts:
            sent = {"messages": data["rooms"], "read": {"seq": 1}, "follow": {"level": "mute"}, "closed": {"closed": "true"},
                    "people": {"people": "efe_yilmaz"}, "name": {"name": "x"}}.get(path.rpartition("/")[2], {})  # fmt: skip
            assert (await client.post(path, data=sent)).status_code == 404, path
    assert await Message.filter(room_id=room.id).count() == 1


async def test_nothing_of_a_conversation_stands_anywhere_else(client, sign_in) -> None:
    amara, bagus, chen = await three()
    await talk(amara, bagus, "battery wiring diagrams")
    await group(amara, bagus, name="Battery circle", text="battery wiring, too")
    await drain()
    for outsider in (chen, await make_steward(), None):
        client.cookies.clear()
        if outsider:
            await sign_in(client, outsider)
        for path in ("/", "/rooms", "/search?q=battery", "/search?q=battery&in=rooms", "/search/typed?q=batt", "/feed.xml", "/people/amara_diallo",
                     "/stewardship", "/stewardship/queue"):  # fmt: skip
            page = (await client.get(path)).text
            assert "wiring" not in page, path
            assert "Battery circle" not in page, path
        assert "/messages/" not in (await client.get("/search?q=battery")).text


async def test_one_finds_ones_own_conversations(client, sign_in) -> None:
    amara, bagus, _chen = await three()
    await talk(amara, bagus, "battery wiring diagrams")
    await drain()
    await sign_in(client, bagus)
    assert "/messages/" in (await client.get("/search?q=battery+wiring")).text
    room, other = await Room.get(), await talk(bagus, await make_member("Dela Owusu"), "battery acid")
    await drain()
    found = (await client.get(f"/search?q=battery&room={room.id}")).text
    assert "Amara Diallo" in found
    assert "acid" not in found
    assert "acid" in (await client.get(f"/search?q=battery&room={other.id}")).text
    await sign_in(client, await make_member("Efe Yilmaz"))
    assert "/messages/" not in (await client.get(f"/search?q=battery&room={room.id}")).text


async def test_what_is_flagged_goes_to_the_stewards_as_a_copy_and_nothing_else(client, sign_in) -> None:
    amara, bagus, _chen = await three()
    room = await talk(amara, bagus, "Buy certificates.")
    await send_message(await viewer_of(amara), room.id, "A second one.", uuid4())
    message = (await Message.filter(room_id=room.id).order_by("id").first()).id
    await sign_in(client, bagus)
    form = {"rule": "advertising", "note": "", "client_id": str(uuid4())}
    assert (await client.post(f"/messages/{message}/flag", data=form)).status_code == 303
    flag = await Flag.get()
    await sign_in(client, await make_steward())
    queue = (await client.get("/stewardship/queue")).text
    assert "Buy certificates." in queue
    assert "A second one." not in queue
    assert f"/messages/{message}" not in queue
    assert (await client.post(f"/stewardship/queue/flags/{flag.id}", data={"verb": "hide", "rule": "fraud"})).status_code == 303
    assert (await Message.get(id=message)).state == "deleted"


async def test_one_is_told_once_of_what_is_unread() -> None:
    amara, bagus, _chen = await three()
    room = await talk(amara, bagus)
    hers = await viewer_of(amara)
    await drain()
    for number in range(3):
        await send_message(hers, room.id, f"message {number}", uuid4())
        await drain()
    (told,) = await waiting_for(await viewer_of(bagus))
    assert (told.happened, told.subject.title, told.number) == ("Amara Diallo wrote to you", "Amara Diallo", 1)
    assert len(await rows("SELECT id FROM mails WHERE member_id = :id", id=bagus.id)) == 1
    await mark_read(await viewer_of(bagus), room.id, 99)
    assert await count_waiting(await viewer_of(bagus)) == 0
    await send_message(hers, room.id, "later", uuid4())
    await drain()
    assert await count_waiting(await viewer_of(bagus)) == 1


async def test_who_muted_a_conversation_is_not_told(client, sign_in) -> None:
    amara, bagus, _chen = await three()
    room = await talk(amara, bagus)
    await sign_in(client, bagus)
    assert (await client.post(f"/rooms/{room.id}/follow", data={"level": "mute"})).status_code == 303
    await drain()
    await mark_read(await viewer_of(bagus), room.id, 99)
    await send_message(await viewer_of(amara), room.id, "psst", uuid4())
    await drain()
    assert await count_waiting(await viewer_of(bagus)) == 0


async def test_conversations_stand_apart_from_rooms_with_what_is_unread(client, sign_in) -> None:
    amara, bagus, _chen = await three()
    room = await talk(amara, bagus)
    await send_message(await viewer_of(amara), room.id, "and more", uuid4())
    await sign_in(client, bagus)
    page = (await client.get("/rooms")).text
    section = page[page.index("Conversations") :]
    assert "Amara Diallo" in section
    assert '<span class="count" dir="ltr">2<span' in section
    assert "Amara Diallo" not in (await client.get("/")).text.split('id="rooms"')[1]


async def test_of_whom_one_has_blocked_one_reads_nothing_in_a_group_either(client, sign_in) -> None:
    amara, bagus, chen = await three()
    begun = await group(amara, bagus, chen, text="Welcome")
    await send_message(await viewer_of(bagus), begun.room_id, "something rude", uuid4())
    await block(await viewer_of(chen), bagus.id)
    await sign_in(client, chen)
    page = (await client.get(f"/rooms/{begun.room_id}")).text
    assert "something rude" not in page
    assert "You have blocked who wrote this." in page
    assert f'data-blocked="{bagus.id}"' in page
    assert "Welcome" in page
    for other in (amara, bagus):  # who is blocked is not told
        await sign_in(client, other)
        page = (await client.get(f"/rooms/{begun.room_id}")).text
        assert "something rude" in page
        assert 'data-blocked="1' not in page
        assert '<p class="soft">You have blocked' not in page


async def test_a_block_leaves_the_read_marks_as_they_were() -> None:
    amara, bagus, _chen = await three()
    room = await talk(amara, bagus)
    sent = await send_message(await viewer_of(amara), room.id, "Did it arrive?", uuid4())
    await mark_read(await viewer_of(bagus), room.id, sent.seq)
    for _before_and_after in range(2):
        found = await readers(await viewer_of(amara), room, sent.seq, amara.id)
        assert found
        assert [one.name for one in found.named] == ["Bagus Prasetyo"]
        await block(await viewer_of(bagus), amara.id)


async def test_the_host_of_a_group_is_no_moderator_of_anything_else(client, sign_in) -> None:
    amara, bagus, _chen = await three()
    begun = await group(amara, bagus)
    viewer = await viewer_of(amara)
    assert (viewer.moderates, (await room_page(viewer, begun.room_id)).may_moderate) == (frozenset(), True)
    assert not (await room_page(await viewer_of(bagus), begun.room_id)).may_moderate
    await sign_in(client, amara)
    assert (await client.get("/stewardship/queue")).status_code == 404
    assert "announcement" not in (await client.get("/discussions/new")).text.lower()


async def test_the_bell_forgets_what_was_asked_by_somebody_who_has_left(app) -> None:
    host, layla, mika = await make_member("Host"), await make_member("Layla Haddad"), await make_member("Mika Lehtola")
    begun = await group(host, layla)
    await actions.add(await viewer_of(host), begun.id, [mika.id])
    await drain()
    assert await count_waiting(await viewer_of(mika)) == 1
    await actions.leave(await viewer_of(host), begun.id)
    await drain()
    assert (await waiting_for(await viewer_of(mika)), await count_waiting(await viewer_of(mika))) == ([], 0)


async def test_blocks_at_once_are_one_each_and_wait_for_nobody() -> None:
    for number in range(4):
        one, other = await make_member(f"One {number}"), await make_member(f"Other {number}")
        ours, theirs = await viewer_of(one), await viewer_of(other)
        both = [block(ours, other.id), block(theirs, one.id)]
        await asyncio.gather(*both, *(block(ours, other.id) for _ in range(3)))
        assert len(await rows("SELECT id FROM blocks")) == 2 * (number + 1)
