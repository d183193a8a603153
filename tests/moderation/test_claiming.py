"""A moderator is on something; and what stewards answer to those who apply."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.accounts.applying import answer_question, ask_applicant, decide_application
from community.accounts.appointing import distrust, suspend, vouch_for
from community.accounts.models import Application, Member
from community.accounts.queries import waiting_applicants
from community.audience import RightsVersion
from community.discussions.models import HeldPost
from community.errors import Conflict, NotFound, Refused
from community.moderation.claiming import claim, claims, release
from community.moderation.models import QueueClaim
from community.storage import unit_of_work
from tests.accounts.letters import link_in, mailed_to, token_of
from tests.discussions.factories import make_thread
from tests.factories import make_member, make_steward
from tests.moderation.test_queue import FRAGMENT, QUEUE, make_held, make_mod
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

CLAIM, RELEASE = f"{QUEUE}/claim", f"{QUEUE}/release"


@pytest.fixture
async def held(database):
    _nia, held = await make_held(await make_thread(await make_member("Amara Diallo")))
    return held


async def make_applicant(name="Seru Vakaloloma", line="I teach welding in Suva."):
    seru = await make_member(name, trust="newcomer", admitted_at=None)
    async with unit_of_work():
        await Application.create(member_id=seru.id, line=line)
    return seru


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_who_claims_is_shown_and_the_others_keep_away(client, sign_in, held, headers):
    mika, noor = await make_mod(), await make_mod("Noor Haddad")
    await sign_in(client, mika)
    answer = await client.post(CLAIM, data={"subject": f"held:{held.id}"}, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    own = answer.text if headers else (await client.get(QUEUE)).text
    assert "You are on it" in own
    assert 'value="approve"' in own
    await sign_in(client, noor)
    page = (await client.get(QUEUE)).text
    assert "Mika Lehtola is on it" in page
    assert 'value="approve"' not in page
    assert (await client.post(CLAIM, data={"subject": f"held:{held.id}"}, headers=headers)).status_code == 409
    assert (await client.post(f"{QUEUE}/held/{held.id}", data={"verb": "approve"}, headers=headers)).status_code == 409
    assert (await client.post(RELEASE, data={"subject": f"held:{held.id}"})).status_code == 303  # not theirs: nothing changes
    assert (await HeldPost.get()).state == "waiting"
    await sign_in(client, mika)
    assert (await client.post(f"{QUEUE}/held/{held.id}", data={"verb": "approve"}, headers=headers)).status_code in {200, 303}
    assert await QueueClaim.all().count() == 0


async def test_a_claim_lapses_and_is_given_back(client, held):
    mika, noor = await viewer_of(await make_mod()), await viewer_of(await make_mod("Noor Haddad"))
    subject = f"held:{held.id}"
    await claim(mika, subject)
    await claim(mika, subject)
    with pytest.raises(Conflict, match="Mika Lehtola is on it"):
        await claim(noor, subject)
    await release(noor, subject)
    assert (await claims())[subject].member_id == mika.member
    with clock.frozen(clock.now() + timedelta(minutes=21)):
        assert await claims() == {}
        await claim(noor, subject)
        assert (await claims())[subject].member_id == noor.member
        await release(noor, subject)
        await claim(mika, subject)


async def test_class_40_of_many_who_claim_at_once_one_gets_it(held):
    mods = [await viewer_of(await make_mod(f"Moderator of Day {number}")) for number in range(6)]
    results = await asyncio.gather(*(claim(mod, f"held:{held.id}") for mod in mods), return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["Conflict"] * 5 + ["NoneType"]
    assert await QueueClaim.all().count() == 1


@pytest.mark.parametrize("subject", ["held:999", "flag:1", "nonsense", "applicant:1", "held:1 OR 1=1"])
async def test_class_9_what_does_not_wait_for_one_can_not_be_claimed(client, sign_in, held, subject):
    await sign_in(client, await make_mod(theme="greening"))  # a moderator of another theme
    for wanted in (subject, f"held:{held.id}"):
        assert (await client.post(CLAIM, data={"subject": wanted})).status_code == 404
    assert await QueueClaim.all().count() == 0


async def test_whoever_is_suspended_is_on_nothing(held):
    mika, noor = await make_mod(), await make_mod("Noor Haddad")
    await claim(await viewer_of(mika), f"held:{held.id}")
    await suspend(await viewer_of(await make_steward()), mika.id)
    assert await claims() == {}
    with clock.frozen(clock.now() + timedelta(minutes=21)):
        await claim(await viewer_of(noor), f"held:{held.id}")


async def test_an_applicant_is_declined_with_a_reason(client, sign_in):
    seru, ines = await make_applicant(), await make_steward()
    await sign_in(client, ines)
    page = (await client.get(QUEUE)).text
    assert "I teach welding in Suva." in page
    assert "@school.example" in page
    assert seru.email not in page  # the address itself is nobody's business
    path = f"{QUEUE}/applicants/{seru.id}"
    assert (await client.post(path, data={"verb": "decline"})).status_code == 422
    assert (await client.post(path, data={"verb": "decline", "because": "We need to know your school."})).status_code == 303
    assert "We need to know your school." in (await mailed_to(seru.email))[-1]
    assert "I teach welding" not in (await client.get(QUEUE)).text
    assert (await Member.get(id=seru.id)).admitted_at is None
    assert (await client.post(path, data={"verb": "accept"})).status_code == 409


async def test_an_applicant_is_asked_and_answers_by_the_mailed_link(client, sign_in):
    seru, ines = await make_applicant(), await make_steward()
    await sign_in(client, ines)
    path = f"{QUEUE}/applicants/{seru.id}"
    assert (await client.post(path, data={"verb": "ask"})).status_code == 422
    for _ in range(2):
        assert (await client.post(path, data={"verb": "ask", "because": "Which college is it?"})).status_code == 303
    assert "I teach welding" not in (await client.get(QUEUE)).text
    assert len(await mailed_to(seru.email)) == 1
    link = await link_in(seru.email)
    client.cookies.clear()
    for method in ("GET", "HEAD", "GET"):  # class 17: mail scanners open every link
        looked = await client.request(method, link)
    assert "Which college is it?" in looked.text
    assert looked.headers["referrer-policy"] == "strict-origin"
    empty = await client.post("/application", data={"token": token_of(link), "answer": " "})
    assert empty.status_code == 422
    reply = {"token": token_of(link), "answer": "Suva <b>Technical</b> College"}
    assert (await client.post("/application", data=reply)).status_code == 303
    assert (await client.post("/application", data=reply)).status_code == 422  # once
    await sign_in(client, ines)
    page = (await client.get(QUEUE)).text
    assert "Suva &lt;b&gt;Technical&lt;/b&gt; College" in page
    assert "Which college is it?" in page
    assert (await client.post(path, data={"verb": "accept"})).status_code == 303


async def test_a_question_without_answer_comes_back_to_the_list(database):
    seru, ines = await make_applicant(), await viewer_of(await make_steward())
    await ask_applicant(ines, seru.id, "Which college is it?")
    assert await waiting_applicants(ines) == []
    with clock.frozen(clock.now() + timedelta(days=15)):
        assert [one.member_id for one in await waiting_applicants(ines)] == [seru.id]
        with pytest.raises(NotFound):
            await answer_question(token_of(await link_in(seru.email)), "Too late")


async def test_class_16_a_question_can_be_answered_by_its_own_link_alone(client):
    seru, ines = await make_applicant(), await viewer_of(await make_steward())
    await ask_applicant(ines, seru.id, "Which college is it?")
    token = token_of(await link_in(seru.email))
    for other in ("", "x", token[:-2] + "xx", token.swapcase()):
        assert (await client.post("/application", data={"token": other, "answer": "Mine"})).status_code == 422
    assert (await client.post("/reset", data={"token": token, "pass_phrase": "a quite new sentence"})).status_code == 422
    assert (await client.post("/confirm", data={"token": token, "pass_phrase": "a quite new sentence"})).status_code == 422
    await decide_application(ines, seru.id, accept=True)
    with pytest.raises(NotFound):
        await answer_question(token, "Mine")


async def test_class_40_of_two_stewards_one_decides(database):
    seru = await make_applicant()
    ines, jo = await viewer_of(await make_steward()), await viewer_of(await make_steward("Jo Second"))
    results = await asyncio.gather(
        decide_application(ines, seru.id, accept=True),
        decide_application(jo, seru.id, accept=False, because="No."),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "NoneType"]
    assert len(await mailed_to(seru.email)) == 1


async def test_trust_is_given_and_taken_back_by_stewards(client, sign_in):
    amara, ines, thread = await make_member(), await make_steward(), await make_thread(await make_member("Kofi Mensah"))
    await sign_in(client, ines)
    for _ in range(2):
        assert (await client.post(f"/people/{amara.handle}/distrust")).status_code == 303
    assert (await Member.get(id=amara.id)).trust == "newcomer"
    assert await RightsVersion.filter(subject=f"member:{amara.id}").exists()
    assert "Trust them now" in (await client.get(f"/people/{amara.handle}")).text
    await sign_in(client, amara)
    await client.post(f"/threads/{thread.id}/replies", data={"body": "This waits.", "client_id": str(uuid4())})
    assert await HeldPost.filter(author_id=amara.id, state="waiting").count() == 1
    assert "Trust them now" not in (await client.get(f"/people/{amara.handle}")).text
    assert (await client.post(f"/people/{amara.handle}/trust")).status_code == 404
    await vouch_for(await viewer_of(ines), amara.id)
    assert (await Member.get(id=amara.id)).trust == "trusted"
    with pytest.raises(Refused):
        await distrust(await viewer_of(ines), ines.id)
