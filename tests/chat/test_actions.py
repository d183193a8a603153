import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from community import clock
from community.audience import member_key, revoke
from community.chat import committing, storing
from community.chat.actions import delete_message, edit_message, mark_read, send_message
from community.chat.committing import Committer, Said, Sent
from community.chat.live import RoomTopic
from community.chat.models import Message, MessageRevision, Room, RoomEntry, RoomPosition
from community.chat.muting import mute_member
from community.errors import Invalid, NotFound, Refused, TooMany
from community.storage import rows, unit_of_work
from community.text.markdown import Rendered
from tests.chat.factories import make_room, say
from tests.factories import make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def log_of(room: Room) -> list[tuple[int, str, int]]:
    return [(e.seq, e.kind, e.message_id) for e in await RoomEntry.filter(room_id=room.id).order_by("seq")]


async def test_what_is_said_stands_in_the_log() -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    sent = await say(amara, room, "Good *morning*")
    message = await Message.get(id=sent.message_id)
    assert (message.html, message.seq, message.author_id) == ("<p>Good <em>morning</em></p>\n", 1, amara.member)
    assert await log_of(room) == [(1, "sent", sent.message_id)]
    assert (await RoomPosition.get(member_id=amara.member, room_id=room.id)).seq == 1


async def test_a_retry_is_answered_whatever_stands_beside_it_and_takes_no_lock(monkeypatch) -> None:
    """In one batch: one that is sent again with words that are none, one that can not be rendered, and one that is fine."""
    amara, room, client_id = await viewer_of(await make_member()), await make_room(), uuid4()
    first = await send_message(amara, room.id, "Good morning", client_id)
    rendered = committing.render_markdown

    def breaking(text: str, **kw: Any) -> Rendered:
        if text == "breaks":
            raise ZeroDivisionError
        return rendered(text, **kw)

    monkeypatch.setattr(committing, "render_markdown", breaking)
    again, broken, fine = await asyncio.gather(
        send_message(amara, room.id, "   ", client_id), say(amara, room, "breaks"), say(amara, room, "fine"), return_exceptions=True
    )
    assert isinstance(again, Sent)
    assert (again.message_id, again.is_new) == (first.message_id, False)
    assert isinstance(broken, ZeroDivisionError)
    assert isinstance(fine, Sent)
    assert fine.seq == 2
    monkeypatch.setattr(committing, "lock_rooms", None)
    assert {one.seq for one in await asyncio.gather(*(send_message(amara, room.id, "", client_id) for _ in range(3)))} == {1}


async def test_the_same_message_sent_again_is_the_first() -> None:
    amara, room, client_id = await viewer_of(await make_member()), await make_room(), uuid4()
    first = await send_message(amara, room.id, "once", client_id)
    again = await send_message(amara, room.id, "another text", client_id)
    together = await asyncio.gather(*(send_message(amara, room.id, "x", client_id) for _ in range(5)))
    assert first.is_new
    assert {(one.message_id, one.seq, one.is_new) for one in [again, *together]} == {(first.message_id, 1, False)}
    assert await Message.all().count() == 1


async def test_the_same_message_twice_in_one_batch_is_one() -> None:
    amara, room, client_id = await viewer_of(await make_member()), await make_room(), uuid4()
    sent = await asyncio.gather(*(send_message(amara, room.id, "twice", client_id) for _ in range(2)))
    assert len({one.message_id for one in sent}) == 1
    assert sorted(one.is_new for one in sent) == [False, True]


async def test_two_hundred_at_once_get_numbers_without_gap() -> None:
    people = [await viewer_of(await make_member(f"Member {n}")) for n in range(10)]
    rooms = [await make_room(f"Room {n}") for n in range(3)]
    sent = await asyncio.gather(*(say(people[n % 10], rooms[n % 3], str(n)) for n in range(200)))
    for room in rooms:
        numbers = sorted(one.seq for one in sent if one.room_id == room.id)
        assert numbers == list(range(1, len(numbers) + 1))
        assert [entry[0] for entry in await log_of(room)] == numbers
        assert (await Room.get(id=room.id)).seq == len(numbers)
    assert sum(room.seq for room in await Room.all()) == 200


