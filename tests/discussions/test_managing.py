import pytest

from community.audience import grant, member_key, revoke
from community.discussions.managing import move
from community.discussions.models import Thread
from community.discussions.places import ensure_themes
from community.errors import Refused
from community.storage import rows, unit_of_work
from tests.conftest import new_client
from tests.discussions.factories import make_moderator, make_reply, make_thread
from tests.factories import make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

FRAGMENT = {"X-Fragment": "1"}


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_title_and_tags_are_corrected(client, sign_in, headers):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara, "Wich gauge?")
    await sign_in(client, amara)
    assert 'value="Wich gauge?"' in (await client.get(f"/threads/{thread.id}/edit")).text
    form = {"title": "Which gauge?", "kind": "question", "lang": "fr", "tags": "gauges, #brazing"}
    saved = await client.post(f"/threads/{thread.id}/edit", data=form, headers=headers)
    assert (saved.status_code, saved.headers["location"]) == (303, f"/threads/{thread.id}")
    page = (await client.get(f"/threads/{thread.id}")).text
    assert '<h1 lang="fr" dir="ltr">Which gauge?</h1>' in page
    assert "#brazing" in page
    wrong = await client.post(f"/threads/{thread.id}/edit", data=form | {"title": ""}, headers=headers)
    assert wrong.status_code == 422
    refused = await client.post(f"/threads/{thread.id}/edit", data=form | {"kind": "announcement"}, headers=headers)
    assert refused.status_code == 403
    await sign_in(client, await make_member("Mallory"))
    assert (await client.post(f"/threads/{thread.id}/edit", data=form)).status_code == 403


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_moderator_closes_pins_and_moves(client, sign_in, headers):
    amara, mod = await make_member("Amara Diallo"), await make_member("Mika Lehtola")
    await make_moderator(mod)
    await make_moderator(mod, "greening")
    thread = await make_thread(amara)
    await sign_in(client, mod)
    assert "Close: nobody can reply any more" in (await client.get(f"/threads/{thread.id}/manage")).text
    for verb, name, value in (
        ("close", "closed", True),
        ("close", "closed", True),
        ("reopen", "closed", False),
        ("pin", "pinned", True),
    ):
        done = await client.post(f"/threads/{thread.id}/manage", data={"verb": verb}, headers=headers)
        assert done.status_code == 303
        assert getattr(await Thread.get(id=thread.id), name) is value
    moved = await client.post(f"/threads/{thread.id}/manage", data={"verb": "move", "place": "greening"}, headers=headers)
    assert moved.status_code == 303
    assert "SDGs and greening TVET" in (await client.get(f"/threads/{thread.id}")).text
    assert (await client.post(f"/threads/{thread.id}/manage", data={"verb": "move"}, headers=headers)).status_code == 422
    assert (
        await client.post(f"/threads/{thread.id}/manage", data={"verb": "move", "place": "nowhere"}, headers=headers)
    ).status_code == 404


async def test_only_moderators_manage(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    await sign_in(client, amara)
    assert (await client.get(f"/threads/{thread.id}/manage")).status_code == 403
    assert (await client.post(f"/threads/{thread.id}/manage", data={"verb": "close"})).status_code == 403


async def test_a_thread_is_moved_only_between_places_one_moderates(client):
    assert client
    mod = await make_member("Mika Lehtola")
    await make_moderator(mod)
    thread = await make_thread(await make_member("Amara Diallo"))
    with pytest.raises(Refused):
        await move(await viewer_of(mod), thread.id, "greening")


async def test_a_thread_moved_into_a_space_is_at_once_for_its_members_alone(client, sign_in, app):
    amara, mod = await make_member("Amara Diallo"), await make_member("Mika Lehtola")
    await ensure_themes()
    await make_moderator(mod)
    space = await make_space(moderators=[mod], members=[])
    thread = await make_thread(amara, "About to go inside")
    reply = await make_reply(amara, thread, "Before it went.")
    await sign_in(client, mod)
    await client.post(f"/threads/{thread.id}/manage", data={"verb": "move", "place": space.key})
    assert "About to go inside" in (await client.get(f"/threads/{thread.id}")).text
    async with new_client(app) as other:
        for who in (None, amara):
            if who:
                await sign_in(other, who)
            for path in (
                f"/threads/{thread.id}",
                f"/replies/{reply.id}",
                f"/replies/{reply.id}/edit",
                f"/replies/{reply.id}/delete",
            ):
                assert (await other.get(path)).status_code == 404
            assert "About to go inside" not in (await other.get("/discussions")).text
            assert "About to go inside" not in (await other.get("/discussions/feed")).text
    assert [row["document"] for row in await rows("SELECT document FROM withheld")] == [f"thread:{thread.id}"]
    versions = {row["subject"] for row in await rows("SELECT subject FROM rights_versions")}
    assert "audience:public" in versions


async def test_a_right_that_ends_ends_the_thread(client, sign_in):
    host, guest = await make_member("Host"), await make_member("Guest of the space")
    space = await make_space(members=[host])
    thread = await make_thread(host, place=space.key)
    async with unit_of_work():
        await grant(space.key, member_key(guest.id))
    await sign_in(client, guest)
    assert (await client.get(f"/threads/{thread.id}")).status_code == 200
    async with unit_of_work():
        await revoke(space.key, member_key(guest.id))
    assert (await client.get(f"/threads/{thread.id}")).status_code == 404
