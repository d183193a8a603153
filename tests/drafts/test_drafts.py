"""Drafts of every form: kept for one's other devices, offered and never overwritten unseen, gone once the form is sent."""

import asyncio
import json
from uuid import uuid4

import pytest

from community.drafts.actions import KeptElsewhere, Typed, keep_draft
from community.drafts.models import Draft
from tests.conftest import new_client
from tests.discussions.factories import make_thread
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

FRAGMENT = {"X-Fragment": "1"}


def form(place: str, kept: str = "", **fields: str) -> dict[str, str]:
    return {"draft": place, "kept": kept, "filled": json.dumps(list(map(list, fields.items())))}


async def keep(client, place, kept="", **fields):
    return await client.post("/drafts", data=form(place, kept, **fields), headers=FRAGMENT)


async def test_another_device_gets_what_was_typed_and_nobody_else(client, sign_in, app):
    amara = await make_member("Amara Diallo")
    await sign_in(client, amara)
    said = {"name": "Amara Diallo", "biography": "I teach\nwiring."}
    mark = (await keep(client, "profile", **said)).json()["mark"]
    async with new_client(app) as phone, new_client(app) as mallory:
        await sign_in(phone, amara)
        got = (await phone.get("/drafts/kept?form=profile")).json()
        assert (got["mark"], dict(got["fields"])) == (mark, said)
        assert "I teach wiring." in (await phone.get("/drafts")).text
        assert f"/people/{amara.handle}/edit" in (await phone.get("/drafts")).text
        await sign_in(mallory, await make_member("Mallory"))
        draft = await Draft.get(member_id=amara.id)
        assert (await mallory.get("/drafts/kept?form=profile")).json() == {}
        assert (await mallory.post(f"/drafts/{draft.id}/delete")).status_code == 404
    assert (await client.post(f"/drafts/{draft.id}/delete")).status_code == 303
    assert (await client.get("/drafts/kept?form=profile")).json() == {}


async def test_a_newer_draft_is_offered_and_not_replaced(client, sign_in):
    await sign_in(client, await make_member("Amara Diallo"))
    first = (await keep(client, "new", body="at the desk")).json()["mark"]
    second = (await keep(client, "new", first, body="at the desk, longer")).json()["mark"]
    refused = await keep(client, "new", first, body="on the phone")
    assert refused.status_code == 409
    assert (refused.json()["mark"], dict(refused.json()["fields"])) == (second, {"body": "at the desk, longer"})
    assert (await keep(client, "new", "", body="on a third")).status_code == 409
    assert (await keep(client, "new", first, body="at the desk, longer")).json()["mark"] == second
    chosen = await keep(client, "new", second, body="on the phone")
    assert chosen.status_code == 200
    assert (await keep(client, "new", chosen.json()["mark"])).json() == {"mark": ""}
    gone = await keep(client, "new", chosen.json()["mark"], body="typed on")
    assert (gone.status_code, gone.json()) == (409, {})


async def test_sending_ends_the_draft_it_was_read_from_and_no_other(client, sign_in):
    amara = await make_member("Amara Diallo")
    await sign_in(client, amara)
    edit = f"/people/{amara.handle}/edit"
    mark = (await keep(client, "profile", name="Amara", biography="Half")).json()["mark"]
    await client.post(edit, data={"name": "Amara", "kept": "0123456789ab"})
    assert await Draft.filter(place="profile").count() == 1
    await client.post(edit, data={"name": "", "kept": mark})
    assert await Draft.filter(place="profile").count() == 1
    await client.post(edit, data={"name": "Amara", "biography": "Whole", "kept": mark})
    assert await Draft.filter(place="profile").count() == 0


