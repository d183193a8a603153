"""A message of a room is reported and decided on like a post; taken away, it is gone for good."""

from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.chat.actions import send_message
from community.chat.models import Message
from community.files import blobs
from community.files.actions import store_upload
from community.files.models import File
from community.moderation.flagging import flag_message
from community.moderation.models import Flag
from community.notifications.queries import waiting_for
from community.storage import drain
from tests.chat.factories import make_room, say
from tests.factories import make_member, make_space, make_steward
from tests.files.test_files import Sent, png
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

QUEUE = "/stewardship/queue"


async def said(room, name="Rafael Moura", text="Buy certificates."):
    member = await make_member(name)
    return member, (await say(await viewer_of(member), room, text)).message_id


@pytest.mark.parametrize("headers", [{}, {"X-Fragment": "1"}])
async def test_a_reported_message_is_deleted_by_a_steward(client, sign_in, headers):
    reporter, steward = await make_member("Quiet Reporter"), await make_steward()
    rafael, number = await said(await make_room("Bench talk"))
    await sign_in(client, reporter)
    assert f'href="/messages/{number}/flag"' in (await client.get(f"/messages/{number}/options")).text
    assert "Buy certificates." in (await client.get(f"/messages/{number}/flag")).text
    form = {"rule": "advertising", "note": "He sells papers.", "client_id": str(uuid4())}
    sent = await client.post(f"/messages/{number}/flag", data=form, headers=headers)
    assert sent.status_code == (200 if headers else 303)
    flag = await Flag.get()
    assert (await client.post(f"{QUEUE}/flags/{flag.id}", data={"verb": "leave"})).status_code == 404
    await sign_in(client, steward)
    listed = (await client.get(QUEUE)).text
    for words in ("Message in “Bench talk”", "Buy certificates.", "He sells papers.", f'href="/messages/{number}"'):
        assert words in listed
    decided = await client.post(f"{QUEUE}/flags/{flag.id}", data={"verb": "hide", "rule": "fraud"}, headers=headers)
    assert decided.status_code == (200 if headers else 303)
    gone = await Message.get(id=number)
    assert (gone.state, gone.source, gone.html) == ("deleted", "", "")
    assert "Message deleted in “Bench talk”." in (await client.get(f"{QUEUE}?tab=decided")).text
    await drain()
    assert [one.subject.title for one in await waiting_for(await viewer_of(rafael))] == [
        "A moderator deleted your message in “Bench talk”."
    ]
    (told,) = await waiting_for(await viewer_of(reporter))
    assert (told.kind, told.subject.href) == ("report_decided", f"/messages/{number}")
    await sign_in(client, reporter)
    assert (await client.get(told.subject.href)).status_code == 303


async def test_of_a_closed_spaces_room_stewards_see_the_copy_alone(client, sign_in):
    host, reporter, steward = await make_member("Host"), await make_member("Reporter"), await make_steward()
    rafael = await make_member("Rafael Moura")
    space = await make_space(members=[reporter, rafael], moderators=[host])
    room = await make_room("Secret plans", space=space)
    number = (await say(await viewer_of(rafael), room, "An insult.")).message_id
    await say(await viewer_of(rafael), room, "Something private.")
    await flag_message(await viewer_of(reporter), number, "tone", "", uuid4())
    copy = await Flag.get(audience="stewards")
    await sign_in(client, host)
    assert "An insult." in (await client.get(QUEUE)).text
    await sign_in(client, steward)
    assert "An insult." not in (await client.get(QUEUE)).text
    assert (await client.get(f"/messages/{number}/flag")).status_code == 404
    with clock.frozen(clock.now() + timedelta(days=2)):
        listed = (await client.get(QUEUE)).text
        assert "An insult." in listed
        assert "Message in a closed space" in listed
        assert "Something private." not in listed
        assert "Secret plans" not in listed
        assert (await client.post(f"{QUEUE}/flags/{copy.id}", data={"verb": "hide", "rule": "tone"})).status_code == 303
        assert "Secret plans" not in (await client.get(f"{QUEUE}?tab=decided")).text
    assert {flag.state for flag in await Flag.all()} == {"hidden"}
    assert (await Message.get(id=number)).state == "deleted"


async def test_a_report_needs_a_rule_and_somebody_elses_message(client, sign_in):
    rafael, number = await said(await make_room())
    form = {"rule": "tone", "client_id": str(uuid4())}
    await sign_in(client, rafael)
    assert (await client.post(f"/messages/{number}/flag", data=form)).status_code == 403
    await sign_in(client, await make_member("Reporter"))
    page = await client.post(f"/messages/{number}/flag", data=form | {"rule": "", "note": "Kept words"})
    assert page.status_code == 422
    assert "Kept words" in page.text
    assert (await client.post("/messages/999/flag", data=form)).status_code == 404
    space = await make_space(members=[rafael])
    hidden = await say(await viewer_of(rafael), await make_room("Inside", space=space), "Among us.")
    assert (await client.post(f"/messages/{hidden.message_id}/flag", data=form)).status_code == 404


async def test_what_hangs_on_a_message_is_judged_with_it_and_stewards_get_a_copy_until_then(client, sign_in, tmp_path, monkeypatch):
    monkeypatch.setattr(blobs, "folder", lambda: tmp_path)
    host, reporter, steward = await make_member("Host"), await make_member("Reporter"), await make_steward()
    rafael = await make_member("Rafael Moura")
    room = await make_room("Secret plans", space=await make_space(members=[reporter, rafael], moderators=[host]))
    author = await viewer_of(rafael)
    kept, other = [await store_upload(author, Sent(png(), name), uuid4()) for name in ("insult.png", "other.png")]
    number = (await send_message(author, room.id, "", uuid4(), files=(kept.id,))).message_id
    await send_message(author, room.id, "", uuid4(), files=(other.id,))
    await flag_message(await viewer_of(reporter), number, "tone", "", uuid4())
    copy = await File.get(root__startswith="flag:")
    await sign_in(client, host)
    assert f'href="/files/{kept.id}/insult.png"' in (await client.get(QUEUE)).text
    assert (await client.get(f"/files/{copy.id}/insult.png")).status_code == 404
    await sign_in(client, steward)
    assert (await client.get(f"/files/{kept.id}/insult.png")).status_code == 404
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert f'href="/files/{copy.id}/insult.png"' in (await client.get(QUEUE)).text
        assert (await client.get(f"/files/{copy.id}/insult.png")).status_code == 200
        flag = await Flag.get(audience="stewards")
        assert (await client.post(f"{QUEUE}/flags/{flag.id}", data={"verb": "hide", "rule": "tone"})).status_code == 303
    assert [one.id for one in await File.all()] == [other.id]
