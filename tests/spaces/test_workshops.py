"""Workshop codes: a room full of people joins within minutes, behind one address, and nobody else does."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.accounts import mailed_tokens
from community.accounts.joining import Newcomer
from community.accounts.models import MailedToken, Member
from community.errors import NotFound, Refused
from community.institutions.models import Affiliation
from community.institutions.queries import people
from community.spaces import workshops
from community.spaces.models import Workshop, WorkshopGuest
from community.spaces.workshop_codes import ALPHABET, code_of, read_code, shown
from community.storage import rows, unit_of_work
from community.web.limits import count
from tests.accounts.letters import link_in, mailed_to, token_of
from tests.factories import PASS_HASH, make_coordinator, make_institution, make_member, make_space
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

PHRASE = "the lathe hums at seven"
SERU = {"name": "Seru Vakaloloma", "email": "seru@school.example", "pass_phrase": PHRASE, "language": "en"}


@pytest.fixture
async def host(database):
    return await make_member("Wanjiru Otieno")


@pytest.fixture
async def space(host):
    return await make_space([host], [host])


async def opened(host, place, uses=30, hours=4):
    made = await workshops.open_workshop(await viewer_of(host), workshops.Plan("Solar day", uses, hours), place, uuid4())
    return made, shown(code_of(made.client_id))


def test_a_code_can_be_read_off_a_wall():
    code = code_of(uuid4())
    assert len(code) == 8
    assert not set("AEIOULSBZG01") & set(ALPHABET)
    assert read_code(shown(code).lower()) == read_code(f" {code[:2]} {code[2:]}. ") == code
    assert read_code("sbzg-2222") == "58262222"
    for typed in ("", "x", code + "2", code[:7], "ÄÖÜ" * 3, "0" * 8, "'; DROP--", "٣" * 8):
        assert read_code(typed) == ""


async def test_a_classroom_behind_one_address_gets_in_within_ten_minutes(client, sign_in, host, space, monkeypatch):
    from community.accounts import pass_phrases

    async def quickly(_phrase):
        return PASS_HASH

    monkeypatch.setattr(workshops, "hashed", quickly)
    monkeypatch.setattr(pass_phrases, "_verify", lambda _stored, phrase: phrase == PHRASE)
    _made, code = await opened(host, space)

    for what in ("code", "/join/code"):  # each has mistyped the code once
        for _ in range(30):
            await count("address:127.0.0.1", "120/10minutes" if what == "code" else "300/10minutes", what)

    async def comes_in(number):
        """As people do it: a pass phrase too short, then the form, the mail, a slip, the button."""
        form = {"code": code.lower(), "name": f"Guest {number} Able", "email": f"guest{number}@school.example", "language": "en"}
        assert (await client.post("/join/code", data=form | {"pass_phrase": "short"})).status_code == 422
        assert (await client.post("/join/code", data=form | {"pass_phrase": PHRASE})).headers["location"] == "/join/sent"
        token = mailed_tokens.text_of(await MailedToken.get(member__email=form["email"]))
        assert (await client.post("/confirm", data={"token": token, "pass_phrase": "a slip"})).status_code == 422
        return (await client.post("/confirm", data={"token": token, "pass_phrase": PHRASE})).headers["location"]

    assert [await comes_in(number) for number in range(30)] == ["/"] * 30
    assert (await client.get(f"/spaces/{space.slug}")).status_code == 200
    assert (await Workshop.get()).uses_spent == 30
    assert await Member.filter(email__startswith="guest", trust="newcomer").count() == 30
    client.cookies.clear()
    last = await client.post("/join/code", data=SERU | {"code": code})
    assert last.status_code == 422
    assert "This code does not work" in last.text
    await sign_in(client, host)
    page = (await client.get(f"/workshops/{_made.id}")).text
    assert "Guest 29 Able" in page


async def test_whoever_tries_codes_is_stopped(client):
    for _ in range(119):
        await count("address:127.0.0.1", "120/10minutes", "code")
    assert (await client.get("/join/code?code=CCCC-CCCC")).status_code == 422
    assert (await client.get("/join/code?code=CCCC-CCCC")).status_code == 429


async def test_who_has_missed_too_often_learns_nothing_of_the_right_code_either(client, sign_in, host, space):
    _made, code = await opened(host, space)
    for _ in range(120):
        await count("address:127.0.0.1", "120/10minutes", "code")
    assert (await client.get(f"/join/code?code={code}")).status_code == 429
    assert (await client.post("/join/code", data=SERU | {"code": code})).status_code == 429
    await sign_in(client, await make_member("Late Guest"))
    assert (await client.post("/join/code/enter", data={"code": code})).status_code == 429
    assert (await Workshop.get()).uses_spent == 0


async def test_the_host_sees_the_code_large_and_trusts_the_guests(client, sign_in, host, space):
    made, code = await opened(host, space)
    await workshops.join(code, Newcomer("Seru Vakaloloma", "seru@school.example", PHRASE, "en"))
    seru = await Member.get(email="seru@school.example")
    await sign_in(client, host)
    page = (await client.get(f"/workshops/{made.id}")).text
    assert code in page
    assert "<svg" in page
    assert "/join/code" in page
    assert "Seru Vakaloloma" not in page  # not before the address is confirmed
    assert (await client.post(f"/workshops/{made.id}/approve")).status_code == 303
    assert (await Member.get(id=seru.id)).trust == "newcomer"
    async with unit_of_work():
        await Member.filter(id=seru.id).update(confirmed_at=clock.now())
    assert "Seru Vakaloloma" in (await client.get(f"/workshops/{made.id}")).text
    assert (await client.post(f"/workshops/{made.id}/guests/{seru.id}/approve")).status_code == 303
    assert (await Member.get(id=seru.id)).trust == "trusted"
    assert (await client.post(f"/workshops/{made.id}/guests/{host.id}/approve")).status_code == 404


async def test_a_code_of_an_institution_makes_members_of_it_who_are_newcomers(client):
    lakeside = await make_institution()
    wanjiru = await make_coordinator(lakeside)
    _made, code = await opened(wanjiru, lakeside)
    assert (await client.post("/join/code", data=SERU | {"code": code})).headers["location"] == "/join/sent"
    link = await link_in(SERU["email"])
    assert (await client.post("/confirm", data={"token": token_of(link), "pass_phrase": PHRASE})).headers["location"] == "/"
    seru = await Member.get(email=SERU["email"])
    assert (seru.trust, (await people([seru.id]))[seru.id].institution_slug) == ("newcomer", lakeside.slug)
    assert (await viewer_of(seru)).coordinates == frozenset()


async def test_a_member_comes_in_by_a_code_once(client, sign_in, host, space):
    amara = await make_member()
    _made, code = await opened(host, space, uses=1)
    await sign_in(client, amara)
    assert 'action="/join/code/enter"' in (await client.get(f"/join/code?code={code}")).text
    answer = await client.post("/join/code/enter", data={"code": code})
    assert answer.headers["location"] == f"/spaces/{space.slug}"
    assert (await client.get(answer.headers["location"])).status_code == 200
    assert (await Workshop.get()).uses_spent == 1
    assert (await client.post("/join/code/enter", data={"code": "CCCC-CCCC"})).status_code == 422


async def test_class_12_only_who_holds_a_place_makes_a_code_for_it(client, sign_in, host, space):
    lakeside, delta = await make_institution(), await make_institution("Delta College", "EG")
    wanjiru = await make_coordinator(lakeside, "Second Coordinator")
    form = {"title": "Solar day", "uses": "5", "hours": "2", "client_id": str(uuid4())}
    await sign_in(client, wanjiru)
    assert (await client.post("/workshops", data=form | {"institution": delta.slug})).status_code == 403
    assert (await client.post("/workshops", data=form | {"space": space.slug})).status_code == 404  # hidden from them
    assert (await client.post("/workshops", data=form)).status_code == 404
    assert (await client.post("/workshops", data=form | {"institution": lakeside.slug, "space": space.slug})).status_code == 404
    assert (await client.get(f"/workshops/new?institution={delta.slug}")).status_code == 403
    assert await Workshop.all().count() == 0
    for _ in range(2):
        made = await client.post("/workshops", data=form | {"institution": lakeside.slug})
        assert made.status_code == 303
    assert await Workshop.all().count() == 1
    await sign_in(client, host)
    assert (await client.get(made.headers["location"])).status_code == 404
    assert (await client.post(f"{made.headers['location']}/stop")).status_code == 404
    newcomer = await make_member("New Moderator", trust="newcomer")
    own = await make_space([newcomer], [newcomer], name="Own space")
    with pytest.raises(Refused):
        await opened(newcomer, own)


@pytest.mark.parametrize(
    "values", [{"uses": "0"}, {"uses": "101"}, {"hours": "73"}, {"hours": "-1"}, {"title": ""}, {"uses": "many"}]
)
async def test_a_code_has_bounds(client, sign_in, host, space, values):
    await sign_in(client, host)
    form = {"title": "Solar day", "uses": "5", "hours": "2", "space": space.slug}
    assert (await client.post("/workshops", data=form | values)).status_code == 422
    assert await Workshop.all().count() == 0


@pytest.mark.parametrize("fault", ["over", "stopped", "host left", "host suspended", "host distrusted"])
async def test_class_8_a_code_falls_with_its_time_and_with_the_right_of_its_host(client, host, space, fault):
    from community.audience import member_key, revoke

    made, code = await opened(host, space)
    async with unit_of_work():
        if fault == "over":
            await Workshop.all().update(expires_at=clock.now() - timedelta(minutes=1))
        elif fault == "stopped":
            await workshops.stop(await viewer_of(host), made.id)
        elif fault == "host left":
            await revoke(space.key, member_key(host.id))
        else:
            change = {"suspended_at": clock.now()} if fault == "host suspended" else {"trust": "newcomer"}
            await Member.filter(id=host.id).update(**change)
    assert (await client.get(f"/join/code?code={code}")).status_code == 422
    answer = await client.post("/join/code", data=SERU | {"code": code})
    assert answer.status_code == 422
    assert "Seru Vakaloloma" not in [one["name"] for one in await rows("SELECT name FROM members")]


async def test_class_40_of_many_for_the_last_use_of_a_code_one_gets_it(host, space):
    _made, code = await opened(host, space, uses=1)
    newcomers = [Newcomer(f"Guest {number} Able", f"guest{number}@school.example", PHRASE, "en") for number in range(6)]
    results = await asyncio.gather(*(workshops.join(code, one) for one in newcomers), return_exceptions=True)
    assert sorted(type(one).__name__ for one in results) == ["NoneType"] + ["Refused"] * 5
    assert (await Workshop.get()).uses_spent == await WorkshopGuest.all().count() == 1


async def test_class_19_the_number_of_uses_tells_of_no_address(client, host, space):
    amara = await make_member()
    _made, code = await opened(host, space)
    for email in (amara.email, "nobody@school.example"):
        spent = (await Workshop.get()).uses_spent
        assert (await client.post("/join/code", data=SERU | {"email": email, "code": code})).headers["location"] == "/join/sent"
        assert (await Workshop.get()).uses_spent == spent + 1
    assert "already have an account" in str(await rows("SELECT subject FROM mails"))
    assert "/signin" in (await mailed_to(amara.email))[0]
    assert not await WorkshopGuest.filter(member_id=amara.id).exists()


async def test_class_16_no_code_lies_in_the_database(host, space):
    _made, code = await opened(host, space)
    stored = str(await Workshop.all().values())
    assert code not in stored
    assert read_code(code) not in stored


async def test_class_17_looking_at_a_code_spends_nothing(client, host, space):
    _made, code = await opened(host, space)
    for method in ("GET", "HEAD", "GET"):
        answer = await client.request(method, f"/join/code?code={code}")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert ((await Workshop.get()).uses_spent, await Affiliation.all().count()) == (0, 0)
    with pytest.raises(NotFound):
        await workshops.hosted(await viewer_of(await make_member("Some Body")), 1)
