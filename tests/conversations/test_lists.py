"""The list of rooms with conversations beside it: as quick with many, and nothing left of one that was left."""

import re
from uuid import uuid4

import pytest

from community.chat.actions import send_message
from community.conversations.actions import leave
from community.notifications.queries import count_waiting
from community.storage import drain, rows
from community.text.names import tone
from tests.conversations.factories import group, talk, write
from tests.discussions.counting import counted_queries
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_many_conversations_ask_no_more_of_the_database(client, sign_in) -> None:
    amara = await make_member("Amara Diallo")
    others = [await make_member(f"Member {n}") for n in range(9)]
    await sign_in(client, amara)
    asked = []
    for number in (0, 4):
        await talk(amara, others[number])
        await group(others[number + 1], amara, others[number + 2])
        await write(others[number + 3], amara)
        await drain()
        with counted_queries() as sent:
            page = (await client.get("/rooms")).text
        asked.append(len(sent))
        assert f"Member {number}" in page
        assert f"Member {number + 3} would like to write to you" in page
    assert asked[0] == asked[1] <= 24


async def test_nothing_waits_of_a_conversation_that_was_left() -> None:
    amara, bagus, chen = [await make_member(name) for name in ("Amara Diallo", "Bagus Prasetyo", "Chen Wei")]
    begun = await group(amara, bagus, chen)
    await drain()
    await send_message(await viewer_of(bagus), begun.room_id, "psst", uuid4())
    await drain()
    assert await count_waiting(await viewer_of(chen)) == 1
    await leave(await viewer_of(chen), begun.id)
    await drain()
    assert await count_waiting(await viewer_of(chen)) == 0
    await send_message(await viewer_of(bagus), begun.room_id, "and more", uuid4())
    await drain()
    told = await rows("SELECT cause FROM notifications WHERE member_id = :id AND kind = 'conversation_message'", id=chen.id)
    assert len(told) == 1


async def test_each_line_has_the_disc_of_whom_one_talks_with(client, sign_in) -> None:
    amara, bagus, chen, dana = [await make_member(name) for name in ("Amara Diallo", "Bagus Prasetyo", "Chen Wei", "Dana Levi")]
    await talk(amara, bagus)
    begun = await group(amara, chen, name="Pump makers")
    await write(dana, amara)
    await sign_in(client, amara)
    page = (await client.get("/rooms")).text.split('aria-labelledby="s-conversations"')[1]
    discs = re.findall(r'class="av" data-t="(\d)" aria-hidden="true">(\w+)</span><div><h3><a[^>]*>([^<]+)</a>', page)
    assert sorted(discs, key=lambda disc: disc[1]) == [
        (str(tone(bagus.id)), "BP", "Bagus Prasetyo"),
        (str(tone(dana.id)), "DL", "Dana Levi would like to write to you"),
        (str(tone(begun.id)), "PM", "Pump makers"),
    ]
