"""Moderating a room, how far others have read, and finding a day."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from community import clock
from community.accounts.blocking import block
from community.accounts.models import Member
from community.audience import MEMBERS
from community.chat.actions import delete_message, edit_message, mark_read, send_message
from community.chat.keeping import set_retention
from community.chat.models import Room
from community.chat.moderating import end_moderator, name_moderator, set_pace
from community.chat.muting import mute_member
from community.chat.reacting import set_reaction
from community.chat.reading import readers, show_reading
from community.errors import Invalid, Refused, TooMany
from community.storage import unit_of_work
from tests.chat.factories import make_room, say
from tests.factories import make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


async def test_a_muted_member_reads_and_is_told_so(client, sign_in) -> None:
    amara, bagus, steward = (
        await make_member("Amara Diallo"),
        await make_member("Bagus Prasetyo"),
        await viewer_of(await make_steward()),
    )
    room, viewer = await make_room(), await viewer_of(amara)
    sent, other = await say(viewer, room, "too much"), await say(await viewer_of(bagus), room, "calm")
    await mute_member(steward, room.id, amara.id, 8)
    for act in (
        say(viewer, room),
        edit_message(viewer, sent.message_id, "x"),
        set_reaction(viewer, other.message_id, "agree", on=True),
    ):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.reason == "muted"
        assert "in about 8 hours" in refused.value.text
    await sign_in(client, amara)
    page = (await client.get(f"/rooms/{room.id}")).text
    assert "You can write again in about 8 hours." in page
    assert 'id="write"' not in page
    assert (await client.post(f"/rooms/{room.id}/messages", data={"text": "x", "client_id": str(uuid4())})).status_code == 403
    options = (await client.get(f"/messages/{other.message_id}/options")).text
    assert "/messages/reactions" not in options
    assert "/pin" not in options
    await say(await viewer_of(bagus), room)
    await say(viewer, await make_room("Elsewhere"))
    await delete_message(viewer, sent.message_id)  # one's own words can always be taken back
    with clock.frozen(clock.now() + timedelta(hours=9)):
        await say(viewer, room, "calmer")
    await mute_member(steward, room.id, amara.id, 0)
    await say(viewer, room)


async def test_periods_are_told_in_the_words_one_would_use(client, sign_in) -> None:
    steward, amara, room = await make_steward(), await make_member("Amara Diallo"), await make_room()
    sent = await say(await viewer_of(amara), room)
    await sign_in(client, steward)
    offered = (await client.get(f"/messages/{sent.message_id}/options")).text
    assert [f">{words}</option>" in offered for words in ("8 hours", "1 day", "7 days", "168 hours")] == [True] * 3 + [False]
    kept = (await client.get(f"/rooms/{room.id}/manage")).text
    assert [f">{words}</option>" in kept for words in ("90 days", "1 year", "3 years", "365 days")] == [True, True, True, False]
    for days, words in ((90, "90 days"), (1095, "3 years")):
        await set_retention(await viewer_of(steward), room.id, days)
        assert f"<dd>{words}</dd>" in (await client.get(f"/rooms/{room.id}")).text
    await mute_member(await viewer_of(steward), room.id, amara.id, 168)
    with pytest.raises(Refused) as refused:
        await say(await viewer_of(amara), room)
    assert "in about 7 days" in refused.value.text


async def test_only_moderators_mute_and_set_the_pace() -> None:
    amara, bagus = await viewer_of(await make_member()), await viewer_of(await make_member("Bagus Prasetyo"))
    steward, room = await viewer_of(await make_steward()), await make_room()
    for act in (mute_member(amara, room.id, bagus.member, 1), set_pace(amara, room.id, 60), name_moderator(amara, room.id, "x"),
                end_moderator(amara, room.id, bagus.member), mute_member(steward, room.id, steward.member, 1)):  # fmt: skip
        with pytest.raises(Refused):
            await act
    for act in (mute_member(steward, room.id, bagus.member, 5), set_pace(steward, room.id, 7)):
        with pytest.raises(Invalid):
            await act


async def test_slow_mode_for_everybody_but_moderators(client, sign_in) -> None:
    amara, steward, room = await make_member(), await viewer_of(await make_steward()), await make_room()
    viewer = await viewer_of(amara)
    await set_pace(steward, room.id, 60)
    await say(viewer, room, "first")
    with pytest.raises(TooMany) as hasty:
        await say(viewer, room, "second")
    assert 0 < hasty.value.retry_after <= 61
    await say(steward, room, "1")
    await say(steward, room, "2")
    await sign_in(client, amara)
    assert "everybody writes at most every 60 seconds" in (await client.get(f"/rooms/{room.id}")).text
    answer = await client.post(f"/rooms/{room.id}/messages", data={"text": "third", "client_id": str(uuid4())})
    assert answer.status_code == 429
    assert ">third</textarea>" in answer.text


async def test_a_role_is_given_and_ended(client, sign_in) -> None:
    amara, steward, room = await make_member("Amara Diallo"), await make_steward(), await make_room()
    sent = await say(await viewer_of(steward), room, "of somebody else")
    await sign_in(client, amara)
    assert (await client.get(f"/rooms/{room.id}/manage")).status_code == 403
    await name_moderator(await viewer_of(steward), room.id, f"@{amara.handle}")
    page = (await client.get(f"/rooms/{room.id}/manage")).text
    assert "Amara Diallo" in page
    assert (await client.post(f"/rooms/{room.id}/moderators", data={"handle": "nobody-at-all"})).status_code == 422
    data = {"pause": "30", "keep_days": "90"}
    assert (await client.post(f"/rooms/{room.id}/manage", data=data)).status_code == 303
    stored = await Room.get(id=room.id)
    assert (stored.slow_all_s, stored.keep_days) == (30, 90)
    assert "Let them only read" in (await client.get(f"/messages/{sent.message_id}/options")).text
    assert (await client.post(f"/messages/{sent.message_id}/delete", data={})).status_code == 303
    assert (await client.post(f"/rooms/{room.id}/moderators", data={"member": str(amara.id)})).status_code == 303
    assert (await client.get(f"/rooms/{room.id}/manage")).status_code == 403


async def test_nobody_moderates_a_room_they_do_not_see() -> None:
    host, outsider = await make_member("Host"), await make_member("Outsider")
    room = await make_room(space=await make_space(members=[host], moderators=[host]))
    with pytest.raises(Invalid):
        await name_moderator(await viewer_of(host), room.id, outsider.handle)


async def names(viewer, room, sent) -> list[str]:
    found = await readers(viewer, await Room.get(id=room.id), sent.seq, viewer.member)
    return sorted(one.name for one in found.named) if found else ["-"]


async def test_who_has_read_up_to_here(client, sign_in) -> None:
    amara, bagus, chen = [await make_member(name) for name in ("Amara Diallo", "Bagus Prasetyo", "Chen Wei")]
    room, viewer = await make_room(), await viewer_of(amara)
    sent = await say(viewer, room, "Did it arrive?")
    assert await names(viewer, room, sent) == []
    for member in (bagus, chen):
        await mark_read(await viewer_of(member), room.id, sent.seq)
    assert await names(viewer, room, sent) == ["Bagus Prasetyo", "Chen Wei"]
    await sign_in(client, amara)
    assert "Read by <bdi>Bagus Prasetyo</bdi>, <bdi>Chen Wei</bdi>" in (await client.get(f"/rooms/{room.id}")).text
    await sign_in(client, chen)
    assert (await client.post(f"/rooms/{room.id}/reading", data={"shown": "false"})).status_code == 303
    assert await names(viewer, room, sent) == ["Bagus Prasetyo"]
    assert await names(await viewer_of(chen), room, sent) == ["-"]  # who shows nothing is shown nothing
    assert "Read by" not in (await client.get(f"/rooms/{room.id}")).text
    await block(await viewer_of(bagus), amara.id)
    assert await names(await viewer_of(amara), room, sent) == ["Bagus Prasetyo"]  # who is blocked is not told
    await block(viewer, bagus.id)
    assert await names(await viewer_of(amara), room, sent) == []
    await show_reading(await viewer_of(chen), shown=True)
    async with unit_of_work():
        for n in range(24):
            await mark_read(await viewer_of(await make_member(f"Reader {n}")), room.id, sent.seq)
    found = await readers(await viewer_of(amara), await Room.get(id=room.id), sent.seq, amara.id)
    assert (found.count, found.named) == (26, ())  # a number alone in a large room
    assert "Read by 26 members" in (await _options(client, sign_in, amara, sent))


async def _options(client, sign_in, member: Member, sent) -> str:
    await sign_in(client, member)
    return (await client.get(f"/messages/{sent.message_id}/options")).text


async def test_who_has_left_the_space_is_no_reader() -> None:
    host, guest = await make_member("Host"), await make_member("Guest")
    room = await make_room(space=await make_space(members=[host]))
    viewer = await viewer_of(host)
    sent = await say(viewer, room)
    from community.chat.models import RoomPosition

    async with unit_of_work():
        await RoomPosition.create(member_id=guest.id, room_id=room.id, seq=5)
    assert await names(viewer, room, sent) == []


async def test_a_day_is_found_with_the_ways_on_from_it(client, sign_in) -> None:
    amara, room = await make_member(time_zone="Africa/Nairobi"), await make_room(audience=MEMBERS)
    viewer = await viewer_of(amara)
    for day in (1, 3, 5):
        for n in range(60):
            with clock.frozen(datetime(2026, 3, day, 22, 0, tzinfo=UTC) + timedelta(minutes=n)):
                await send_message(viewer, room.id, f"day {day}, number {n}.", uuid4())
    await sign_in(client, amara)
    page = (await client.get(f"/rooms/{room.id}?on=2026-03-04")).text  # 21:00 of the day before in UTC
    assert "day 3, number 0." in page
    assert "day 1" not in page
    older, newer = f'href="/rooms/{room.id}?before=61"', f'href="/rooms/{room.id}?after=110"'
    assert older in page
    assert newer in page
    assert 'href="/rooms/' in page
    assert "js/room." not in page
    after = (await client.get(f"/rooms/{room.id}?after=110")).text
    assert "day 3, number 50." in after
    assert "day 5, number 39." in after
    assert "js/room." in (await client.get(f"/rooms/{room.id}?on=2026-03-09")).text  # nothing so late: the end
    assert "day 1, number 0." in (await client.get(f"/rooms/{room.id}?on=1999-01-01")).text
    for bad in ("x", "2026-02-30", "0001-01-01", "9999-12-31", "2026-W01-1x", "20260304x"):
        assert (await client.get(f"/rooms/{room.id}", params={"on": bad})).status_code == 404, bad
    for bad in ("x", "-1", "9" * 30, "1.5"):
        assert (await client.get(f"/rooms/{room.id}", params={"around": bad})).status_code == 404
        assert (await client.get(f"/rooms/{room.id}", params={"after": bad})).status_code == 404


async def test_a_message_is_shown_among_its_neighbours(client, sign_in) -> None:
    amara, room = await make_member(), await make_room()
    sent = [await say(await viewer_of(amara), room, f"number {n}.") for n in range(100)]
    await sign_in(client, amara)
    place = (await client.get(f"/messages/{sent[50].message_id}")).headers["location"]
    page = (await client.get(place)).text
    assert f'id="m-{sent[50].message_id}"' in page
    assert "number 35." in page
    assert "number 34." not in page
    assert "number 84." in page
    assert "number 85." not in page


async def test_the_name_is_said_once_for_what_belongs_together(client, sign_in) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    start = clock.now()
    for minute, who in ((0, amara), (4, amara), (10, amara), (11, bagus), (12, bagus)):
        with clock.frozen(start + timedelta(minutes=minute)):
            await say(await viewer_of(who), room, str(minute))
    await sign_in(client, bagus)
    page = (await client.get(f"/rooms/{room.id}")).text
    log = page.split('id="log"')[1].split("</ol>")[0]
    if 'class="dim"' in log.replace('class="dim"', "", 1):
        pytest.skip("midnight lies between")
    assert [" on" in part.split('"')[0] for part in log.split('<li class="say')[1:]] == [False, True, False, False, True]
