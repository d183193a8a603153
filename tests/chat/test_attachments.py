"""Pictures, files and voice notes in rooms: whose they are, who gets them, and when they go."""

import asyncio
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.audience import Viewer, hide
from community.chat.actions import delete_message, edit_message, send_message
from community.chat.live import RoomTopic
from community.chat.models import Message, Room
from community.chat.retention import forget_before
from community.chat.search_documents import documents
from community.errors import Invalid
from community.files import actions, blobs
from community.files.models import File
from community.files.queries import files_of_parts
from community.notifications.subjects import messages
from community.settings import settings
from community.storage import drain, unit_of_work
from tests.chat.factories import make_room, say
from tests.conftest import new_client
from tests.factories import make_member, make_space
from tests.files.recordings import ogg, webm
from tests.files.test_files import Sent, png
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GUILDHALL_DATA", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


async def sent_up(viewer: Viewer, content: bytes = b"", name: str = "coupon sheet.png") -> File:
    return await actions.store_upload(viewer, Sent(content or png((700, 350)), name), uuid4())


async def test_a_form_without_a_script_carries_a_picture_and_a_voice(client, sign_in) -> None:
    await sign_in(client, await make_member("Amara Diallo"))
    room = await make_room()
    page = (await client.get(f"/rooms/{room.id}")).text
    client_id = re.search(r'name="client_id" value="([^"]+)"', page)[1]
    sent = [("file", ("Coupon sheet.png", png((700, 350)))), ("voice", ("note.webm", webm(12), "video/webm")), ("file", ("", b""))]
    for _twice in range(2):
        answer = await client.post(f"/rooms/{room.id}/messages", data={"text": "", "client_id": client_id}, files=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/rooms/{room.id}#end")
    assert await File.all().count() == 2
    page = (await client.get(f"/rooms/{room.id}")).text
    picture = re.search(
        r'<a href="(/files/\d+/Coupon-sheet.png)"><img src="([^"]+)" alt="Coupon-sheet.png" width="320" height="160"', page
    )
    voice = re.search(r'<audio controls preload="none" src="(/files/\d+/note.webm)"', page)[1]
    assert picture[2] == f"{picture[1]}?size=small"
    assert "0:12" in page
    colleague = new_client(client._transport.app)
    await sign_in(colleague, await make_member("Bagus Prasetyo"))
    heard = await colleague.get(voice, headers={"Range": "bytes=0-99", "Accept-Encoding": "gzip"})
    assert (heard.status_code, len(heard.content), heard.headers["content-type"]) == (206, 100, "audio/webm")
    assert heard.headers["content-disposition"].startswith("inline")
    assert "sandbox" in heard.headers["content-security-policy"]
    assert (await colleague.get(picture[2])).headers["content-type"] == "image/webp"
    assert (await new_client(client._transport.app).get(voice)).status_code == 404


async def test_what_was_sent_up_with_a_form_that_is_refused_waits_in_it(client, sign_in) -> None:
    await sign_in(client, await make_member("Noor Haddad", trust="newcomer"))
    room = await make_room(slow_s=20)
    for text in ("one", "two"):
        sent = {"data": {"text": text, "client_id": str(uuid4())}, "files": [("file", (f"{text}.png", png()))]}
        answer = await client.post(f"/rooms/{room.id}/messages", **sent)
    assert answer.status_code == 429
    kept = re.search(r'<input type="checkbox" name="files" value="(\d+)" checked> <bdi>two.png', answer.text)[1]
    async with unit_of_work():
        await Message.filter(room_id=room.id).update(created_at=clock.now() - timedelta(minutes=1))
    data = {"text": "two", "files": kept, "client_id": str(uuid4())}
    assert (await client.post(f"/rooms/{room.id}/messages", data=data)).status_code == 303
    assert "two.png" in (await client.get(f"/rooms/{room.id}")).text


async def test_files_are_shown_in_the_order_in_which_the_message_names_them(client, sign_in) -> None:
    amara = await make_member()
    viewer, room = await viewer_of(amara), await make_room()
    last, first, middle = [await sent_up(viewer, name=name) for name in ("c.png", "a.png", "b.png")]
    sent = await send_message(viewer, room.id, "", uuid4(), files=(first.id, middle.id, last.id))
    _seq, frame = (await RoomTopic().entries(room.id, 0, 1))[0]
    assert [one["name"] for one in frame["files"]] == ["a.png", "b.png", "c.png"]
    await sign_in(client, amara)
    assert re.findall('alt="(.\\.png)"', (await client.get(f"/rooms/{room.id}")).text) == ["a.png", "b.png", "c.png"]
    async with unit_of_work():
        await actions.copy_files(f"message:{sent.message_id}", "flag:1", "space:1:mods")
        await File.filter(root=f"room:{room.id}").update(place=0)  # as those are that were posted before there was an order
    copied = await File.filter(root="flag:1").order_by("place").values_list("name", flat=True)
    assert copied == ["a.png", "b.png", "c.png"]
    assert [one.name for one in (await files_of_parts([f"message:{sent.message_id}"]))[f"message:{sent.message_id}"]] == [
        "c.png", "a.png", "b.png",
    ]  # fmt: skip


async def test_a_form_that_comes_back_and_is_sent_again_keeps_the_order_of_its_files(client, sign_in) -> None:
    amara = await make_member()
    viewer, room = await viewer_of(amara), await make_room()
    await sign_in(client, amara)
    last, first = await sent_up(viewer, name="b.png"), await sent_up(viewer, name="a.png")
    sent = {"text": "Look", "files": [first.id, last.id], "client_id": str(uuid4())}
    answer = await client.post(f"/rooms/{room.id}/messages", data=sent, files=[("file", ("page.exe", b"MZ\x00"))])
    kept = re.findall(r'name="files" value="(\d+)"', answer.text)
    assert kept == [str(first.id), str(last.id)]
    more = [("voice", ("note.webm", webm(12), "video/webm")), ("file", ("c.png", png()))]
    assert (await client.post(f"/rooms/{room.id}/messages", data=sent | {"files": kept}, files=more)).status_code == 303
    _seq, frame = (await RoomTopic().entries(room.id, 0, 1))[0]
    assert [one["name"] for one in frame["files"]] == ["a.png", "b.png", "c.png", "note.webm"]


async def test_more_files_than_a_message_carries_are_answered_in_the_form(client, sign_in) -> None:
    await sign_in(client, await make_member("Amara Diallo"))
    room = await make_room()
    files = [("file", (f"sheet {number}.png", png())) for number in range(9)]
    sent = {"text": "All nine sheets", "client_id": str(uuid4())}
    answer = await client.post(f"/rooms/{room.id}/messages", data=sent, files=files)
    assert (answer.status_code, "A message can carry four files." in answer.text) == (422, True)
    assert ">All nine sheets</textarea>" in answer.text
    assert answer.text.count('name="files"') == 9


async def test_a_file_that_is_refused_is_named(client, sign_in) -> None:
    await sign_in(client, await make_member())
    room = await make_room()
    sent = [("file", ("fine.png", png())), ("file", ("page.exe", b"MZ\x00"))]
    answer = await client.post(f"/rooms/{room.id}/messages", data={"text": "Look", "client_id": str(uuid4())}, files=sent)
    assert answer.status_code == 422
    assert "page.exe: This kind of file cannot be shared here." in answer.text
    assert ">Look</textarea>" in answer.text
    assert "fine.png" in answer.text
    for files in ("0", "x", str(2**70)):
        data = {"text": "Look", "client_id": str(uuid4()), "files": files}
        assert (await client.post(f"/rooms/{room.id}/messages", data=data)).status_code == 422


async def test_the_recorder_may_ask_for_the_microphone_in_rooms_only(client, sign_in) -> None:
    await sign_in(client, await make_member())
    room = await make_room()
    assert "microphone=(self)" in (await client.get(f"/rooms/{room.id}")).headers["permissions-policy"]
    assert "microphone=()" in (await client.get("/rooms")).headers["permissions-policy"]


async def test_a_message_carries_only_what_is_one_s_own_and_posted_nowhere(database) -> None:
    amara, bagus = await viewer_of(await make_member()), await viewer_of(await make_member("Bagus Prasetyo"))
    room = await make_room()
    own, other = await sent_up(amara), await sent_up(bagus)
    await send_message(amara, room.id, "", uuid4(), files=(own.id,))
    fresh = [await sent_up(amara) for _ in range(5)]
    for files in (
        (own.id,),
        (other.id,),
        (10**9,),
        (fresh[0].id, fresh[0].id),
        (fresh[0].id, other.id),
        tuple(one.id for one in fresh),
    ):
        with pytest.raises(Invalid):
            await send_message(amara, room.id, "Look", uuid4(), files=files)
    assert await Message.all().count() == 1
    assert await File.filter(root=f"room:{room.id}").count() == 1


async def test_one_file_is_posted_once_though_it_is_sent_many_times_together(database) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    file = await sent_up(amara)
    ids = [uuid4() for _ in range(4)]
    sending = [send_message(amara, room.id, f"number {n}", ids[n % 4], files=(file.id,)) for n in range(12)]
    answers = await asyncio.gather(*sending, return_exceptions=True)
    stored = {one.message_id for one in answers if not isinstance(one, Exception)}
    assert len(stored) == 1
    assert all(isinstance(one, Invalid) for one in answers if isinstance(one, Exception))
    assert (await File.get()).part == f"message:{stored.pop()}"


async def test_everybody_in_the_room_hears_of_the_files_and_again_after_coming_back(hall, enter) -> None:
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    viewer, room = await viewer_of(amara), await make_room()
    picture, voice = await sent_up(viewer), await sent_up(viewer, ogg(3), "note.ogg")
    speaking, hearing = await enter(amara, room), await enter(bagus, room)
    await speaking.say(type="send", room=room.id, client_id=str(uuid4()), text="Here", files=[picture.id, voice.id])
    heard = await hearing.hear("entry")
    address = f"/files/{picture.id}/coupon-sheet.png"
    assert heard["files"] == [
        {"id": picture.id, "name": "coupon-sheet.png", "url": address, "type": "image/png", "size": picture.size,
         "small": f"{address}?size=small", "width": 320, "height": 160},
        {"id": voice.id, "name": "note.ogg", "url": f"/files/{voice.id}/note.ogg", "type": "audio/ogg", "size": voice.size, "seconds": 3},
    ]  # fmt: skip
    await speaking.say(type="send", room=room.id, client_id=str(uuid4()), text="again", files=[picture.id])
    assert (await speaking.hear("refused"))["reason"] == "invalid"
    late = await enter(bagus)
    await late.say(type="subscribe", topic=f"room:{room.id}", epoch=room.epoch, seq=0)
    assert (await late.hear("entry"))["files"] == heard["files"]
    await speaking.say(type="delete", message=heard["message"], client_id=str(uuid4()))
    assert "files" not in await hearing.hear("entry")


async def test_a_deletion_takes_the_files_and_their_bytes(database, monkeypatch) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    file, other = await sent_up(amara), await sent_up(amara, ogg(1), "note.ogg")
    gone = await send_message(amara, room.id, "", uuid4(), files=(file.id,))
    await send_message(amara, room.id, "", uuid4(), files=(other.id,))
    await delete_message(amara, gone.message_id)
    assert [one.id for one in await File.all()] == [other.id]
    monkeypatch.setattr(blobs, "GRACE_SECONDS", -1)
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    await drain()
    assert not blobs.path_of(file.digest).exists()
    assert not blobs.path_of(file.small_digest).exists()
    assert blobs.path_of(other.digest).exists()
    await forget_before(room.id, later)
    assert not await File.all().exists()


async def test_files_are_seen_through_their_room(client, sign_in) -> None:
    amara = await make_member()
    space = await make_space(members=[amara])
    room = await make_room(space=space)
    file = await sent_up(await viewer_of(amara))
    await sign_in(client, await make_member("Bagus Prasetyo"))
    address = f"/files/{file.id}/coupon-sheet.png"
    await say(await viewer_of(amara), room)
    await send_message(await viewer_of(amara), room.id, "", uuid4(), files=(file.id,))
    assert (await client.get(address)).status_code == 404
    await sign_in(client, amara)
    assert (await client.get(address)).status_code == 200
    async with unit_of_work():
        await hide(await Room.get(id=room.id))
    assert (await client.get(address)).status_code == 404


async def test_a_message_of_files_may_lose_its_words(database) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    file = await sent_up(amara)
    sent = await send_message(amara, room.id, "A coupon sheet", uuid4(), files=(file.id,))
    await edit_message(amara, sent.message_id, "")
    assert (await Message.get()).source == ""
    plain = await say(amara, room)
    with pytest.raises(Invalid):
        await edit_message(amara, plain.message_id, " ")


async def test_so_much_in_a_day(database, monkeypatch) -> None:
    amara = await viewer_of(await make_member())
    await sent_up(amara, ogg(1), "a.ogg")
    monkeypatch.setattr(actions, "MOST_BYTES_A_DAY", 460)
    again = uuid4()
    with pytest.raises(Invalid, match="50 MB in a day"):
        await actions.store_upload(amara, Sent(ogg(2), "b.ogg"), again)
    async with unit_of_work():
        await File.all().update(created_at=clock.now() - timedelta(days=2))
    assert (await actions.store_upload(amara, Sent(ogg(1.5), "b.ogg"), again)).seconds == 2


async def test_a_message_of_files_is_found_and_told_of_by_their_names(database) -> None:
    amara, room = await viewer_of(await make_member()), await make_room()
    file = await sent_up(amara)
    sent = await send_message(amara, room.id, "", uuid4(), files=(file.id,))
    (found,) = await documents("message", [sent.message_id])
    assert (found.title, found.body) == ("coupon-sheet.png", "coupon-sheet.png")
    assert (await messages(amara, [sent.message_id]))[sent.message_id].excerpt == "coupon-sheet.png"


async def test_what_answers_or_pins_a_message_of_files_does_not_call_it_deleted(client, sign_in) -> None:
    amara = await make_member()
    viewer, room = await viewer_of(amara), await make_room()
    file = await sent_up(viewer)
    sent = await send_message(viewer, room.id, "", uuid4(), files=(file.id,))
    await send_message(viewer, room.id, "Who has tried it?", uuid4(), reply_to=sent.message_id)
    await sign_in(client, amara)
    page = (await client.get(f"/rooms/{room.id}")).text
    assert f'href="/messages/{sent.message_id}"><b><bdi>You</bdi></b> <span lang="en" dir="ltr">📎</span>' in page
    assert (await RoomTopic().entries(room.id, 1, 1))[0][1]["reply_to"]["words"] == "📎"
    await delete_message(viewer, sent.message_id)
    assert (await RoomTopic().entries(room.id, 1, 1))[0][1]["reply_to"]["words"] == ""
