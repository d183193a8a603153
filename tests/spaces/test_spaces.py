"""Spaces: a hidden one answers like one that is not, and leaving ends everything there."""

from uuid import uuid4

import pytest

from community.accounts.blocking import block
from community.accounts.holders import holders
from community.audience import GUEST, PUBLIC, RightsVersion, Withheld
from community.errors import NotFound
from community.members.sections import Entry, Section
from community.spaces import membership
from community.spaces.models import Knock, Space
from community.spaces.queries import spaces
from community.spaces.search_documents import documents
from community.spaces.sections import space_sections
from community.spaces.workshop_codes import code_of, shown
from community.spaces.workshops import Plan, living_workshop, open_workshop
from community.storage import OutsideUnit, unit_of_work
from tests.accounts.letters import mailed_to
from tests.conftest import new_client
from tests.factories import make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

FACE = {"name": "Solar trainers", "about": "We compare **roofs**.", "language": "en", "access": "invite"}


@pytest.fixture
async def mika(database):
    return await make_member("Mika Lehtola")


@pytest.fixture
async def amara(database):
    return await make_member()


@pytest.fixture
async def hidden(mika):
    return await make_space(moderators=[mika])


@pytest.fixture
async def closed(mika):
    return await make_space(moderators=[mika], name="Welders", access="request")


async def test_a_trusted_member_opens_a_space_once(client, amara, sign_in):
    await sign_in(client, amara)
    assert (await client.get("/spaces/new")).status_code == 200
    sent = FACE | {"client_id": str(uuid4())}
    first, again = await client.post("/spaces", data=sent), await client.post("/spaces", data=sent)
    assert first.headers["location"] == again.headers["location"]
    space = await Space.get()
    assert space.audience == space.key
    viewer = await viewer_of(amara)
    assert viewer.has_role(space.key, "moderator")
    assert "<strong>roofs</strong>" in (await client.get(first.headers["location"])).text


async def test_a_newcomer_opens_none(client, sign_in):
    await sign_in(client, await make_member(trust="newcomer"))
    assert (await client.post("/spaces", data=FACE)).status_code == 404
    assert await Space.all().count() == 0


GETS = ["", "/edit"]
POSTS = [
    "/edit",
    "/ask",
    "/accept",
    "/decline",
    "/leave",
    "/invite",
    "/people/1/let-in",
    "/people/1/turn-away",
    "/people/1/remove",
    "/people/1/moderator",
]


@pytest.mark.parametrize("who", ["guest", "outsider", "steward"])
async def test_class_10_a_hidden_space_answers_like_one_that_is_not(client, hidden, sign_in, who):
    if who != "guest":
        await sign_in(client, await (make_steward() if who == "steward" else make_member("Omar Hassan")))
    bodies = {"/edit": FACE, "/ask": {"line": "x"}, "/invite": {"handle": "omar_hassan"}}
    for path in GETS:
        real, absent = [await client.get(f"/spaces/{slug}{path}") for slug in (hidden.slug, "nothing-123456")]
        assert (real.status_code, absent.status_code) == (404, 404)
        assert real.text.replace(hidden.slug, "X") == absent.text.replace("nothing-123456", "X")
    for path in POSTS:
        real, absent = [
            await client.post(f"/spaces/{slug}{path}", data=bodies.get(path, {})) for slug in (hidden.slug, "nothing-123456")
        ]
        assert (real.status_code, absent.status_code) == (404, 404), path
        assert real.text == absent.text
    assert hidden.name not in (await client.get("/spaces")).text


async def test_class_1_a_hidden_space_is_found_by_its_members_only(hidden, closed, mika):
    assert [document.audience for document in await documents("space", [hidden.id, closed.id])] == [hidden.key, PUBLIC]
    assert [line.name for line in await spaces(GUEST)] == ["Welders"]
    assert len(await spaces(await viewer_of(mika))) == 2


async def test_one_asks_at_the_door_and_is_let_in(client, app, closed, mika, amara, sign_in):
    await sign_in(client, amara)
    base = f"/spaces/{closed.slug}"
    face = (await client.get(base)).text
    assert "Ask to join" in face
    assert "Mika Lehtola" not in face  # from outside no member is named
    assert (await client.post(f"{base}/ask", data={"line": "I weld."})).status_code == 303
    assert "You have asked to join." in (await client.get(base)).text
    async with new_client(app) as his:
        await sign_in(his, mika)
        assert "I weld." in (await his.get(base)).text
        assert (await his.post(f"{base}/people/{amara.id}/let-in")).status_code == 303
    assert (await viewer_of(amara)).holds(closed.key)
    assert await Knock.all().count() == 0
    assert "Mika Lehtola" in (await client.get(base)).text


