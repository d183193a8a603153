import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.accounts.models import Application, Member
from community.discussions.actions import NewThread, post_reply, start_thread
from community.discussions.models import HeldPost, Reply, Thread
from community.drafts.models import Draft
from community.errors import Conflict
from community.moderation.deciding import approve_post, decide_flag, return_post, rule_on_reply
from community.moderation.flagging import flag_reply
from community.moderation.models import Flag, Report, Ruling
from community.notifications.models import Notification
from community.storage import drain, rows, unit_of_work
from tests.conftest import new_client
from tests.discussions.counting import counted_queries
from tests.discussions.factories import make_moderator, make_reply, make_thread
from tests.factories import make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

FRAGMENT = {"X-Fragment": "1"}
QUEUE = "/stewardship/queue"


async def make_held(thread, body="My first words.", name="Nia Newcomer"):
    nia = await make_member(name, trust="newcomer")
    held = await post_reply(await viewer_of(nia), thread.id, body, uuid4())
    assert isinstance(held, HeldPost)
    return nia, held


async def make_mod(name="Mika Lehtola", theme="innovation"):
    mod = await make_member(name)
    await make_moderator(mod, theme)
    return mod


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_first_post_is_let_through_and_its_author_trusted(client, sign_in, headers):
    thread, mod = await make_thread(await make_member("Amara Diallo")), await make_mod()
    nia, held = await make_held(thread)
    await sign_in(client, mod)
    listed = (await client.get(QUEUE)).text
    assert "My first words." in listed
    assert "Nia Newcomer" in listed
    answer = await client.post(f"{QUEUE}/held/{held.id}", data={"verb": "approve"}, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    assert "My first words." in (await client.get(f"/threads/{thread.id}")).text
    assert "My first words." not in (await client.get(QUEUE)).text
    reply = await Reply.get(thread_id=thread.id, number=2)
    assert (reply.author_id, reply.client_id) == (nia.id, held.client_id)
    assert (await Member.get(id=nia.id)).trust == "trusted"
    assert not await Draft.filter(member_id=nia.id).exists()
    assert "My first words." not in str(await rows("SELECT * FROM held_posts"))
    await drain()
    assert await Notification.filter(member_id=nia.id, kind="post_approved").count() == 1
    retry = await post_reply(await viewer_of(nia), thread.id, "My first words.", held.client_id)
    assert retry.id == reply.id
    await sign_in(client, nia)
    posted = await client.post(f"/threads/{thread.id}/replies", data={"body": "My second.", "client_id": str(uuid4())})
    assert posted.headers["location"].endswith("#p3")


async def test_a_first_thread_is_let_through(client, sign_in):
    await make_thread(await make_member("Amara Diallo"))
    mod, nia = await make_mod(), await make_member("Nia Newcomer", trust="newcomer")
    held = await start_thread(await viewer_of(nia), NewThread("innovation", "Hello from Nia", "I am new.", tags=["hello"]), uuid4())
    await sign_in(client, mod)
    assert "Hello from Nia" in (await client.get(QUEUE)).text
    await client.post(f"{QUEUE}/held/{held.id}", data={"verb": "approve"})
    thread = await Thread.get(title="Hello from Nia")
    assert (thread.author_id, thread.tags, thread.last_number) == (nia.id, ["hello"], 1)
    await drain()
    await sign_in(client, nia)
    ruling = await Ruling.get(member_id=nia.id, is_for_member=True)
    assert "Mika Lehtola" in (await client.get(f"/moderation/decisions/{ruling.id}")).text


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_first_post_goes_back_with_a_reason(client, sign_in, headers):
    thread, mod = await make_thread(await make_member("Amara Diallo")), await make_mod()
    nia, held = await make_held(thread)
    await sign_in(client, mod)
    assert (await client.post(f"{QUEUE}/held/{held.id}", data={"verb": "return"})).status_code == 422
    answer = await client.post(f"{QUEUE}/held/{held.id}", data={"verb": "return", "because": "Please add where."}, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    await drain()
    await sign_in(client, nia)
    page = (await client.get(f"/threads/{thread.id}")).text
    assert "My first words.</textarea>" in page
    assert "Please add where." in page
    assert (await Member.get(id=nia.id)).trust == "newcomer"
    ruling = await Ruling.get(member_id=nia.id, is_for_member=True)
    decision = (await client.get(f"/moderation/decisions/{ruling.id}")).text
    assert "Please add where." in decision
    again = await client.post(
        f"/threads/{thread.id}/replies", data={"body": "My first words, in Lusaka.", "client_id": str(uuid4())}
    )
    assert again.status_code == 303
    assert await HeldPost.filter(state="waiting").count() == 1


async def test_the_decision_is_for_the_one_it_concerns(client, sign_in):
    thread, mod = await make_thread(await make_member("Amara Diallo")), await make_mod()
    _nia, held = await make_held(thread)
    await return_post(await viewer_of(mod), held.id, "Please add where.")
    ruling = await Ruling.get(is_for_member=True)
    log = await Ruling.get(is_for_member=False)
    await sign_in(client, mod)
    assert (await client.get(f"/moderation/decisions/{ruling.id}")).status_code == 404
    assert (await client.get(f"/moderation/decisions/{log.id}")).status_code == 404


async def test_moderators_see_their_theme_alone(client, sign_in):
    thread = await make_thread(await make_member("Amara Diallo"))
    _nia, held = await make_held(thread)
    reply = await make_reply(await make_member("Rafael Moura"), thread, "Buy certificates.")
    await flag_reply(await viewer_of(await make_member("Reporter")), reply.id, "advertising", "", uuid4())
    flag = await Flag.all().first()
    await sign_in(client, await make_mod("Elsewhere", "greening"))
    listed = await client.get(QUEUE)
    assert listed.status_code == 200
    assert "My first words." not in listed.text
    assert "Buy certificates." not in listed.text
    assert (await client.post(f"{QUEUE}/held/{held.id}", data={"verb": "approve"})).status_code == 404
    assert (await client.post(f"{QUEUE}/flags/{flag.id}", data={"verb": "leave"})).status_code == 404
    await sign_in(client, await make_member("Plain Member"))
    assert (await client.get(QUEUE)).status_code == 404
    assert (await client.post(f"{QUEUE}/held/{held.id}", data={"verb": "approve"})).status_code == 404
    await sign_in(client, await make_steward())
    listed = (await client.get(QUEUE)).text
    assert "My first words." in listed
    assert "Buy certificates." in listed


async def test_nobody_decides_on_their_own(client, sign_in):
    mod = await make_mod()
    thread = await make_thread(mod)
    reply = await make_reply(mod, thread, "Mine.")
    await flag_reply(await viewer_of(await make_member("Reporter")), reply.id, "tone", "", uuid4())
    await sign_in(client, mod)
    assert "Mine." not in (await client.get(QUEUE)).text
    flag = await Flag.all().first()
    assert (await client.post(f"{QUEUE}/flags/{flag.id}", data={"verb": "leave"})).status_code == 403
    assert (await client.post(f"/moderation/replies/{reply.id}", data={"verb": "hide", "rule": "tone"})).status_code == 403
    assert (await Reply.get(id=reply.id)).state == "posted"


async def test_of_two_moderators_at_once_exactly_one_decides(client):
    assert client
    thread = await make_thread(await make_member("Amara Diallo"))
    mods = [await viewer_of(await make_mod(f"Moderator {n}")) for n in range(6)]
    _nia, held = await make_held(thread)
    outcomes = await asyncio.gather(*(approve_post(mod, held.id) for mod in mods), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict"] * 5 + ["Reply"]
    assert await Reply.filter(thread_id=thread.id).count() == 2
    reply = await make_reply(await make_member("Rafael Moura"), thread, "Buy certificates.")
    await flag_reply(await viewer_of(await make_member("Reporter")), reply.id, "advertising", "", uuid4())
    flag = await Flag.all().first()
    verbs = ["hide", "leave"] * 3
    outcomes = await asyncio.gather(
        *(decide_flag(mod, flag.id, verb, "advertising") for mod, verb in zip(mods, verbs, strict=True)), return_exceptions=True
    )
    assert sum(isinstance(one, Flag) for one in outcomes) == 1
    assert all("moderator" in one.text for one in outcomes if isinstance(one, Conflict))
    assert sum(isinstance(one, Conflict) for one in outcomes) == 5
    assert await Ruling.filter(is_for_member=False).count() == 2


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_report_reaches_the_moderators_without_its_reporter(client, sign_in, headers, app):
    amara, rafael, reporter = (
        await make_member("Amara Diallo"),
        await make_member("Rafael Moura"),
        await make_member("Quiet Reporter"),
    )
    thread, mod = await make_thread(amara), await make_mod()
    reply = await make_reply(rafael, thread, "Buy certificates.")
    await sign_in(client, reporter)
    assert "Buy certificates." in (await client.get(f"/replies/{reply.id}/flag")).text
    form = {"rule": "advertising", "note": "He sells papers.", "client_id": str(uuid4())}
    sent = await client.post(f"/replies/{reply.id}/flag", data=form, headers=headers)
    assert sent.status_code == (200 if headers else 303)
    await client.post(f"/replies/{reply.id}/flag", data=form | {"client_id": str(uuid4())})
    assert (await Flag.all().first()).reports == await Flag.all().count() == await Report.all().count() == 1
    async with new_client(app) as other:
        await sign_in(other, mod)
        listed = (await other.get(QUEUE)).text
        assert "He sells papers." in listed
        assert "Reported by 1" in listed
        assert "Quiet Reporter" not in listed
        flag = await Flag.all().first()
        assert (await other.post(f"{QUEUE}/flags/{flag.id}", data={"verb": "hide"})).status_code == 422
        decided = await other.post(
            f"{QUEUE}/flags/{flag.id}", data={"verb": "hide", "rule": "fraud", "because": "No sales here."}, headers=headers
        )
        assert decided.status_code == (200 if headers else 303)
        assert "Quiet Reporter" not in (await other.get(f"{QUEUE}?tab=decided")).text
        assert "No sales here." in (await other.get(f"{QUEUE}?tab=decided")).text
    await drain()
    assert "Hidden by a moderator: fraud." in (await client.get(f"/threads/{thread.id}")).text
    assert await Notification.filter(member_id=reporter.id, kind="report_decided").count() == 1
    await sign_in(client, rafael)
    ruling = await Ruling.get(member_id=rafael.id, is_for_member=True)
    page = (await client.get(f"/moderation/decisions/{ruling.id}")).text
    assert "No sales here." in page
    assert "Mika Lehtola" in page
    assert "Quiet Reporter" not in page
    for path in ("/", "/drafts", f"/threads/{thread.id}"):
        assert "Quiet Reporter" not in (await client.get(path)).text


async def test_a_report_needs_a_rule_and_something_to_report(client, sign_in):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    reply = await make_reply(amara, thread)
    await sign_in(client, await make_member("Reporter"))
    page = await client.post(f"/replies/{reply.id}/flag", data={"rule": "", "note": "Kept words", "client_id": str(uuid4())})
    assert page.status_code == 422
    assert "Kept words" in page.text
    await sign_in(client, amara)
    form = {"rule": "tone", "client_id": str(uuid4())}
    assert (await client.post(f"/replies/{reply.id}/flag", data=form)).status_code == 403
    assert (await client.post("/replies/999/flag", data=form)).status_code == 404


async def test_what_was_left_can_be_reported_anew(client):
    assert client
    thread, mod = await make_thread(await make_member("Amara Diallo")), await make_mod()
    reply = await make_reply(await make_member("Rafael Moura"), thread)
    reporter = await viewer_of(await make_member("Reporter"))
    await flag_reply(reporter, reply.id, "tone", "", uuid4())
    await decide_flag(await viewer_of(mod), (await Flag.all().first()).id, "leave")
    assert await Ruling.filter(is_for_member=True).count() == 0
    await flag_reply(reporter, reply.id, "harm", "", uuid4())
    assert await Flag.filter(state="open").count() == 1
    assert (await Reply.get(id=reply.id)).state == "posted"


async def test_stewards_see_of_a_closed_space_the_copy_and_nothing_else(client, sign_in):
    host, rafael, mod, steward = [await make_member(name) for name in ("Host", "Rafael Moura", "Space Mod")] + [
        await make_steward()
    ]
    space = await make_space(members=[host, rafael], moderators=[mod])
    thread = await make_thread(host, "Secret plans", "Our plans.", place=f"space:{space.id}")
    reply = await make_reply(rafael, thread, "An insult.")
    await make_reply(rafael, thread, "Something private.")
    await flag_reply(await viewer_of(host), reply.id, "tone", "That hurt.", uuid4())
    await sign_in(client, mod)
    assert "An insult." in (await client.get(QUEUE)).text
    await sign_in(client, steward)
    assert "An insult." not in (await client.get(QUEUE)).text  # the space's own moderators first
    copy = await Flag.get(audience="stewards")
    assert (await client.post(f"{QUEUE}/flags/{copy.id}", data={"verb": "leave"})).status_code == 403
    with clock.frozen(clock.now() + timedelta(days=2)):
        listed = (await client.get(QUEUE)).text
        assert "An insult." in listed
        assert "That hurt." in listed
        for secret in ("Something private.", "Our plans.", "Secret plans"):
            assert secret not in listed
        assert (await client.get(f"/threads/{thread.id}")).status_code == 404
        assert (await client.get(f"/moderation/replies/{reply.id}")).status_code == 404
        assert (await client.post(f"/moderation/replies/{reply.id}", data={"verb": "hide", "rule": "tone"})).status_code == 404
        assert (await client.post(f"{QUEUE}/flags/{copy.id}", data={"verb": "hide", "rule": "tone"})).status_code == 303
        assert "Secret plans" not in (await client.get(f"{QUEUE}?tab=decided")).text
    assert (await Reply.get(id=reply.id)).state == "hidden"
    assert {flag.state for flag in await Flag.all()} == {"hidden"}
    assert "An insult." not in str(await rows("SELECT * FROM flags"))


async def test_where_a_space_has_no_other_moderator_the_stewards_see_the_copy_at_once(client, sign_in):
    host, mod = await make_member("Host"), await make_member("Space Mod")
    space = await make_space(members=[host], moderators=[mod])
    thread = await make_thread(mod, place=f"space:{space.id}", body="An insult by the moderator.")
    opening = await Reply.get(thread_id=thread.id, number=1)
    await flag_reply(await viewer_of(host), opening.id, "tone", "", uuid4())
    await sign_in(client, await make_steward())
    assert "An insult by the moderator." in (await client.get(QUEUE)).text


async def test_a_hidden_thread_is_seen_by_nobody_and_comes_back(client, sign_in, app):
    amara, mod = await make_member("Amara Diallo"), await make_mod()
    thread = await make_thread(amara, "Doubtful offers")
    await sign_in(client, mod)
    assert (await client.post(f"/moderation/threads/{thread.id}", data={"verb": "hide"})).status_code == 422
    gone = await client.post(f"/moderation/threads/{thread.id}", data={"verb": "hide", "rule": "fraud"})
    assert gone.status_code == 303
    assert (await client.post(f"/moderation/threads/{thread.id}", data={"verb": "hide", "rule": "fraud"})).status_code == 409
    async with new_client(app) as other:
        for who in (None, amara):
            if who:
                await sign_in(other, who)
            assert (await other.get(f"/threads/{thread.id}")).status_code == 404
            assert "Doubtful offers" not in (await other.get("/discussions")).text
            assert "Doubtful offers" not in (await other.get("/discussions/feed")).text
    assert [row["document"] for row in await rows("SELECT document FROM withheld")] == [f"thread:{thread.id}"]
    assert "Restore it" in (await client.get(f"/moderation/threads/{thread.id}")).text
    back = await client.post(f"/moderation/threads/{thread.id}", data={"verb": "restore"})
    assert back.headers["location"] == f"/threads/{thread.id}"
    assert "Doubtful offers" in (await client.get("/discussions")).text


async def test_the_number_on_every_page_is_that_of_the_list(client, sign_in):
    thread, mod = await make_thread(await make_member("Amara Diallo")), await make_mod()
    await make_held(thread)
    await make_held(thread, name="Other Newcomer")
    await sign_in(client, mod)
    page = (await client.get("/discussions")).text
    assert "/stewardship" in page
    assert '>2<span class="vh"> waiting' in page


async def test_an_applicant_is_let_in_from_the_same_list(client, sign_in):
    asking = await make_member("Asking Applicant", trust="newcomer", admitted_at=None)
    async with unit_of_work():
        await Application.create(member_id=asking.id, line="I teach welding in Suva.")
    await sign_in(client, await make_mod())
    assert "I teach welding" not in (await client.get(QUEUE)).text
    assert (await client.post(f"{QUEUE}/applicants/{asking.id}", data={"verb": "accept"})).status_code == 404
    await sign_in(client, await make_steward())
    assert "I teach welding in Suva." in (await client.get(QUEUE)).text
    for headers in ({}, FRAGMENT):
        answer = await client.post(f"{QUEUE}/applicants/{asking.id}", data={"verb": "accept"}, headers=headers)
        assert answer.status_code == (200 if headers else 303)
    assert (await Member.get(id=asking.id)).admitted_at
    assert "I teach welding" not in (await client.get(QUEUE)).text


async def test_a_direct_ruling_closes_the_reports(client):
    assert client
    thread, mod = await make_thread(await make_member("Amara Diallo")), await make_mod()
    reply = await make_reply(await make_member("Rafael Moura"), thread)
    await flag_reply(await viewer_of(await make_member("Reporter")), reply.id, "tone", "", uuid4())
    await rule_on_reply(await viewer_of(mod), reply.id, "hide", "tone", "Be kind.")
    assert (await Flag.all().first()).state == (await Report.all().first()).state == "hidden"


async def test_the_list_asks_the_same_few_queries_however_long_it_is(client, sign_in):
    thread, mod = await make_thread(await make_member("Amara Diallo")), await make_mod()
    await make_held(thread)
    await sign_in(client, mod)
    with counted_queries() as few:
        await client.get(QUEUE)
    for n in range(5):
        await make_held(thread, name=f"Newcomer {n}")
    with counted_queries() as many:
        await client.get(QUEUE)
    assert len(few) == len(many) <= 14
