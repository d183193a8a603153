"""SECURITY 4: a socket never outlives a right by more than a second."""

import asyncio
import time

import pytest
from websockets.exceptions import InvalidStatus

from realtime import frames
from tests.realtime.conftest import QUICK
from tests.realtime.fake import Log, opened_site

pytestmark = pytest.mark.anyio


async def following(connect, who: str):
    line = await connect(who)
    await line.say(type="subscribe", room=1)
    await line.hear("subscribed")
    return line


async def test_who_is_removed_hears_nothing_more_and_others_all(site, house, connect) -> None:
    amara, bagus = await following(connect, "amara"), await following(connect, "bagus")
    house.barred.add((1, "room:1"))
    house.lost.add("member:1")
    assert await amara.hear("cut", within=1) == {"type": "cut", "topic": "room:1", "reason": "not-found"}
    await bagus.send("after the removal")
    assert (await bagus.hear("entry"))["text"] == "after the removal"
    assert await amara.silent_for(0.3)
    await amara.say(type="subscribe", room=1, epoch=7, seq=0)
    assert (await amara.hear("cut", "entry"))["type"] == "cut"
    client_id = await amara.send("still here?")
    assert (await amara.hear("ack", "refused"))["client_id"] == client_id
    assert len(house.logs["room:1"].entries) == 1


async def test_who_keeps_the_right_misses_nothing_by_being_asked_again(site, house, connect) -> None:
    amara = await following(connect, "amara")
    for number in range(30):
        house.logs["room:1"].add(str(number))
        if number % 5 == 0:
            house.lost.add("member:1")
        await asyncio.sleep(0.02)
    assert [entry["seq"] for entry in await amara.entries(30)] == list(range(1, 31))


async def test_a_session_that_ended_is_closed_for_good(site, house, connect) -> None:
    amara, began = await following(connect, "amara"), time.monotonic()
    house.ended.add(1)
    house.lost.add("member:1")
    assert await amara.code() == frames.SIGNED_OUT >= 3500
    assert time.monotonic() - began < 1
    with pytest.raises(InvalidStatus):
        await site.line("amara")


async def test_a_session_expires_by_its_timer(site, house, connect) -> None:
    house.expires_in = 0.3
    amara = await following(connect, "amara")
    house.ended.add(1)  # nothing tells of it: only the time has passed
    assert await amara.code() == frames.SIGNED_OUT


async def test_a_right_lost_while_the_door_opens_counts(site, house) -> None:
    house.admission_s = 0.5
    knocking = asyncio.create_task(site.line("amara"))
    await asyncio.sleep(0.2)
    house.ended.add(1)
    house.lost.add("member:1")
    house.admission_s = 0.5
    with pytest.raises(InvalidStatus):
        await knocking


async def test_a_right_lost_while_subscribing_counts(site, house, connect) -> None:
    amara = await connect("amara")
    allowed = asyncio.Event()
    real = house.may_follow

    async def slowly(session, topic) -> bool:
        answer = await real(session, topic)
        await allowed.wait()
        return answer

    house.may_follow = slowly
    await amara.say(type="subscribe", room=1, epoch=7, seq=0)
    await asyncio.sleep(0.1)
    house.logs["room:1"].add("not for amara")
    house.barred.add((1, "room:1"))
    house.lost.add("member:1")
    await asyncio.sleep(0.3)
    allowed.set()
    assert (await amara.hear("cut", "entry", "subscribed"))["type"] == "cut"
    assert await amara.silent_for(0.2)


async def test_nothing_is_delivered_while_rights_can_not_be_read(site, house, connect) -> None:
    amara = await following(connect, "amara")
    house.blind = True
    await asyncio.sleep(QUICK.blind_s + 0.2)
    house.logs["room:1"].add("kept back")
    site.gateway.announce("room:1")
    assert await amara.silent_for(0.5)
    house.blind = False
    assert (await amara.hear("entry"))["text"] == "kept back"


async def test_a_topic_that_is_no_more_is_cut(site, house, connect) -> None:
    amara = await following(connect, "amara")
    del house.logs["room:1"]
    assert await amara.hear("cut") == {"type": "cut", "topic": "room:1", "reason": "ended"}


async def test_absent_and_hidden_topics_are_the_same(site, house, connect) -> None:
    amara = await connect("amara")
    house.barred.add((1, "room:1"))
    await amara.say(type="subscribe", room=1)
    await amara.say(type="subscribe", room=404)
    hidden, absent = await amara.hear("cut"), await amara.hear("cut")
    assert {**hidden, "topic": ""} == {**absent, "topic": ""}


async def test_a_member_has_so_many_sockets(house) -> None:
    from dataclasses import replace

    async with opened_site(house, replace(QUICK, per_member=2)) as site:
        lines = [await site.line("amara"), await site.line("amara"), await site.line("bagus")]
        with pytest.raises(InvalidStatus) as refused:
            await site.line("amara")
        assert refused.value.response.status_code == 429
        await lines[0].close()
        await asyncio.sleep(0.05)
        lines.append(await site.line("amara"))
        for line in lines[1:]:
            await line.close()


async def test_a_look_ends_nothing_that_was_opened_while_it_was_on_its_way(site, house, connect, monkeypatch) -> None:
    await following(connect, "amara")
    house.logs["room:2"], heads, held = Log(), house.heads, asyncio.Event()

    async def slow(topics):
        found = await heads(topics)
        if "room:2" not in topics:
            await held.wait()
        return found

    monkeypatch.setattr(house, "heads", slow)
    looking = asyncio.create_task(site.gateway.topics.look())
    await asyncio.sleep(0.05)
    bagus = await connect("bagus")
    await bagus.say(type="subscribe", room=2)
    await bagus.hear("subscribed")
    held.set()
    await looking
    house.logs["room:2"].add("still there")
    site.gateway.announce("room:2")
    assert (await bagus.hear("entry", "cut"))["type"] == "entry"