async def test_one_members_messages_keep_their_order() -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    await asyncio.gather(*(say(amara, room, str(n)) for n in range(60)))
    texts = await Message.filter(room_id=room.id).order_by("seq").values_list("source", flat=True)
    assert texts == [str(n) for n in range(60)]


async def test_each_message_of_a_batch_is_refused_by_itself() -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    closed, hidden = await make_room(closed=True), await make_room(space=await make_space(members=[await make_member("Host")]))
    results = await asyncio.gather(
        say(amara, room, "first"), say(amara, closed), say(amara, hidden), say(amara, room, "  "), say(amara, room, "x" * 5000),
        send_message(amara, 404, "nowhere", uuid4()), say(amara, room, "last"), return_exceptions=True,
    )  # fmt: skip
    assert [type(one) for one in results[1:6]] == [Refused, NotFound, Invalid, Invalid, NotFound]
    assert (results[0].seq, results[6].seq) == (1, 2)


async def test_a_batch_that_fails_is_tried_one_by_one(monkeypatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    real = storing.store

    async def poisoned(accepted, authors):
        if any("poison" in message.text for message, _seq in accepted):
            raise RuntimeError("the database refuses")
        return await real(accepted, authors)

    monkeypatch.setattr(committing, "store", poisoned)
    results = await asyncio.gather(*(say(amara, room, text) for text in ("a", "poison", "b")), return_exceptions=True)
    assert isinstance(results[1], RuntimeError)
    assert [results[0].seq, results[2].seq] == [1, 2]


async def test_acknowledged_only_after_the_commit(monkeypatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    real = storing.store

    async def stored_and_lost(accepted, authors):
        await real(accepted, authors)
        raise OSError("the disk is full")  # before the COMMIT

    monkeypatch.setattr(committing, "store", stored_and_lost)
    with pytest.raises(OSError, match="disk"):
        await say(amara, room, "never acknowledged")
    assert await rows("SELECT id FROM messages") == []
    assert (await Room.get(id=room.id)).seq == 0


@pytest.mark.parametrize("text", ["\u200b", "\u200d \u2060\ufe0f"])
async def test_what_cannot_be_seen_is_not_sent(text) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    sent = await say(amara, room, "\U0001f469\u200d\U0001f527")
    for act in (say(amara, room, text), edit_message(amara, sent.message_id, text)):
        with pytest.raises(Invalid, match="Write something first"):
            await act
    assert [one.source for one in await Message.all()] == ["\U0001f469\u200d\U0001f527"]


async def test_a_newcomer_goes_slowly_and_others_do_not() -> None:
    newcomer = await viewer_of(await make_member("Noor Haddad", trust="newcomer"))
    room = await make_room(slow_s=20)
    first, second = await asyncio.gather(say(newcomer, room, "1"), say(newcomer, room, "2"), return_exceptions=True)
    assert first.seq == 1
    assert isinstance(second, TooMany)
    with pytest.raises(TooMany) as refused:
        await say(newcomer, room, "3")
    assert 15 <= refused.value.retry_after <= 21
    with clock.frozen(clock.now() + timedelta(seconds=21)):
        assert (await say(newcomer, room, "4")).seq == 2


async def test_what_can_never_be_sent_is_told_before_the_pace_is_and_after_the_room() -> None:
    member = await make_member("Noor Haddad", trust="newcomer")
    newcomer, steward = await viewer_of(member), await viewer_of(await make_steward())
    links = " ".join(f"https://school{number}.example" for number in range(3))
    room, hidden = await make_room(slow_s=20), await make_room(space=await make_space())
    await say(newcomer, room, "first")
    with pytest.raises(Invalid, match="New members can set two links"):
        await say(newcomer, room, links)
    together = await asyncio.gather(*(say(newcomer, room, text) for text in (links, "second", " ")), return_exceptions=True)
    assert [type(one) for one in together] == [Invalid, TooMany, Invalid]
    with pytest.raises(NotFound):
        await say(newcomer, hidden, links)
    await mute_member(steward, room.id, member.id, 1)
    with pytest.raises(Refused):
        await say(newcomer, room, links)


async def test_who_was_signed_out_or_removed_sends_nothing() -> None:
    member = await make_member()
    space = await make_space(members=[member])
    room, amara = await make_room(space=space), await viewer_of(member)
    await say(amara, room, "still here")
    from community.accounts.sessions import end_sessions

    async with unit_of_work():
        await end_sessions(member.id)
    for attempt in (say(amara, room), edit_message(amara, 1, "x"), delete_message(amara, 1)):
        with pytest.raises(NotFound):
            await attempt
    again = await viewer_of(member)
    async with unit_of_work():
        await revoke(space.key, member_key(member.id))
    with pytest.raises(NotFound):
        await say(await viewer_of(member), room)
    assert again.holds(space.key)


async def test_an_edit_keeps_what_was_said_and_tells_the_log() -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    sent = await say(amara, room, "frist")
    edited = await edit_message(amara, sent.message_id, "first")
    same = await edit_message(amara, sent.message_id, "first")
    assert (edited.seq, same.is_new) == (2, False)
    assert await log_of(room) == [(1, "sent", sent.message_id), (2, "edited", sent.message_id)]
    assert [r.source for r in await MessageRevision.all()] == ["frist"]


async def test_only_the_author_edits_and_moderators_delete() -> None:
    amara, bagus = await viewer_of(await make_member()), await viewer_of(await make_member("Bagus Prasetyo"))
    steward, room = await viewer_of(await make_steward()), await make_room()
    sent = await say(amara, room)
    for attempt in (edit_message(bagus, sent.message_id, "x"), delete_message(bagus, sent.message_id),
                    edit_message(steward, sent.message_id, "x")):  # fmt: skip
        with pytest.raises(Refused):
            await attempt
    assert (await delete_message(steward, sent.message_id)).seq == 2


async def test_who_speaks_first_waits_for_nothing_and_what_follows_at_once_is_committed_together(monkeypatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    sizes, commit = [], committing.commit

    async def counted(batch: list[committing.Waiting]) -> None:
        sizes.append(len(batch))
        await commit(batch)

    monkeypatch.setattr(committing, "commit", counted)
    monkeypatch.setattr(committing, "LEAST_PAUSE_S", 1.0)
    monkeypatch.setattr(committing, "MOST_S", 1.0)
    committer, began = Committer(), asyncio.get_running_loop().time()
    await committer.send(amara, room.id, Said("first", uuid4()))
    assert asyncio.get_running_loop().time() - began < 0.5
    following = []
    for number in range(5):
        following.append(committer.send(amara, room.id, Said(f"and {number}", uuid4())))
        await asyncio.sleep(0.02)
    assert [sent.seq for sent in await asyncio.gather(*following)] == [2, 3, 4, 5, 6]
    assert sizes == [1, 5]


async def test_after_many_messages_the_next_wait_longer_than_after_one(monkeypatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    monkeypatch.setattr(committing, "PAUSE_S", 0.1)
    monkeypatch.setattr(committing, "MOST_S", 10.0)
    committer, waited, now = Committer(), [], asyncio.get_running_loop().time
    for many in (1, 4):
        committer._not_before = 0.0
        await asyncio.gather(*(committer.send(amara, room.id, Said(f"{one} of {many}", uuid4())) for one in range(many)))
        began = now()
        await committer.send(amara, room.id, Said("the next", uuid4()))
        waited.append(now() - began)
    assert waited[0] < 0.3 < waited[1]


async def test_a_deletion_empties_the_message_its_revisions_and_the_replay() -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    sent = await say(amara, room, "my number is 0700 900 123")
    await edit_message(amara, sent.message_id, "my number is gone, ask 0700 900 123")
    await delete_message(amara, sent.message_id)
    assert not (await delete_message(amara, sent.message_id)).is_new
    assert [kind for _seq, kind, _id in await log_of(room)] == ["sent", "edited", "deleted"]
    replayed = await RoomTopic().entries(room.id, 0, 10)
    assert [(seq, frame["deleted"], frame["html"]) for seq, frame in replayed] == [(1, True, ""), (2, True, ""), (3, True, "")]
    for table in ("messages", "message_revisions", "room_entries"):
        assert "0700" not in repr(await rows(f"SELECT * FROM {table}"))


async def test_what_is_replayed_is_as_it_is_now() -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    sent = await say(amara, room, "frist")
    await edit_message(amara, sent.message_id, "first")
    frames = await RoomTopic().entries(room.id, 0, 10)
    assert [(seq, frame["kind"], frame["html"]) for seq, frame in frames] == [
        (1, "sent", "<p>first</p>\n"), (2, "edited", "<p>first</p>\n"),
    ]  # fmt: skip


async def test_reading_and_writing_at_once_wait_for_each_other_in_no_circle() -> None:
    """A writer holds the room and then notes the place; who reads notes the place, which asks whether the room is there."""
    amara, room = await viewer_of(await make_member()), await make_room()
    async with unit_of_work():
        await storing.lock_rooms({room.id}, [amara])
        reading = asyncio.create_task(mark_read(amara, room.id, 0))
        await asyncio.sleep(0.2)
        await storing.note_positions({(amara.member or 0, room.id): 1}, clock.now())
    await reading
    assert (await RoomPosition.get(member_id=amara.member, room_id=room.id)).seq == 1


async def test_a_reading_position_never_falls() -> None:
    amara, bagus = await viewer_of(await make_member()), await viewer_of(await make_member("Bagus Prasetyo"))
    room = await make_room()
    for _ in range(3):
        await say(amara, room)
    for seq, expected in ((2, 2), (1, 2), (99, 3)):
        await mark_read(bagus, room.id, seq)
        assert (await RoomPosition.get(member_id=bagus.member)).seq == expected
    hidden = await make_room(space=await make_space(members=[await make_member("Host")]))
    with pytest.raises(NotFound):
        await mark_read(bagus, hidden.id, 1)


async def test_a_message_is_in_the_language_the_room_and_its_author_share() -> None:
    amelie = await viewer_of(await make_member("Amélie Roy", language="fr"))
    both, english = await make_room(languages=["en", "fr"]), await make_room(languages=["en"])
    for room, given, expected in ((both, "", "fr"), (english, "", "en"), (english, "ar", "ar")):
        sent = await send_message(amelie, room.id, "Bonjour", uuid4(), given)
        assert (await Message.get(id=sent.message_id)).lang == expected


async def test_two_processes_that_are_given_the_same_message_store_it_once() -> None:
    amara, room, client_id = await viewer_of(await make_member()), await make_room(), uuid4()
    one, other = Committer(), Committer()  # each process has its own
    sent = await asyncio.gather(
        *(committer.send(amara, room.id, Said(text, key)) for committer in (one, other) for text, key in
          (("before", uuid4()), ("the same", client_id), ("after", uuid4())))
    )  # fmt: skip
    assert sent[1].message_id == sent[4].message_id
    assert sorted({entry.seq for entry in sent}) == [1, 2, 3, 4, 5]
    assert len(await log_of(room)) == 5


async def test_a_message_can_be_part_of_a_larger_unit_of_work() -> None:
    amara, room, key = await viewer_of(await make_member()), await make_room(), uuid4()
    with suppress(ZeroDivisionError):
        async with unit_of_work():
            await send_message(amara, room.id, "never said", uuid4())
            raise ZeroDivisionError
    assert await log_of(room) == []
    async with unit_of_work():
        sent = [await send_message(amara, room.id, text, key) for text in ("said", "said again")]
        with pytest.raises(Invalid):
            await send_message(amara, room.id, " ", uuid4())
    assert [(one.seq, one.is_new) for one in sent] == [(1, True), (1, False)]
    assert (await Message.get(id=sent[0].message_id)).source == "said"