async def test_class_12_nobody_lets_themselves_in(client, closed, mika, amara, sign_in):
    await sign_in(client, amara)
    base = f"/spaces/{closed.slug}"
    await client.post(f"{base}/ask", data={"line": "I weld."})
    for path in (f"/people/{amara.id}/let-in", "/accept", f"/people/{amara.id}/moderator"):
        assert (await client.post(base + path)).status_code == 404
    assert (await client.post(f"{base}/ask", data={"kind": "invited"})).status_code == 422
    assert not (await viewer_of(amara)).holds(closed.key)
    async with unit_of_work():
        await Knock.all().delete()
    with pytest.raises(NotFound):
        await membership.let_in(await viewer_of(mika), closed.id, amara.id)  # who does not ask is not let in


async def test_an_invited_member_sees_the_face_and_decides(client, app, hidden, mika, amara, sign_in):
    async with new_client(app) as his:
        await sign_in(his, mika)
        assert (await his.post(f"/spaces/{hidden.slug}/invite", data={"handle": "@amara_diallo"})).status_code == 303
        assert (await his.post(f"/spaces/{hidden.slug}/invite", data={"handle": "nobody"})).status_code == 422
    await sign_in(client, amara)
    assert hidden.name in (await client.get("/spaces")).text
    page = (await client.get(f"/spaces/{hidden.slug}")).text
    assert "You are invited" in page
    assert "Mika Lehtola" not in page
    assert (await client.post(f"/spaces/{hidden.slug}/decline")).status_code == 303
    assert (await client.get(f"/spaces/{hidden.slug}")).status_code == 404
    assert (await client.post(f"/spaces/{hidden.slug}/accept")).status_code == 404
    await membership.invite(await viewer_of(mika), hidden.id, "amara_diallo")
    assert (await client.post(f"/spaces/{hidden.slug}/accept")).status_code == 303
    assert (await viewer_of(amara)).holds(hidden.key)


async def test_class_8_an_invitation_falls_with_the_right_of_who_sent_it(client, hidden, mika, amara, sign_in):
    second = await make_member("Second Moderator")
    async with unit_of_work():
        from community.audience import grant, member_key

        await grant(hidden.key, member_key(second.id), "moderator")
    await membership.invite(await viewer_of(second), hidden.id, "amara_diallo")
    await membership.remove(await viewer_of(mika), hidden.id, second.id)
    await sign_in(client, amara)
    assert (await client.get(f"/spaces/{hidden.slug}")).status_code == 404
    assert (await client.post(f"/spaces/{hidden.slug}/accept")).status_code == 404


async def test_who_blocked_the_moderator_is_not_invited_and_nobody_is_told(hidden, mika, amara):
    await block(await viewer_of(amara), mika.id)
    await membership.invite(await viewer_of(mika), hidden.id, "amara_diallo")
    assert await Knock.all().count() == 0


async def test_class_4_leaving_and_removal_raise_rights(client, mika, amara, sign_in):
    rosa = await make_member("Rosa Mendoza")
    space = await make_space(members=[amara, rosa], moderators=[mika])
    await sign_in(client, amara)
    assert (await client.get(f"/spaces/{space.slug}")).status_code == 200
    assert (await client.post(f"/spaces/{space.slug}/leave")).status_code == 303
    assert (await client.get(f"/spaces/{space.slug}")).status_code == 404
    assert await RightsVersion.filter(subject=f"member:{amara.id}").exists()
    await membership.remove(await viewer_of(mika), space.id, rosa.id)
    assert not (await viewer_of(rosa)).holds(space.key)
    assert await RightsVersion.filter(subject=f"member:{rosa.id}").exists()
    assert await holders(space.key) == [mika.id]


async def test_the_last_moderator_stays_while_others_do(client, mika, amara, sign_in):
    space = await make_space(members=[amara], moderators=[mika])
    await sign_in(client, mika)
    assert (await client.post(f"/spaces/{space.slug}/leave")).status_code == 403
    assert (await client.post(f"/spaces/{space.slug}/people/{amara.id}/moderator")).status_code == 303
    assert (await client.post(f"/spaces/{space.slug}/leave")).status_code == 303
    assert await holders(space.key, "moderator") == [amara.id]


async def test_a_plain_member_moderates_nothing(client, mika, amara, sign_in):
    space = await make_space(members=[amara], moderators=[mika])
    await sign_in(client, amara)
    base = f"/spaces/{space.slug}"
    assert (await client.get(f"{base}/edit")).status_code == 403
    tries = {
        "/edit": FACE,
        "/invite": {"handle": "mika_lehtola"},
        f"/people/{mika.id}/remove": {},
        f"/people/{amara.id}/moderator": {},
    }
    assert {(await client.post(base + path, data=data)).status_code for path, data in tries.items()} == {403}


