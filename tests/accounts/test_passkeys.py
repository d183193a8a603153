"""Passkeys at the door, with a device made of software; a real browser's follows in the journeys."""

import asyncio
import json
from datetime import timedelta

import cbor2
import pytest

from community import clock
from community.accounts import passkeys
from community.accounts.appointing import suspend
from community.accounts.entering import Door
from community.accounts.identity import cookie_name, identify_token
from community.accounts.models import BegunProof, Passkey, Session
from community.accounts.sessions import OpenedSession
from community.audience import GUEST, RightsVersion
from community.web.limits import forget_throttles
from tests.accounts.apps import signed_in_browser, turned_on, viewer_in
from tests.accounts.devices import HOLDS_KEY, PRESENT, Device, added, asked, b64, came_in
from tests.accounts.letters import mailed_to
from tests.conftest import new_client
from tests.factories import make_member, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

REFUSED = "This passkey did not work."


@pytest.fixture
async def amara(app):
    """A member with a passkey: (member, a browser of hers, the device)."""
    member, device = await make_member(), Device()
    browser = await signed_in_browser(app, member)
    assert (await added(browser, device)).status_code == 303
    return member, browser, device


async def test_a_passkey_is_added_named_told_and_ends_the_other_sessions(app):
    member, device = await make_member(), Device()
    here, other = await signed_in_browser(app, member), await signed_in_browser(app, member)
    before, elsewhere = here.cookies[cookie_name()], other.cookies[cookie_name()]
    options = (await here.post("/account/passkeys/begin", headers={"X-Fragment": "1"})).json()
    assert options["rp"] == {"name": "Guildhall", "id": "localhost"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(options["user"]["id"]) == 43  # random to whoever reads it
    answer = await here.post("/account/passkeys", data={"name": "Her phone", "credential": device.make(options)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account#ways")
    assert [await identify_token(token) for token in (before, elsewhere)] == [GUEST, GUEST]
    assert await RightsVersion.filter(subject=f"member:{member.id}").exists()
    assert "Her phone" in (await here.get("/account")).text
    assert "A passkey was added to your account: Her phone." in (await mailed_to(member.email))[-1]


async def test_it_signs_in_without_a_name_and_counts_as_both_factors(app, amara):
    member, here, device = amara
    await turned_on(here)  # a code would be asked for after a pass phrase
    browser = new_client(app)
    options = await asked(browser)
    assert (options["rpId"], options["userVerification"], options["allowCredentials"]) == ("localhost", "required", [])
    answer = await browser.post("/signin/passkey", data={"credential": device.answer(options), "next": "/account", "keep": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert (await viewer_in(browser)).member == member.id
    assert f"Max-Age={60 * 24 * 3600}" in answer.headers["set-cookie"]
    assert 'action="/account/proof"' not in (await browser.get("/account")).text  # a fresh proof as well
    key = await Passkey.get()
    assert (key.sign_count, key.used_at is None) == (1, False)


async def test_what_is_stored_opens_nothing(amara):
    device = amara[2]
    stored = str(await Passkey.all().values())
    numbers = device.key.private_numbers()
    assert str(numbers.private_value) not in stored
    assert b64(numbers.private_value.to_bytes(32)) not in stored


TWISTS = {
    "other origin": {"origin": "https://evil.example"},
    "origin that begins like ours": {"origin": "http://localhost:8000.evil.example"},
    "other host": {"host": "evil.example"},
    "other challenge": {"challenge": b64(b"x" * 32)},
    "made instead of used": {"kind": "webauthn.create"},
    "nobody there": {"flags_said": 0},
    "nobody verified": {"flags_said": PRESENT},
    "unknown id": {"id": b"y" * 32},
    "no handle": {"response": {"userHandle": None}},
    "other handle": {"response": {"userHandle": b64(b"z" * 32)}},
    "no signature": {"response": {"signature": ""}},
    "other signature": {"response": {"signature": b64(b"0" * 70)}},
    "short data": {"response": {"authenticatorData": b64(b"0" * 36)}},
    "junk data": {"response": {"authenticatorData": b64(b"\xff" * 400)}},
    "junk said": {"response": {"clientDataJSON": b64(b"[" * 5000)}},
    "numbers": {"response": {"clientDataJSON": 7}},
}


@pytest.mark.parametrize("twist", TWISTS)
async def test_an_answer_that_is_not_quite_right_opens_nothing(app, amara, twist):
    browser = new_client(app)
    before = await Session.all().count()
    answer = await came_in(browser, amara[2], **TWISTS[twist])
    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    assert cookie_name() not in browser.cookies
    assert await Session.all().count() == before
    assert await BegunProof.all().count() == 0  # the challenge is used up


JUNK = ["", "{}", "[]", "null", "7", '"x"', "{", '{"id": 7}', '{"id": "x", "response": []}', '{"id": "x", "response": {"userHandle": 7}}',
        "[" * 15_000, '{"id":' * 3000, "🔑" * 50, "NaN", '{"id": "' + "A" * 15_000 + '", "response": {"userHandle": "x"}}',
        *(f'{{"id": "x", "response": {{"userHandle": "{handle}"}}}}' for handle in ("h" * 100, "\\ud800", "a\\u0000b", ""))]  # fmt: skip


@pytest.mark.parametrize("sent", JUNK, ids=range(len(JUNK)))
async def test_junk_is_refused_with_a_sentence_at_both_doors(app, amara, sent):
    browser, here = new_client(app), amara[1]
    await asked(browser)
    answer = await browser.post("/signin/passkey", data={"credential": sent})
    assert answer.status_code == 422
    await here.post("/account/passkeys/begin")
    answer = await here.post("/account/passkeys", data={"name": "Junk", "credential": sent})
    assert answer.status_code == 422
    assert await Passkey.all().count() == 1


async def test_class_37_what_is_too_long_is_refused(app, amara):
    browser, here = new_client(app), amara[1]
    assert (await browser.post("/signin/passkey", data={"credential": "x" * 20_001})).status_code == 422
    assert (await browser.post("/signin/passkey", data={"credential": "x" * 70_000})).status_code == 413
    answer = await added(here, Device(), "x" * 61)
    assert (answer.status_code, "60 characters at most" in answer.text) == (422, True)


async def test_a_challenge_is_good_once_and_in_its_own_browser(app, amara):
    device, browser, other = amara[2], new_client(app), new_client(app)
    options = await asked(browser)
    await asked(other)
    credential = device.answer(options)
    assert (await other.post("/signin/passkey", data={"credential": credential})).status_code == 422  # carried to another browser
    token = browser.cookies["begun-passkey"]
    assert (await browser.post("/signin/passkey", data={"credential": credential})).status_code == 303
    replaying = new_client(app)
    replaying.cookies.set("begun-passkey", token)
    assert (await replaying.post("/signin/passkey", data={"credential": credential})).status_code == 422
    assert (await replaying.post("/signin/passkey", data={"credential": device.answer(options)})).status_code == 422


async def test_a_challenge_is_for_its_purpose_and_its_time(app, amara):
    _, here, device = amara
    options = (await here.post("/account/passkeys/begin")).json()
    browser = new_client(app)
    browser.cookies.set("begun-passkey", here.cookies["begun-new-passkey"])
    assert (await browser.post("/signin/passkey", data={"credential": device.answer(options)})).status_code == 422
    late = new_client(app)
    options = await asked(late)
    with clock.frozen(clock.now() + timedelta(minutes=10, seconds=1)):
        assert (await late.post("/signin/passkey", data={"credential": device.answer(options)})).status_code == 422


async def test_class_40_of_many_with_one_answer_at_once_one_comes_in(app, amara):
    browser, device = new_client(app), amara[2]
    credential, token = device.answer(await asked(browser)), browser.cookies["begun-passkey"]
    tries = [passkeys.sign_in(Door(GUEST, ""), token, credential) for _ in range(4)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["OpenedSession", "Refused", "Refused", "Refused"]


async def test_class_40_of_two_with_one_counter_at_once_one_comes_in(app, amara):
    device, tries = amara[2], []
    for _ in range(3):
        browser = new_client(app)
        credential = device.answer(await asked(browser), count=5)
        tries.append(passkeys.sign_in(Door(GUEST, ""), browser.cookies["begun-passkey"], credential))
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, OpenedSession) for one in found) == 1


async def test_a_counter_that_goes_backwards_is_refused_and_told_once_a_day(app, amara):
    member, _, device = amara
    assert (await came_in(new_client(app), device, count=9)).status_code == 303
    for count in (9, 8, 0):
        answer = await came_in(new_client(app), device, count=count)
        assert (answer.status_code, REFUSED in answer.text) == (422, True)
    assert sum("its counter went backwards" in letter for letter in await mailed_to(member.email)) == 1
    assert (await came_in(new_client(app), device, count=10)).status_code == 303


async def test_a_device_without_a_counter_may_say_nothing_each_time(app, amara):
    for _ in range(2):
        assert (await came_in(new_client(app), amara[2], count=0)).status_code == 303


@pytest.mark.parametrize("state", ["suspended", "removed"])
async def test_class_18_who_may_not_come_in_gets_the_same_answer(app, amara, state):
    member, here, device = amara
    if state == "suspended":
        await suspend(await viewer_of(await make_steward()), member.id)
    else:
        key = await Passkey.get()
        assert (await here.post(f"/account/passkeys/{key.id}/remove")).headers["location"] == "/account#ways"
        assert "A passkey was removed from your account: Her phone." in (await mailed_to(member.email))[-1]
        assert (await viewer_in(here)).member == member.id
    answer = await came_in(new_client(app), device)
    assert (answer.status_code, REFUSED in answer.text) == (422, True)


async def test_class_9_another_members_passkey_is_absent_and_its_id_opens_nothing(app, amara):
    member, _, device = amara
    rosa, hers = await make_member("Rosa Mendoza"), Device()
    browser = await signed_in_browser(app, rosa)
    key = await Passkey.get()
    assert (await browser.post(f"/account/passkeys/{key.id}/remove")).status_code == 404
    assert (await added(browser, hers)).status_code == 303
    # signed by Rosa's key, under the id and the handle of Amara's
    answer = await came_in(new_client(app), hers, id=device.id, response={"userHandle": device.handle})
    assert answer.status_code == 422
    # Amara's device under Rosa's account: an id is held once
    answer = await added(browser, Device(id=device.id))
    assert (answer.status_code, "could not be added" in answer.text) == (422, True)
    assert (await Passkey.get(id=key.id)).member_id == member.id


async def test_a_challenge_begun_by_one_member_is_worth_nothing_to_another(app, amara):
    options = (await amara[1].post("/account/passkeys/begin")).json()
    rosa = await signed_in_browser(app, await make_member("Rosa Mendoza"))
    rosa.cookies.set("begun-new-passkey", amara[1].cookies["begun-new-passkey"])
    answer = await rosa.post("/account/passkeys", data={"name": "x", "credential": Device().make(options)})
    assert answer.status_code == 422
    assert await Passkey.all().count() == 1


WRONG_WHEN_MADE = {
    "other origin": {"origin": "https://evil.example"},
    "other host": {"host": "evil.example"},
    "other challenge": {"challenge": b64(b"x" * 32)},
    "nobody verified": {"flags_said": PRESENT},
    "used instead of made": {"kind": "webauthn.get"},
    "junk key": {"cose": b"\xff\xff\xff"},
    "no key": {"cose": cbor2.dumps({})},
    "key of an unknown kind": {"cose": cbor2.dumps({1: 9, 3: -999})},
    "point on no curve": {"cose": cbor2.dumps({1: 2, 3: -7, -1: 1, -2: b"1" * 32, -3: b"2" * 32})},
    "junk attestation": {"attestation": b"\x9f" * 3000},
    "deep attestation": {"attestation": b"\x81" * 9000},
    "endless map": {"attestation": b"\xbf" * 2000},
    "huge length": {"attestation": b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff"},
    "other attestation": {"attestation": cbor2.dumps({"fmt": "tpm", "attStmt": {}, "authData": b"0" * 200})},
    "certificates": {"attestation": cbor2.dumps({"fmt": "packed", "attStmt": {"x5c": [b"x"]}, "authData": b"0" * 200})},
    "no data": {"attestation": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": b""})},
    "holds no key": {
        "attestation": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": b"\0" * 32 + bytes([HOLDS_KEY]) + b"\0" * 4})
    },
}


@pytest.mark.parametrize("twist", WRONG_WHEN_MADE)
async def test_a_passkey_that_is_not_quite_right_is_not_kept(app, twist):
    here = await signed_in_browser(app, await make_member())
    answer = await added(here, Device(), **WRONG_WHEN_MADE[twist])
    assert answer.status_code == 422
    assert "This passkey could not be added." in answer.text
    assert await Passkey.all().count() == 0


async def test_adding_and_removing_need_a_fresh_proof(app, amara):
    _, here, _ = amara
    key = await Passkey.get()
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        asked_for = await here.post("/account/passkeys/begin", headers={"X-Fragment": "1"})
        assert (asked_for.status_code, asked_for.json()["reason"]) == (403, "prove-first")
        assert "Type your pass phrase first." in asked_for.json()["detail"]
        for path, data in ((f"/account/passkeys/{key.id}/remove", {}), ("/account/passkeys", {"name": "x", "credential": "{}"})):
            answer = await here.post(path, data=data)
            assert answer.status_code in {303, 422}
        assert "data-passkey" not in (await here.get("/account")).text
    assert await Passkey.all().count() == 1


async def test_a_member_holds_twenty_passkeys_under_one_handle(app):
    here, handles = await signed_in_browser(app, await make_member()), set()
    for _ in range(20):
        device = Device()
        forget_throttles()
        assert (await added(here, device)).status_code == 303
        handles.add(device.handle)
    assert len(handles) == 1
    answer = await here.post("/account/passkeys/begin", headers={"X-Fragment": "1"})
    assert (answer.status_code, "Twenty passkeys are enough." in answer.json()["detail"]) == (409, True)


async def test_how_many_there_are_is_asked_again_when_one_is_kept(app, monkeypatch):
    here, device = await signed_in_browser(app, await make_member()), Device()
    options = (await here.post("/account/passkeys/begin", headers={"X-Fragment": "1"})).json()
    monkeypatch.setattr(passkeys, "MOST_PASSKEYS", 0)
    await here.post("/account/passkeys", data={"name": "One more", "credential": device.make(options)})
    assert await Passkey.all().count() == 0
    assert "Twenty passkeys are enough." in (await here.get("/account")).text


async def test_a_passkey_without_a_name_is_called_after_the_device(app):
    here = await signed_in_browser(app, await make_member())
    here.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"
    await added(here, Device(), " ")
    assert (await Passkey.get()).name == "Firefox, Linux"


async def test_class_27_a_name_never_becomes_markup(app):
    member, name = await make_member(), "<script>alert(1)</script>\r\nBcc: x"
    here = await signed_in_browser(app, member)
    await added(here, Device(), name)
    assert "<script>alert" not in (await here.get("/account")).text
    assert "\nBcc" not in (await mailed_to(member.email))[-1]


async def test_class_20_challenges_are_throttled_per_network(client):
    statuses = [(await client.post("/signin/passkey/begin")).status_code for _ in range(62)]
    assert (statuses[:60], statuses[60:]) == ([200] * 60, [429] * 2)
    assert await BegunProof.all().count() == 60
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        forget_throttles()
        await client.post("/signin/passkey/begin")
    assert await BegunProof.all().count() == 1  # what nobody finished is swept out


async def test_the_forms_say_where_they_work_and_are_hidden_until_a_script_shows_them(client):
    page = (await client.get("/signin?next=/account")).text
    form = page[page.index('<form class="stack" method="post" action="/signin/passkey"') :].split("</form>")[0]
    assert " hidden>" in form
    assert 'data-origin="http://localhost:8000"' in form
    assert 'name="next" value="/account"' in form
    assert json.loads((await client.post("/signin/passkey/begin")).text)["timeout"] > 0
