"""Rooms as pages and forms, without a line of script."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.chat import reporting
from community.chat.actions import delete_message, edit_message, mark_read
from community.chat.keeping import set_retention
from community.chat.models import Message, Room, RoomEntry, RoomPosition
from community.chat.retention import forget_before
from community.storage import drain, rows
from tests.chat.factories import make_room, say
from tests.factories import make_institution, make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def test_a_member_reads_and_writes_by_form(client, sign_in) -> None:
    school = await make_institution("Lakeside Technical Institute")
    amara = await make_member("Amara Diallo", institution=school)
    room = await make_room("Workshop clinic")
    await say(await viewer_of(amara), room, "Who has tried the *one-page* form?")
    bagus = await make_member("Bagus Prasetyo")
    await sign_in(client, bagus)
    page = await client.get(f"/rooms/{room.id}")
    assert page.status_code == 200
    assert "<em>one-page</em>" in page.text
    assert "Lakeside Technical Institute, Kisumu" in page.text
    client_id = re.search(r'name="client_id" value="([^"]+)"', page.text)
    answer = await client.post(f"/rooms/{room.id}/messages", data={"text": "We have.", "client_id": client_id[1]})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/rooms/{room.id}#end")
    after = (await client.get(f"/rooms/{room.id}")).text
    assert "<p>We have.</p>" in after
    assert "<bdi>You</bdi>" in after


async def test_a_form_sent_twice_says_it_once(client, sign_in) -> None:
    await sign_in(client, await make_member())
    room, data = await make_room(), {"text": "once", "client_id": str(uuid4())}
    for _ in range(3):
        assert (await client.post(f"/rooms/{room.id}/messages", data=data)).status_code == 303
    assert await Message.all().count() == 1


async def test_what_cannot_be_sent_is_not_lost(client, sign_in) -> None:
    await sign_in(client, await make_member())
    room = await make_room()
    refused = await client.post(f"/rooms/{room.id}/messages", data={"text": "Worth <b>keeping</b>"})
    assert refused.status_code == 422
    assert ">Worth &lt;b&gt;keeping&lt;/b&gt;</textarea>" in refused.text
    extra = {"text": "x", "client_id": str(uuid4()), "author_id": "1"}
    assert (await client.post(f"/rooms/{room.id}/messages", data=extra)).status_code == 422
    assert (await client.post(f"/rooms/{room.id}/messages", data={"text": "a\0b", "client_id": str(uuid4())})).status_code == 422


async def test_a_newcomer_in_slow_mode_keeps_the_text(client, sign_in) -> None:
    await sign_in(client, await make_member("Noor Haddad", trust="newcomer"))
    room = await make_room(slow_s=20)
    assert "every 20 seconds" in (await client.get(f"/rooms/{room.id}")).text
    answers = [await client.post(f"/rooms/{room.id}/messages", data={"text": text, "client_id": str(uuid4())}) for text in "ab"]
    assert [one.status_code for one in answers] == [303, 429]
    assert ">b</textarea>" in answers[1].text


async def test_fifty_at_a_time_and_older_ones_by_link(client, sign_in) -> None:
    amara, room = await make_member(), await make_room()
    viewer = await viewer_of(amara)
    for n in range(120):
        await say(viewer, room, f"number {n}.")
    await sign_in(client, await make_member("Bagus Prasetyo"))
    seen: list[int] = []
    address: str | None = f"/rooms/{room.id}"
    while address:
        text = (await client.get(address)).text
        seen = [int(n) for n in re.findall(r"number (\d+)\.", text)] + seen
        older = re.search(r'id="older" href="([^"]+)"', text)
        address = older[1] if older else None
    assert seen == list(range(120))
    fragment = (await client.get(f"/rooms/{room.id}?before=71", headers={"X-Fragment": "1"})).text
    assert re.findall(r"number (\d+)\.", fragment) == [str(n) for n in range(20, 70)]
    assert "<html" not in fragment
    for bad in ("x", "-1", "9" * 30, "1.5", "٣"):
        assert (await client.get(f"/rooms/{room.id}", params={"before": bad})).status_code == 404


@pytest.mark.parametrize("letter", ["a", "\u0645", "\u8bed", "\U0001f600"])
async def test_a_message_is_as_long_in_every_script(client, sign_in, letter) -> None:
    await sign_in(client, await make_member())
    room = await make_room()
    assert 'maxlength="4000"' in (await client.get(f"/rooms/{room.id}")).text
    # a browser counts the end of a line as one character, and sends two
    texts = [letter * 1999 + "\r\n" + letter * 2000, letter * 4001]
    sent, refused = [
        await client.post(f"/rooms/{room.id}/messages", data={"text": text, "client_id": str(uuid4())}) for text in texts
    ]
    assert (sent.status_code, refused.status_code) == (303, 422)
    assert "This is too long: 4000 characters at most." in refused.text
    [message] = await Message.all()
    assert len(message.source) == 4000
    edited = [await client.post(f"/messages/{message.id}/edit", data={"text": text, "client_id": str(uuid4())}) for text in texts]
    assert [one.status_code for one in edited] == [303, 422]


async def test_the_unread_line_and_the_position(client, sign_in) -> None:
    amara, bagus, room = await make_member(), await make_member("Bagus Prasetyo"), await make_room()
    writer, reader = await viewer_of(amara), await viewer_of(bagus)
    await say(writer, room, "before")
    await mark_read(reader, room.id, 1)
    await say(writer, room, "after")
    await sign_in(client, bagus)
    assert '1<span class="vh"> unread</span>' in (await client.get("/rooms")).text
    await client.head(f"/rooms/{room.id}")
    await client.get(f"/rooms/{room.id}", headers={"Sec-Purpose": "prefetch"})
    assert (await RoomPosition.get(member_id=bagus.id)).seq == 1
    page = (await client.get(f"/rooms/{room.id}")).text
    assert page.index("before</p>") < page.index('id="new"') < page.index("after</p>")
    assert (await RoomPosition.get(member_id=bagus.id)).seq == 2
    assert 'id="new"' not in (await client.get(f"/rooms/{room.id}")).text


async def test_ones_own_message_is_edited_and_deleted_by_pages(client, sign_in) -> None:
    amara, room = await make_member(), await make_room()
    sent = await say(await viewer_of(amara), room, "frist")
    await sign_in(client, amara)
    place = (await client.get(f"/messages/{sent.message_id}")).headers["location"]
    assert f"#m-{sent.message_id}" in place
    assert f'id="m-{sent.message_id}"' in (await client.get(place)).text
    assert ">frist</textarea>" in (await client.get(f"/messages/{sent.message_id}/options")).text.replace("\n", "")
    answer = await client.post(f"/messages/{sent.message_id}/edit", data={"text": ""})
    assert answer.status_code == 422
    assert (await client.post(f"/messages/{sent.message_id}/edit", data={"text": "first"})).status_code == 303
    assert "<p>first</p>" in (await client.get(f"/rooms/{room.id}")).text
    assert (await client.post(f"/messages/{sent.message_id}/delete", data={})).status_code == 303
    page = (await client.get(f"/rooms/{room.id}")).text
    assert "This message was deleted." in page
    assert "first" not in page.split('id="log"')[1].split("</ol>")[0]
    assert (await client.get(f"/messages/{sent.message_id}/options")).status_code == 404


async def test_a_hidden_room_is_like_none_at_all(client, sign_in) -> None:
    host = await make_member("Host of the space")
    space = await make_space(members=[host])
    room = await make_room("Secret plans", space=space)
    sent = await say(await viewer_of(host), room, "the plan")
    await sign_in(client, await make_member("Outsider"))
    for hidden, absent in (
        (f"/rooms/{room.id}", "/rooms/999"),
        (f"/messages/{sent.message_id}", "/messages/999"),
        (f"/messages/{sent.message_id}/options", "/messages/999/options"),
    ):
        one, other = await client.get(hidden), await client.get(absent)
        assert (one.status_code, other.status_code) == (404, 404)
        assert re.sub(r"\d+", "", one.text) == re.sub(r"\d+", "", other.text)
    for path in (f"/rooms/{room.id}/messages", f"/rooms/{room.id}/read", f"/messages/{sent.message_id}/edit",
                 f"/messages/{sent.message_id}/delete"):  # fmt: skip
        data = {} if "delete" in path else {"seq": "1"} if "read" in path else {"text": "x", "client_id": str(uuid4())}
        assert (await client.post(path, data=data)).status_code == 404
    assert "Secret plans" not in (await client.get("/rooms")).text


async def test_a_guest_reads_what_is_public_and_is_asked_in(client) -> None:
    room, closed = await make_room("Open hour", audience="public"), await make_room("For members")
    page = (await client.get(f"/rooms/{room.id}")).text
    assert "/signin?next=" in page
    assert "js/room" not in page
    assert (await client.get(f"/rooms/{closed.id}")).status_code == 404
    listed = (await client.get("/rooms")).text
    assert "Open hour" in listed
    assert "For members" not in listed


async def test_somebody_elses_message_offers_a_report_and_no_edit(client, sign_in, monkeypatch) -> None:
    room = await make_room()
    sent = await say(await viewer_of(await make_member()), room)
    await sign_in(client, await make_member("Bagus Prasetyo"))
    monkeypatch.setattr(reporting._Desk, "address", "")
    assert "Report it" not in (await client.get(f"/messages/{sent.message_id}/options")).text
    reporting.reported_at("/messages/{id}/flag")
    page = (await client.get(f"/messages/{sent.message_id}/options")).text
    assert f'href="/messages/{sent.message_id}/flag"' in page
    assert "/edit" not in page
    assert (await client.post(f"/messages/{sent.message_id}/edit", data={"text": "x"})).status_code == 403


async def test_a_steward_opens_and_closes_a_room(client, sign_in) -> None:
    await sign_in(client, await make_steward())
    assert (await client.get("/rooms/new")).status_code == 200
    data = {"name": "Blended workshop clinic", "about": "A weekly hour.", "lang": "en", "client_id": str(uuid4())}
    made = await client.post("/rooms/new", data=data)
    room = await Room.get(name="Blended workshop clinic")
    assert made.headers["location"] == f"/rooms/{room.id}"
    await client.post(f"/rooms/{room.id}/closed", data={"closed": "true"})
    assert (await client.post(f"/rooms/{room.id}/messages", data={"text": "x", "client_id": str(uuid4())})).status_code == 403
    await sign_in(client, await make_member())
    assert (await client.get("/rooms/new")).status_code == 404
    assert (await client.post(f"/rooms/{room.id}/closed", data={"closed": "false"})).status_code == 403


async def test_scripts_in_names_and_messages_stay_text(client, sign_in) -> None:
    evil = await make_member('<script>alert(1)</script> "x"')
    room = await make_room("<img src=x onerror=alert(2)>")
    await say(await viewer_of(evil), room, "<script>alert(3)</script> [x](javascript:alert(4))")
    await sign_in(client, await make_member())
    page = (await client.get(f"/rooms/{room.id}")).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


async def test_a_page_takes_few_queries(client, sign_in, monkeypatch) -> None:
    amara, room = await make_member(), await make_room()
    for n in range(60):
        await say(await viewer_of(amara), room, str(n))
    await sign_in(client, await make_member("Bagus Prasetyo"))
    await client.get(f"/rooms/{room.id}")
    asked: list[str] = []
    from community.storage.sqlite_reader import SqliteReader

    real = SqliteReader.read
    monkeypatch.setattr(SqliteReader, "read", lambda self, query, *rest: (asked.append(query), real(self, query, *rest))[1])
    page = await client.get(f"/rooms/{room.id}")
    assert page.status_code == 200
    assert len(asked) <= 8, asked
    assert len(page.content) < 40_000


async def test_retention_empties_what_is_old_and_the_log_begins_later(database) -> None:
    steward, amara = await viewer_of(await make_steward()), await viewer_of(await make_member())
    room, old = await make_room(), clock.now() - timedelta(days=40)
    with clock.frozen(old):
        first, second = await say(amara, room, "old words"), await say(amara, room, "older secret")
    third = await say(amara, room, "new words")
    await edit_message(amara, second.message_id, "older secret, mended")
    await set_retention(steward, room.id, 30)
    await drain()
    assert (await Room.get(id=room.id)).first_seq == third.seq
    assert [e.seq for e in await RoomEntry.filter(room_id=room.id).order_by("seq")] == [3, 4]
    assert await Message.get_or_none(id=first.message_id) is None
    for table in ("messages", "message_revisions"):
        assert "secret" not in repr(await rows(f"SELECT * FROM {table}"))
    assert await forget_before(room.id, old) == third.seq


async def test_deleting_reaches_the_index_by_fact(database) -> None:
    from community.chat.search_documents import documents

    amara, room = await viewer_of(await make_member()), await make_room("Workshop clinic")
    sent = await say(amara, room, "torque *wrench*")
    (document,) = await documents("message", [sent.message_id])
    assert (document.body.strip(), document.audience, document.root, document.meta["in"]) == (
        "torque wrench", "members", f"room:{room.id}", "Workshop clinic",
    )  # fmt: skip
    await delete_message(amara, sent.message_id)
    assert await documents("message", [sent.message_id]) == []


async def test_a_space_lists_its_rooms_to_those_inside(client, sign_in):
    member, host = await make_member(), await make_member("Mika Lehtola")
    space = await make_space(members=[member], moderators=[host])
    await sign_in(client, host)
    assert f'href="/rooms/new?space={space.id}"' in (await client.get(f"/spaces/{space.slug}")).text
    room = await make_room("Bench talk", space=space)
    await make_room("For everybody")
    await sign_in(client, member)
    page = (await client.get(f"/spaces/{space.slug}")).text
    assert f'href="/rooms/{room.id}#end"' in page
    assert "For everybody" not in page
    assert "/rooms/new" not in page


async def test_a_followed_room_counts_at_once_and_a_muted_one_never(client, sign_in) -> None:
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    followed, muted = await make_room("Workshop clinic"), await make_room("Coffee corner")
    viewer = await viewer_of(amara)
    for room in (followed, muted):
        await say(viewer, room, "Good morning.")
        await mark_read(await viewer_of(bagus), muted.id, 10)
    await sign_in(client, bagus)
    assert "unread" not in (await client.get("/rooms")).text  # never there, or all read
    assert (await client.post(f"/rooms/{followed.id}/follow", data={"level": "follow"})).status_code == 303
    assert (await client.post(f"/rooms/{muted.id}/follow", data={"level": "mute"}, headers={"X-Fragment": "1"})).status_code == 200
    await say(viewer, muted, "Is anybody there?")
    listed = (await client.get("/rooms")).text
    assert listed.count("unread") == 1
    assert listed.index("Workshop clinic") < listed.index("Coffee corner")
    assert "Muted" in listed
    assert 'value="" aria-pressed="true">Mute' in (await client.get(f"/rooms/{muted.id}")).text
    await client.post(f"/rooms/{muted.id}/follow", data={"level": ""})
    assert "Muted" not in (await client.get("/rooms")).text
    assert (await client.post(f"/rooms/{muted.id}/follow", data={"level": "nonsense"})).status_code == 422
    assert (await client.post("/rooms/999/follow", data={"level": "mute"})).status_code == 404


async def test_what_is_new_is_found_however_long_one_was_away(client, sign_in) -> None:
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    viewer = await viewer_of(amara)
    for n in range(90):
        await say(viewer, room, f"number {n}.")
    await mark_read(await viewer_of(bagus), room.id, 10)
    await sign_in(client, bagus)
    way = f"/rooms/{room.id}?around=11#new"
    assert f'href="{way}"' in (await client.get("/rooms")).text
    ahead = {"Purpose": "prefetch"}  # is no reading
    newest = (await client.get(f"/rooms/{room.id}", headers=ahead)).text
    assert f'href="{way}"' in newest
    assert 'id="new"' not in newest
    there = (await client.get(way)).text
    assert there.index("number 9.") < there.index('id="new"') < there.index("number 10.")


async def test_a_place_that_no_row_can_have_is_refused(client, sign_in) -> None:
    await sign_in(client, await make_steward())
    for wrong in ("9" * 30, "-1", "0", "x"):
        sent = {"name": "Workshop clinic", "space": wrong, "client_id": str(uuid4())}
        assert (await client.post("/rooms/new", data=sent)).status_code == 422
    assert await Room.all().count() == 0