async def test_class_3_hiding_a_space_hides_its_face_at_once(client, app, closed, mika, sign_in):
    await sign_in(client, mika)
    answer = await client.post(f"/spaces/{closed.slug}/edit", data=FACE | {"name": "Welders", "access": "invite"})
    assert answer.status_code == 303
    assert await Withheld.filter(document=f"space:{closed.id}").exists()
    async with new_client(app) as guest:
        assert (await guest.get(f"/spaces/{closed.slug}")).status_code == 404
        assert "Welders" not in (await guest.get("/spaces")).text


async def test_an_open_space_is_entered_by_any_member(client, mika, amara, sign_in):
    space = await make_space(moderators=[mika], access="open")
    assert (await client.post(f"/spaces/{space.slug}/ask")).status_code == 404  # guests sign in first
    await sign_in(client, amara)
    assert (await client.post(f"/spaces/{space.slug}/ask")).status_code == 303
    assert (await viewer_of(amara)).holds(space.key)


async def test_what_later_slices_show_inside_is_asked_for_members_only(client, app, closed, mika, sign_in, monkeypatch):
    monkeypatch.setattr(space_sections, "_providers", {})

    @space_sections.provides("threads", order=20)
    async def _threads(viewer, space_id):
        return Section("threads", "Discussions", (Entry("Which inverter?", "/threads/1", ("3 replies",), lang="en", unread=2),))

    await sign_in(client, mika)
    page = (await client.get(f"/spaces/{closed.slug}")).text
    assert 'href="/threads/1" lang="en" dir="ltr"' in page
    assert "3 replies" in page
    async with new_client(app) as guest:
        assert "Which inverter?" not in (await guest.get(f"/spaces/{closed.slug}")).text


async def test_nothing_typed_is_lost(client, amara, sign_in):
    await sign_in(client, amara)
    answer = await client.post("/spaces", data=FACE | {"name": ""})
    assert answer.status_code == 422
    assert "We compare **roofs**." in answer.text


async def test_who_is_invited_and_who_is_asked_hears_of_it_by_mail(client, hidden, closed, mika, amara, sign_in):
    await membership.invite(await viewer_of(mika), hidden.id, "amara_diallo")
    [letter] = await mailed_to(amara.email)
    assert f"/spaces/{hidden.slug}" in letter
    assert "Solar trainers" in letter
    assert "because the invitation is for you" in letter
    await membership.ask(await viewer_of(amara), closed.id, "I weld.")
    [letter] = await mailed_to(mika.email)
    assert f"/spaces/{closed.slug}" in letter
    assert "I weld." in letter
    assert "because you moderate the space" in letter


async def test_class_8_an_invitation_taken_back_is_not_mailed(hidden, mika, amara):
    await membership.invite(await viewer_of(mika), hidden.id, "amara_diallo")
    await membership.turn_away(await viewer_of(mika), hidden.id, amara.id)
    assert await mailed_to(amara.email) == []


async def test_nothing_is_locked_outside_a_unit_of_work(hidden, mika):
    with pytest.raises(OutsideUnit):
        await Space.visible_to(await viewer_of(mika)).locked(hidden.id)


async def test_a_space_that_ends_is_left_to_its_moderators_alone(client, amara, mika, sign_in):
    chen = await make_member("Chen Wei")
    space = await make_space(members=[amara, chen], moderators=[mika], name="Welders", access="open")
    await sign_in(client, amara)
    assert (await client.post(f"/spaces/{space.slug}/end")).status_code == 403
    efe = await make_member("Efe Yilmaz")
    moderator = await viewer_of(mika)
    await membership.invite(moderator, space.id, efe.handle)
    workshop = await open_workshop(moderator, Plan("Welding day", 5, 4), space, uuid4())
    code = shown(code_of(workshop.client_id))
    assert await living_workshop(code)
    await sign_in(client, mika)
    assert f'action="/spaces/{space.slug}/end"' in (await client.get(f"/spaces/{space.slug}/edit")).text
    for _ in range(2):
        assert (await client.post(f"/spaces/{space.slug}/end")).status_code == 303
    assert await holders(space.key) == [mika.id]
    assert await living_workshop(code) is None
    with pytest.raises(NotFound):
        await membership.accept(await viewer_of(efe), space.slug)
    ended = await Space.get()
    assert (ended.access, ended.audience) == ("invite", space.key)
    assert [row.document for row in await Withheld.all()] == [f"space:{space.id}"]
    assert (await client.get(f"/spaces/{space.slug}")).status_code == 200
    for member in (amara, chen, await make_steward()):
        await sign_in(client, member)
        for path in (f"/spaces/{space.slug}", f"/spaces/{space.slug}/edit"):
            assert (await client.get(path)).status_code == 404
        assert (await client.post(f"/spaces/{space.slug}/ask", data={"line": "x"})).status_code == 404
    await membership.invite(await viewer_of(mika), space.id, chen.handle)
    assert await membership.accept(await viewer_of(chen), space.slug)
