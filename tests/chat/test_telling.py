"""What was stored a moment ago is told without being read back, word for word as the log would have it, and not a moment later."""

import asyncio
import sqlite3
from uuid import uuid4

import pytest

from community.chat.actions import delete_message, send_message
from community.chat.live import FEW, RoomTopic
from community.chat.pinning import set_pin
from community.errors import Invalid, NotFound
from community.storage import after_commit, connecting, dialect, live, unit_of_work
from tests.chat.factories import make_room, say
from tests.discussions.counting import counted_queries
from tests.factories import make_institution, make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def long_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FRESH_S", 3600.0)


async def test_what_is_fresh_is_what_the_log_says(database, long_fresh) -> None:
    amara = await viewer_of(await make_member(institution=await make_institution()))
    bagus = await viewer_of(await make_member("Bagus Prasetyo"))
    here, there = await make_room(), await make_room("There", lang="ar", languages=["ar"])
    said = [(amara, here, "**1** & <b>"), (bagus, here, "- 2\n- `x`"), (bagus, there, "مرحبا")]
    await asyncio.gather(*(say(who, room, text) for who, room, text in said))
    for room, count in ((here, 2), (there, 1)):
        fresh = live.fresh_after(f"room:{room.id}", 0)
        assert len(fresh) == count
        assert await RoomTopic().entries(room.id, 0, FEW) == fresh
        assert live.fresh_after(f"room:{room.id}", 1) == (), "who stands elsewhere in the log reads it"


@pytest.mark.parametrize("text", ["an answer", "[a link](https://example.org/x)"])
async def test_a_room_to_which_more_than_words_was_added_is_read(database, long_fresh, text: str) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    first = await say(amara, room)
    await asyncio.gather(say(amara, room), say(amara, room, text, first.message_id if text == "an answer" else None))
    assert live.fresh_after(f"room:{room.id}", 1) == ()
    assert [seq for seq, _frame in await RoomTopic().entries(room.id, 1, FEW)] == [2, 3]


async def test_what_was_not_told_at_once_is_read(database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "FRESH_S", 0.0)
    amara, room = await viewer_of(await make_member()), await make_room()
    await say(amara, room)
    assert live.fresh_after(f"room:{room.id}", 0) == ()


async def test_what_was_not_stored_is_told_to_nobody(database, long_fresh) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()

    async def failing() -> None:
        async with unit_of_work():
            await say(amara, room, "Never said")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    assert live.fresh_after(f"room:{room.id}", 0) == ()


async def test_a_follower_hears_words_that_nobody_read_back(enter, long_fresh) -> None:
    member, room = await make_member(), await make_room()
    line = await enter(member, room)
    with counted_queries() as asked:
        await say(await viewer_of(member), room, "At once")
        assert (await line.hear("entry"))["html"] == "<p>At once</p>\n"
    assert not any("room_entries" in text for text in asked)


async def test_what_else_happened_before_it_was_told_is_told_with_it(enter, long_fresh) -> None:
    """Words, and right behind them their end and a pin, before anybody was told of the first."""
    steward, room = await make_steward(), await make_room()
    line, author = await enter(steward, room), await viewer_of(steward)
    first = await say(author, room, "Stays")
    await line.hear("entry")
    async with unit_of_work():
        sent = await say(author, room, "Goes")
        await delete_message(author, sent.message_id)
        await set_pin(author, first.message_id, on=True)
    heard = [await line.hear("entry") for _ in range(3)]
    assert [(one["seq"], one["kind"], one["html"]) for one in heard] == [
        (2, "sent", ""), (3, "deleted", ""), (4, "pinned", "<p>Stays</p>\n"),
    ]  # fmt: skip


async def test_what_another_process_added_right_behind_is_told_at_once(enter, hall, long_fresh) -> None:
    if dialect() != "sqlite":
        pytest.skip("the other process is a connection to the same file")
    member, room = await make_member(), await make_room()
    line, amara = await enter(member, room), await viewer_of(member)
    hall.gateway.bus.shared = True  # so that it looks by itself every two seconds only
    file = (await connecting.reader().execute_query_dict("PRAGMA database_list"))[0]["file"]

    def elsewhere() -> None:
        with sqlite3.connect(file, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute(
                """INSERT INTO messages (room_id, seq, author_id, client_id, source, html, lang, created_at, render_version, state, edits,
                   version) SELECT room_id, 2, author_id, ?, 'b', '<p>b</p>', lang, created_at, 1, 'posted', 0, 1 FROM messages""",
                (str(uuid4()),),
            )
            other.execute(
                "INSERT INTO room_entries (room_id, seq, kind, message_id) SELECT room_id, 2, 'sent', MAX(id) FROM messages"
            )
            other.execute("UPDATE rooms SET seq = 2 WHERE id = ?", (room.id,))
            other.execute("COMMIT")
        hall.gateway._overheard({"wake": f"room:{room.id}"})

    async with unit_of_work():
        await send_message(amara, room.id, "a", uuid4())
        after_commit(elsewhere)
    assert [(await line.hear("entry", within=1))["html"] for _ in range(2)] == ["<p>a</p>\n", "<p>b</p>"]


async def test_nobody_learns_of_a_room_by_what_is_wrong_with_their_words(database) -> None:
    insider, outsider = await make_member(), await viewer_of(await make_member("Bagus Prasetyo"))
    room = await make_room(space=await make_space(members=[insider]))
    inside = await viewer_of(insider)
    first = await say(inside, room)
    for text, reply_to in (("   ", None), ("Hello", first.message_id), ("Hello", 999)):
        answers = await asyncio.gather(
            say(inside, room, "Here"), say(outsider, room, text, reply_to), say(inside, room, "   "), return_exceptions=True
        )
        assert [type(answer) for answer in answers[1:]] == [NotFound, Invalid]
        alone = await asyncio.gather(say(outsider, room, text, reply_to), return_exceptions=True)
        assert isinstance(alone[0], NotFound)