async def test_without_scripts_the_button_replaces_nothing_unseen(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    place = f"thread:{thread.id}"
    mark = (await keep(client, place, body="from the phone")).json()["mark"]
    sent = {"body": "from the desk", "client_id": str(uuid4()), "preview": "1"}
    refused = await client.post(f"/threads/{thread.id}/replies", data=sent)
    assert refused.status_code == 422
    assert "from the desk</textarea>" in refused.text
    assert f'name="kept" value="{mark}"' in refused.text
    assert (await Draft.get(place=place)).source == "from the phone"
    assert (await client.post(f"/threads/{thread.id}/replies", data=sent | {"kept": mark})).status_code == 303
    assert (await Draft.get(place=place)).source == "from the desk"


async def test_the_longest_text_is_kept_in_every_script(client, sign_in):
    await sign_in(client, await make_member())
    filled = json.dumps([["biography", "\U0001f393" * 20_000]], ensure_ascii=False)
    assert (await client.post("/drafts", data={"draft": "profile", "filled": filled}, headers=FRAGMENT)).status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"draft": "payroll", "filled": "[]"}, 422),
        ({"draft": "thread:", "filled": "[]"}, 422),
        ({"draft": "thread:9:held:1", "filled": "[]"}, 422),
        ({"draft": "new:held:3", "filled": "[]"}, 422),
        ({"draft": "profile", "filled": "{}"}, 422),
        ({"draft": "profile", "filled": '[["a"]]'}, 422),
        ({"draft": "profile", "filled": '[["a","\\u0000"]]'}, 422),
        ({"draft": "profile", "filled": "[" * 5000}, 422),
        ({"draft": "profile", "kept": "' OR 1=1", "filled": "[]"}, 422),
        ({"draft": "profile", "filled": json.dumps([["biography", "x" * 100_000]])}, 422),
        ({"draft": "profile", "filled": "[]", "held": "1"}, 422),
    ],
    ids=range(11),
)
async def test_what_is_no_form_of_ours_is_refused(client, sign_in, sent, status):
    await sign_in(client, await make_member("Amara Diallo"))
    assert (await client.post("/drafts", data=sent, headers=FRAGMENT)).status_code == status
    assert await Draft.all().count() == 0


async def test_half_of_a_surrogate_pair_is_kept_as_a_form_would_send_it(client, sign_in):
    await sign_in(client, await make_member("Amara Diallo"))
    sent = {"draft": "new", "filled": '[["body", "cut \\ud83d here"]]'}
    assert (await client.post("/drafts", data=sent, headers=FRAGMENT)).status_code == 200
    assert (await Draft.get(place="new")).source == "cut \ufffd here"


async def test_a_session_that_is_over_is_said_and_leads_back(client):
    headers = {"referer": "http://testserver/threads/9?page=2"}
    told = await client.post("/threads/9/replies", data={"body": "x"}, headers=FRAGMENT | headers)
    assert (told.status_code, told.json()["sign_in"]) == (404, "/signin?next=%2Fthreads%2F9%3Fpage%3D2")
    page = await client.post("/threads/9/replies", data={"body": "x"}, headers=headers)
    assert "/signin?next=%2Fthreads%2F9%3Fpage%3D2" in page.text
    behind_a_proxy = {"referer": "https://testserver/threads/9?page=2"}  # which takes https and hands over http
    page = await client.post("/threads/9/replies", data={"body": "x"}, headers=behind_a_proxy)
    assert "/signin?next=%2Fthreads%2F9%3Fpage%3D2" in page.text
    outside = await client.post("/threads/9/replies", data={"body": "x"}, headers={"referer": "http://evil.example/x"})
    assert "next=%2F&#34;" in outside.text or 'next=%2F"' in outside.text


async def test_of_twenty_devices_at_once_one_is_kept(database):
    """None overwrites another that it has not read (both databases)."""
    assert database
    viewer = await viewer_of(await make_member("Amara Diallo"))

    async def device(text: str, base: str) -> str | None:
        try:
            draft = await keep_draft(viewer, Typed("new", [("body", text)]), base)
        except KeptElsewhere:
            return None
        return draft.mark if draft else None

    first = [mark for mark in await asyncio.gather(*(device(f"one {n}", "") for n in range(20))) if mark]
    assert len(first) == 1
    assert len([mark for mark in await asyncio.gather(*(device(f"two {n}", first[0]) for n in range(20))) if mark]) == 1
    assert await Draft.all().count() == 1


async def test_the_page_of_the_device_says_what_is_chosen(client, sign_in):
    await sign_in(client, await make_member("Amara Diallo"))
    client.cookies.set("theme", "dark")
    page = (await client.get("/account/device")).text
    assert "Dark" in page
    assert "data-kept-list" in page
