"""Role x action x object: every cell of the table, at the door."""

from itertools import product
from uuid import uuid4

import pytest

from community.audience import GUEST, grant, member_key
from community.discussions.actions import post_reply
from community.discussions.hiding import hide_reply
from community.discussions.models import Category, HeldPost
from community.discussions.places import ensure_themes
from community.discussions.policies import moderates
from community.discussions.powers import ACTIONS, OBJECTS, POWERS, ROLES
from community.moderation.flagging import flag_reply
from community.moderation.models import Flag
from community.storage import unit_of_work
from tests.discussions.factories import make_moderator, make_reply, make_thread
from tests.factories import make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


def test_the_table_has_a_row_for_everything():
    assert set(POWERS) == set(product(ROLES, OBJECTS))
    assert all(allowed <= set(ACTIONS) for allowed in POWERS.values())


def test_a_guest_has_no_power():
    assert not any(moderates(GUEST, 1, audience, action) for audience in ("public", "members", "space:1") for action in ACTIONS)


class House:
    """A theme, a space, and somebody of each role at each of them; and one who moderates elsewhere."""

    async def built(self):
        await ensure_themes()
        self.author = await make_member("Amara Diallo")
        self.people = {
            "member": await make_member("Plain Member"),
            "moderator": await make_member("Mika Lehtola"),
            "elsewhere": await make_member("Elsewhere"),
            "steward": await make_steward(),
        }
        await make_moderator(self.people["moderator"])
        await make_moderator(self.people["elsewhere"], "greening")
        self.space = await make_space(members=[self.author, self.people["member"]], moderators=[self.people["moderator"]])
        return self

    def place(self, thing):
        return "innovation" if thing == "theme" else f"space:{self.space.id}"


@pytest.mark.parametrize("thing", OBJECTS)
@pytest.mark.parametrize("role", [*ROLES, "elsewhere"])
@pytest.mark.parametrize("action", ACTIONS)
async def test_every_cell(client, sign_in, role, action, thing):
    house = await House().built()
    allowed = action in POWERS["member" if role == "elsewhere" else role, thing]
    await sign_in(client, house.people[role])
    status = await attempt(client, sign_in, house, role, action, thing)
    if status is None:
        return
    if allowed:
        assert status in {200, 303}
    else:
        assert status in {403, 404}
        if role in {"steward", "elsewhere"} and thing == "space":
            assert status == 404  # who may not read it is not even told that it exists


async def attempt(client, sign_in, house, role, action, thing):
    """Try the action on a fresh thing; its status. None where the thing knows no such action."""
    if action in {"approve", "return"}:
        return await decide_held(client, house, action) if thing == "theme" else None
    thread = await make_thread(house.author, "A thread", place=house.place(thing))
    reply = await make_reply(house.author, thread, "Some words.")
    if thing == "copy" or action == "leave":
        return await decide_flag(client, sign_in, house, role, action, thing, reply)
    if action == "announce":
        form = {"place": house.place(thing), "kind": "announcement", "title": "News", "body": "x", "client_id": str(uuid4())}
        return (await client.post("/discussions/new", data=form)).status_code
    if action == "correct":
        form = {"title": "Better title", "kind": "discussion", "lang": "en"}
        return (await client.post(f"/threads/{thread.id}/edit", data=form)).status_code
    if action in {"close", "pin", "move"}:
        place = house.place(thing)
        return (await client.post(f"/threads/{thread.id}/manage", data={"verb": action, "place": place})).status_code
    if action == "restore":
        await hidden_by_moderator(house, reply)
    return (await client.post(f"/moderation/replies/{reply.id}", data={"verb": action, "rule": "other"})).status_code


async def hidden_by_moderator(house, reply):
    await hide_reply(await viewer_of(house.people["moderator"]), reply.id, "other")


async def decide_held(client, house, action):
    nia = await make_member("Nia Newcomer", trust="newcomer")
    thread = await make_thread(house.author)
    held = await post_reply(await viewer_of(nia), thread.id, "First words.", uuid4())
    assert isinstance(held, HeldPost)
    form = {"verb": action, "because": "Please say more."}
    return (await client.post(f"/stewardship/queue/held/{held.id}", data=form)).status_code


async def decide_flag(client, sign_in, house, role, action, thing, reply):
    """A flag of a space has two rows: `space` is that of its moderators, `copy` the stewards'."""
    if action not in {"hide", "leave"}:
        return None
    reporter = await make_member("Reporter")
    if thing != "theme":
        async with unit_of_work():
            await grant(house.space.key, member_key(reporter.id))
    await flag_reply(await viewer_of(reporter), reply.id, "tone", "", uuid4())
    flags = {("copy" if flag.audience == "stewards" else "own"): flag for flag in await Flag.all()}
    flag = flags["copy" if thing == "copy" else "own"]
    if thing == "copy":
        await _shown_now(flag)
    return (await client.post(f"/stewardship/queue/flags/{flag.id}", data={"verb": action, "rule": "tone"})).status_code


async def _shown_now(flag):
    async with unit_of_work():
        await Flag.filter(id=flag.id).update(shown_from=flag.created_at)


async def test_moderators_of_the_table_are_those_of_the_grants(client):
    assert client
    house = await House().built()
    theme = await Category.get(code="innovation")
    for role, (thing, audience) in product(ROLES, (("theme", "public"), ("space", house.space.key))):
        viewer = await viewer_of(house.people[role])
        for action in ACTIONS:
            assert moderates(viewer, theme.id, audience, action) == (action in POWERS[role, thing]), (role, action, thing)
