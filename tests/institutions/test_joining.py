"""Joining: by a coordinator's link, by applying, and what neither may do."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from tortoise.exceptions import IntegrityError

from community import clock
from community.accounts import pacing
from community.accounts.applying import decide_application
from community.accounts.identity import cookie_name, identify_token
from community.accounts.joining import Newcomer
from community.accounts.models import Application, Member, Session
from community.accounts.queries import waiting_applicants
from community.errors import Conflict, Refused
from community.institutions import inviting
from community.institutions.invite_links import token_of
from community.institutions.models import Affiliation, Invite
from community.institutions.queries import people
from community.mail.models import Mail
from community.storage import unit_of_work
from tests.accounts.letters import link_in, mailed_to
from tests.accounts.letters import token_of as token_in
from tests.conftest import new_client
from tests.factories import make_coordinator, make_institution, make_member, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

PHRASE = "the lathe hums at seven"
SERU = {"name": "Seru Vakaloloma", "email": "seru@school.example", "pass_phrase": PHRASE, "language": "fr"}


@pytest.fixture
async def lakeside(database):
    return await make_institution()


@pytest.fixture
async def wanjiru(lakeside):
    return await make_coordinator(lakeside)


async def invited(wanjiru, lakeside, uses=1, days=14):
    made = await inviting.invite(await viewer_of(wanjiru), lakeside.id, uses, days, "", uuid4())
    return token_of(made.client_id)


async def test_class_40_who_meets_another_at_the_same_moment_looks_again(client, wanjiru, lakeside, monkeypatch):
    """As on PostgreSQL, where the address or the handle may be taken between the look and the insert."""
    create, tries = Member.create, []

    async def taken_once(**columns):
        tries.append(columns["handle"])
        if len(tries) == 1:
            raise IntegrityError("UNIQUE constraint failed: members.handle_folded")
        return await create(**columns)

    monkeypatch.setattr(Member, "create", taken_once)
    answer = await client.post("/join", data=SERU | {"invite": await invited(wanjiru, lakeside)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/sent")
    assert (len(tries), len(await mailed_to(SERU["email"])), (await Invite.get()).uses_spent) == (2, 1, 1)


async def test_whoever_a_coordinator_invites_is_in_after_one_mail(client, wanjiru, lakeside):
    token = await invited(wanjiru, lakeside)
    page = await client.get(f"/join?invite={token}")
    assert lakeside.name in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    answer = await client.post("/join", data=SERU | {"invite": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/sent")
    seru = await Member.get(email="seru@school.example")
    assert (seru.trust, seru.confirmed_at, seru.language, seru.handle) == ("trusted", None, "fr", "seru_vakaloloma")

    link = await link_in("seru@school.example")
    assert (await client.get(link)).status_code == 200
    answer = await client.post("/confirm", data={"token": token_in(link), "pass_phrase": PHRASE})
    assert answer.status_code == 303
    viewer = await identify_token(answer.cookies[cookie_name()])
    assert (viewer.member, viewer.trust) == (seru.id, "trusted")
    assert (await people([seru.id]))[seru.id].institution == lakeside.name


async def test_class_17_looking_at_an_invitation_spends_nothing(client, wanjiru, lakeside):
    token = await invited(wanjiru, lakeside)
    for method in ("GET", "HEAD", "GET"):
        await client.request(method, f"/join?invite={token}")
    assert (await Invite.get()).uses_spent == 0
    assert (await client.post("/join", data=SERU | {"invite": token})).headers["location"] == "/join/sent"
    assert (await Invite.get()).uses_spent == 1


async def test_class_17_looking_at_a_confirmation_spends_nothing(client, wanjiru, lakeside):
    await client.post("/join", data=SERU | {"invite": await invited(wanjiru, lakeside)})
    link = await link_in("seru@school.example")
    for method in ("GET", "HEAD", "GET"):
        await client.request(method, link)
    assert (await Member.get(email="seru@school.example")).confirmed_at is None
    assert (await client.post("/confirm", data={"token": token_in(link), "pass_phrase": PHRASE})).status_code == 303


async def test_confirming_takes_the_pass_phrase_of_whoever_joined(client, wanjiru, lakeside):
    await client.post("/join", data=SERU | {"invite": await invited(wanjiru, lakeside)})
    token = token_in(await link_in("seru@school.example"))
    answer = await client.post("/confirm", data={"token": token, "pass_phrase": "somebody else's phrase"})
    assert answer.status_code == 422
    assert "This is not the pass phrase this account was made with." in answer.text
    assert (await Member.get(email="seru@school.example")).confirmed_at is None


@pytest.mark.parametrize("fault", ["spent", "old", "withdrawn", "forged", "author gone", "author suspended"])
async def test_class_12_an_invitation_that_no_longer_holds_is_refused(client, wanjiru, lakeside, fault):
    await make_coordinator(lakeside, "Second Coordinator")
    token = await invited(wanjiru, lakeside)
    if fault == "spent":
        await client.post("/join", data=SERU | {"email": "first@school.example", "invite": token})
    elif fault == "old":
        async with unit_of_work():
            await Invite.all().update(expires_at=clock.now() - timedelta(minutes=1))
    elif fault == "withdrawn":
        await inviting.withdraw(await viewer_of(wanjiru), (await Invite.get()).id)
    elif fault == "forged":
        token = token[:-2] + "xx"
    elif fault == "author gone":
        from community.institutions.belonging import end

        await end(await viewer_of(wanjiru), (await Affiliation.get(member_id=wanjiru.id)).id)
    else:
        async with unit_of_work():
            await Member.filter(id=wanjiru.id).update(suspended_at=clock.now())
    before = await Member.all().count()
    assert "This invitation no longer works." in (await client.get(f"/join?invite={token}")).text
    answer = await client.post("/join", data=SERU | {"invite": token})
    assert answer.status_code == 422
    assert "Seru Vakaloloma" in answer.text  # nothing typed is lost
    assert PHRASE not in answer.text
    assert await Member.all().count() == before


async def test_class_12_an_invitation_admits_to_its_own_institution_and_rank_only(client, wanjiru, lakeside):
    token = await invited(wanjiru, lakeside)
    for extra in ({"institution": "7"}, {"trust": "steward"}, {"role": "coordinator"}):
        assert (await client.post("/join", data=SERU | {"invite": token} | extra)).status_code == 422
    await client.post("/join", data=SERU | {"invite": token})
    seru = await Member.get(email="seru@school.example")
    viewer = await viewer_of(seru)
    assert viewer.trust == "trusted"
    assert viewer.coordinates == frozenset()


async def test_class_12_a_coordinator_invites_for_no_other_institution(client, wanjiru, sign_in):
    other = await make_institution("Delta College", "EG")
    await sign_in(client, wanjiru)
    answer = await client.post(f"/institutions/{other.slug}/invites", data={"uses": "5", "days": "3", "client_id": str(uuid4())})
    assert answer.status_code == 403
    assert await Invite.all().count() == 0


async def test_class_40_of_many_for_the_last_use_one_gets_it(wanjiru, lakeside):
    token = await invited(wanjiru, lakeside, uses=1)
    newcomers = [Newcomer(f"Guest {number} Able", f"guest{number}@school.example", PHRASE, "en") for number in range(6)]
    results = await asyncio.gather(*(inviting.join(token, newcomer) for newcomer in newcomers), return_exceptions=True)
    assert [type(result) for result in results].count(Refused) == 5
    assert (await Invite.get()).uses_spent == 1
    assert await Member.filter(email__startswith="guest").count() == 1


async def test_class_19_a_known_address_gets_the_same_answer_and_its_owner_a_mail(client, wanjiru, lakeside):
    amara = await make_member()
    token = await invited(wanjiru, lakeside, uses=5)
    known = await client.post("/join", data=SERU | {"email": amara.email, "invite": token})
    unknown = await client.post("/join", data=SERU | {"invite": token})
    assert (known.status_code, known.headers["location"], known.content) == (
        unknown.status_code, unknown.headers["location"], unknown.content,
    )  # fmt: skip
    assert (await Invite.get()).uses_spent == 2  # else the number, and the last link, would tell
    assert "/signin" in (await mailed_to(amara.email))[0]
    await amara.refresh_from_db()
    assert amara.name == "Amara Diallo"


async def test_class_19_a_use_spent_on_a_known_address_is_its_owners(client, wanjiru, lakeside, sign_in):
    amara, other = await make_member(), await make_member("Other Person")
    token = await invited(wanjiru, lakeside, uses=1)
    await client.post("/join", data=SERU | {"email": amara.email, "invite": token})
    assert "This invitation no longer works." in (await client.get(f"/join?invite={token}")).text
    await sign_in(client, other)
    assert (await client.post("/join/accept", data={"invite": token})).status_code == 403
    await sign_in(client, amara)
    assert 'action="/join/accept"' in (await client.get(f"/join?invite={token}")).text
    assert (await client.post("/join/accept", data={"invite": token})).status_code == 303
    assert (await people([amara.id]))[amara.id].institution_slug == lakeside.slug
    assert (await Invite.get()).uses_spent == 1


async def test_class_19_joining_takes_its_time_whoever_it_is(client, monkeypatch):
    from time import monotonic

    monkeypatch.setattr(pacing, "SECONDS", 0.25)
    amara = await make_member()
    for email in (amara.email, "new@school.example"):
        began = monotonic()
        await client.post("/join", data=SERU | {"email": email, "line": "I teach welding."})
        assert monotonic() - began >= 0.25


async def test_an_account_nobody_confirmed_is_taken_over_by_the_next_form(client):
    await client.post("/join", data=SERU | {"line": "A stranger", "name": "A Stranger"})
    first = token_in(await link_in("seru@school.example"))
    await client.post("/join", data=SERU | {"line": "I teach welding.", "pass_phrase": "my very own phrase"})
    assert (await client.post("/confirm", data={"token": first, "pass_phrase": PHRASE})).status_code == 422
    token = token_in(await link_in("seru@school.example"))
    assert (await client.post("/confirm", data={"token": token, "pass_phrase": "my very own phrase"})).status_code == 303
    assert (await Member.get(email="seru@school.example")).name == "Seru Vakaloloma"


async def test_who_applies_waits_for_a_steward(client, app):
    await client.post("/join", data=SERU | {"line": "I teach welding in Suva."})
    link = await link_in("seru@school.example")
    ines = await viewer_of(await make_steward())
    assert await waiting_applicants(ines) == []  # not before the address is confirmed
    answer = await client.post("/confirm", data={"token": token_in(link), "pass_phrase": PHRASE})
    assert answer.headers["location"] == "/signin"
    assert await Session.filter(member__email="seru@school.example").count() == 0
    [applicant] = await waiting_applicants(ines)
    assert (applicant.name, applicant.line) == ("Seru Vakaloloma", "I teach welding in Suva.")

    enter = {"email": "seru@school.example", "pass_phrase": PHRASE}
    assert (await client.post("/signin", data=enter)).status_code == 422
    await decide_application(ines, applicant.member_id, accept=True)
    assert await waiting_applicants(ines) == []
    assert "vous a admis" in (await mailed_to("seru@school.example"))[-1]
    async with new_client(app) as later:
        assert (await later.post("/signin", data=enter)).status_code == 303
    assert (await Member.get(email="seru@school.example")).trust == "newcomer"


async def test_deciding_is_for_stewards_and_happens_once(client):
    await client.post("/join", data=SERU | {"line": "I teach welding in Suva."})
    application = await Application.get()
    with pytest.raises(Refused):
        await decide_application(await viewer_of(await make_member()), application.member_id, accept=True)
    ines = await viewer_of(await make_steward())
    await decide_application(ines, application.member_id, accept=False, because="We know nothing of your school yet.")
    with pytest.raises(Conflict):
        await decide_application(ines, application.member_id, accept=True)
    await application.refresh_from_db()
    assert application.accepted is False


async def test_applying_needs_a_line_and_keeps_what_was_typed(client):
    answer = await client.post("/join", data=SERU)
    assert answer.status_code == 422
    assert "Write one line about your work" in answer.text
    assert 'value="seru@school.example"' in answer.text
    assert PHRASE not in answer.text


async def test_a_member_takes_up_an_invitation(client, wanjiru, lakeside, sign_in):
    amara = await make_member(trust="newcomer")
    await sign_in(client, amara)
    token = await invited(wanjiru, lakeside)
    assert 'action="/join/accept"' in (await client.get(f"/join?invite={token}")).text
    for _ in range(2):
        answer = await client.post("/join/accept", data={"invite": token})
        assert answer.status_code in {303, 403}
    assert (await Invite.get()).uses_spent == 1
    await amara.refresh_from_db()
    assert amara.trust == "trusted"
    assert (await people([amara.id]))[amara.id].institution_slug == lakeside.slug


async def test_class_15_links_in_mails_are_made_from_the_set_origin(client):
    await client.post(
        "/join", data=SERU | {"line": "I teach."}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    [letter] = await mailed_to("seru@school.example")
    assert "evil.example" not in letter
    assert "http://localhost:8000/confirm?token=" in letter


async def test_class_16_no_token_lies_in_the_database(client, wanjiru, lakeside):
    invite = await invited(wanjiru, lakeside)
    await client.post("/join", data=SERU | {"invite": invite})
    token = token_in(await link_in("seru@school.example"))
    stored = str(await Invite.all().values()) + str(await Mail.all().values())
    assert invite not in stored
    assert token not in stored


@pytest.mark.parametrize("name", ["Guildhall Support", "Gui1dhall", "The Steward", "admin", "12345", "Moderator\u202e"])
async def test_class_34_nobody_joins_under_the_name_of_the_house(client, name):
    answer = await client.post("/join", data=SERU | {"name": name, "line": "I teach."})
    assert answer.status_code == 422
    assert await Member.all().count() == 0
