"""What was stored a moment ago is told without being read back, word for word as the log would have it, and not a moment later."""

import asyncio

import pytest

from community.chat import telling
from community.chat.actions import delete_message, edit_message
from community.chat.live import FEW, RoomTopic
from community.chat.pinning import set_pin
from community.storage import unit_of_work
from realtime.house import Entry
from tests.chat.factories import make_room, say
from tests.discussions.counting import counted_queries
from tests.factories import make_institution, make_member, make_steward
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def told(room_id: int, after: int = 0, limit: int = FEW) -> tuple[list[Entry], bool]:
    """The entries, and whether the database was asked for them."""
    with counted_queries() as asked:
        entries = await RoomTopic().entries(room_id, after, limit)
    return entries, bool(asked)


async def test_what_is_fresh_is_what_the_log_says_and_is_told_once() -> None:
    amara = await viewer_of(await make_member(institution=await make_institution()))
    bagus = await viewer_of(await make_member("Bagus Prasetyo"))
    here, there = await make_room(), await make_room("There", lang="ar", languages=["ar"])
    said = [(amara, here, "**1** & <b>"), (bagus, here, "- 2\n- `x`"), (bagus, there, "مرحبا")]
    await asyncio.gather(*(say(who, room, text) for who, room, text in said))
    for room, count in ((here, 2), (there, 1)):
        fresh, was_read = await told(room.id)
        assert (len(fresh), was_read) == (count, False)
        assert await told(room.id) == (fresh, True)


@pytest.mark.parametrize("text", ["an answer", "[a link](https://example.org/x)"])
async def test_a_room_to_which_more_than_words_was_added_is_read_back(text: str) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    first = await say(amara, room)
    await asyncio.gather(say(amara, room), say(amara, room, text, first.message_id if text == "an answer" else None))
    entries, was_read = await told(room.id, 1)
    assert ([seq for seq, _frame in entries], was_read) == ([2, 3], True)


async def test_whatever_happens_next_in_the_room_has_it_read_back() -> None:
    author, room = await make_steward(), await make_room()
    amara = await viewer_of(author)
    for change in (
        lambda message: edit_message(amara, message, "Something else"),
        lambda message: delete_message(amara, message),
        lambda message: set_pin(amara, message, on=True),
    ):
        sent = await say(amara, room, "What nobody hears")
        await change(sent.message_id)
        entries, was_read = await told(room.id, sent.seq - 1)
        assert ([seq for seq, _frame in entries], was_read) == ([sent.seq, sent.seq + 1], True)
        assert entries[0][1]["html"] == entries[1][1]["html"], "as it reads now"


async def test_another_place_an_old_one_and_less_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    await asyncio.gather(*(say(amara, room, str(n)) for n in range(3)))
    assert [seq for seq, _frame in (await told(room.id, 1))[0]] == [2, 3], "who is elsewhere in the log reads it"
    await asyncio.gather(*(say(amara, room, str(n)) for n in range(3)))
    assert [seq for seq, _frame in (await told(room.id, 3, 2))[0]] == [4, 5]
    assert [seq for seq, _frame in (await told(room.id, 5))[0]] == [6], "the rest comes from the log"
    monkeypatch.setattr(telling, "FRESH_S", -1)
    await say(amara, room)
    assert (await told(room.id, 6))[1], "what was not told at once is read"


async def test_what_was_not_stored_is_told_to_nobody() -> None:
    amara, room = await viewer_of(await make_member()), await make_room()

    async def failing() -> None:
        async with unit_of_work():
            await say(amara, room, "Never said")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert await told(room.id) == ([], True)
