"""An authenticator app and recovery codes, at the door."""

import asyncio
from datetime import timedelta

import pytest

from community import clock
from community.accounts import entering, second_step
from community.accounts.appointing import suspend
from community.accounts.entering import Door
from community.accounts.identity import cookie_name, identify_token
from community.accounts.models import Authenticator, BegunProof, RecoveryCode, Session
from community.accounts.sessions import OpenedSession
from community.audience import GUEST, RightsVersion
from community.errors import Invalid, NotFound
from community.storage import unit_of_work
from community.web.limits import forget_throttles
from tests.accounts.apps import code_of, half_signed_in, signed_in_browser, turned_on, viewer_in
from tests.accounts.letters import link_in, mailed_to, token_of
from tests.conftest import new_client
from tests.factories import PASS_PHRASE, make_member, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

NEW = "a quite new sentence of mine"


@pytest.fixture
async def amara(app):
    """A member with an app: (member, a browser of hers, the secret, the recovery codes)."""
    member = await make_member()
    browser = await signed_in_browser(app, member)
    return member, browser, *await turned_on(browser)


async def suspended(member):
    await suspend(await viewer_of(await make_steward()), member.id)


async def test_turning_it_on_shows_the_key_asks_for_a_code_and_gives_ten_recovery_codes(app):
    member = await make_member()
    here, other = await signed_in_browser(app, member), await signed_in_browser(app, member)
    before, elsewhere = here.cookies[cookie_name()], other.cookies[cookie_name()]
    await here.post("/account/authenticator")
    page = await here.get("/account/authenticator")
    secret = await second_step.prepared_secret(await viewer_in(here))
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "<svg " in page.text
    assert f"secret={secret}" in page.text
    wrong = await here.post("/account/authenticator/confirm", data={"code": "000 000"})
    assert (wrong.status_code, "This code does not fit." in wrong.text) == (422, True)
    assert not await second_step.is_on(member.id)
    codes = await here.post("/account/authenticator/confirm", data={"code": code_of(secret)})
    assert (codes.status_code, codes.headers["cache-control"]) == (200, "no-store")
    assert codes.text.count("<code>") == 10
    assert [await identify_token(token) for token in (before, elsewhere)] == [GUEST, GUEST]
    assert (await viewer_in(here)).member == member.id
    assert await RightsVersion.filter(subject=f"member:{member.id}").exists()
    assert "An authenticator app was turned on" in (await mailed_to(member.email))[-1]
    assert (await here.get("/account/authenticator")).headers["location"] == "/account#ways"  # the key is shown no more


async def test_nothing_readable_is_stored(amara):
    member, _, secret, codes = amara
    stored = str(await Authenticator.all().values()) + str(await RecoveryCode.all().values())
    assert secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    letters = str(await mailed_to(member.email))
    assert not any(code in letters for code in codes)


async def test_after_the_pass_phrase_a_code_opens_the_session_and_nothing_before_it(app, amara):
    member, _, secret, _ = amara
    browser = await half_signed_in(app, member, next="/account", keep="yes")
    assert (await browser.get("/account")).status_code == 404
    page = await browser.get("/signin/code?next=/account")
    assert 'autocomplete="one-time-code"' in page.text
    assert 'value="/account"' in page.text
    answer = await browser.post("/signin/code", data={"code": code_of(secret), "next": "/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert f"Max-Age={60 * 24 * 3600}" in answer.headers["set-cookie"]
    assert (await viewer_in(browser)).member == member.id
    assert (await browser.get("/signin/code")).status_code == 303  # used up
    assert await BegunProof.all().count() == 0


async def test_the_cookie_between_the_steps_is_bound_and_short(app, amara):
    browser = new_client(app)
    answer = await browser.post("/signin", data={"email": amara[0].email, "pass_phrase": PASS_PHRASE})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("begun-code=")
    assert {"HttpOnly", "SameSite=strict", "Max-Age=600"} <= set(cookie.split("; "))
    token = browser.cookies["begun-code"]
    assert token not in str(await BegunProof.all().values())
    assert await identify_token(token) == GUEST


async def test_the_same_code_is_not_taken_twice(app, amara):
    member, _, secret, _ = amara
    code = code_of(secret)
    first, second = await half_signed_in(app, member), await half_signed_in(app, member)
    assert (await first.post("/signin/code", data={"code": code})).status_code == 303
    again = await second.post("/signin/code", data={"code": code})
    assert (again.status_code, "was used already" in again.text) == (422, True)
    assert code not in again.text
    later = clock.now() + timedelta(seconds=30)
    with clock.frozen(later):
        assert (await second.post("/signin/code", data={"code": code})).status_code == 422  # still in the window, still used
        assert (await second.post("/signin/code", data={"code": code_of(secret)})).status_code == 303


async def test_class_40_of_many_with_one_code_at_once_one_comes_in(app, amara):
    member, _, secret, _ = amara
    tokens = [(await half_signed_in(app, member)).cookies["begun-code"] for _ in range(5)]
    before, code = await Session.all().count(), code_of(secret)
    found = await asyncio.gather(*(entering.finish(Door(GUEST, ""), token, code) for token in tokens), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Invalid"] * 4 + ["OpenedSession"]
    assert await Session.all().count() == before + 1


async def test_class_40_of_two_sending_one_step_twice_one_comes_in(app, amara):
    member, _, secret, codes = amara
    token = (await half_signed_in(app, member)).cookies["begun-code"]
    tries = [entering.finish(Door(GUEST, ""), token, code) for code in (codes[0], codes[1], code_of(secret))]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["NotFound", "NotFound", "OpenedSession"]
    assert await second_step.codes_left(member.id) >= 9  # what came too late is not spent


async def test_class_40_of_many_with_one_recovery_code_at_once_one_comes_in(app, amara):
    member, _, _, codes = amara
    tokens = [(await half_signed_in(app, member)).cookies["begun-code"] for _ in range(4)]
    found = await asyncio.gather(*(entering.finish(Door(GUEST, ""), token, codes[3]) for token in tokens), return_exceptions=True)
    assert sum(isinstance(one, OpenedSession) for one in found) == 1
    assert sum(isinstance(one, Invalid) for one in found) == 3
    assert await second_step.codes_left(member.id) == 9


async def test_a_recovery_code_lets_in_once_and_is_told(app, amara):
    member, _, _, codes = amara
    browser = await half_signed_in(app, member)
    assert (await browser.post("/signin/code", data={"code": codes[0].lower()})).status_code == 303
    assert "Codes that are left: 9." in (await mailed_to(member.email))[-1]
    again = await half_signed_in(app, member)
    assert (await again.post("/signin/code", data={"code": codes[0]})).status_code == 422
    assert "9 recovery codes are left" in (await browser.get("/account")).text


async def test_new_recovery_codes_end_the_old_ones(app, amara):
    member, here, _, codes = amara
    page = await here.post("/account/recovery-codes")
    assert (page.status_code, page.text.count("<code>"), codes[0] in page.text) == (200, 10, False)
    again = await half_signed_in(app, member)
    assert (await again.post("/signin/code", data={"code": codes[0]})).status_code == 422


async def test_class_9_another_members_recovery_code_opens_nothing(app, amara):
    rosa = await make_member("Rosa Mendoza")
    await turned_on(await signed_in_browser(app, rosa))
    browser = await half_signed_in(app, rosa)
    assert (await browser.post("/signin/code", data={"code": amara[3][0]})).status_code == 422
    assert await second_step.codes_left(amara[0].id) == 10


@pytest.mark.parametrize("state", ["unknown", "wrong", "wrong with an app", "suspended with an app"])
async def test_class_19_a_wrong_pass_phrase_looks_the_same_with_and_without_an_app(app, amara, state):
    member = amara[0] if state != "wrong" else await make_member("Rosa Mendoza")
    if state == "suspended with an app":
        await suspended(member)
    email = "nobody@school.example" if state == "unknown" else member.email
    phrase = PASS_PHRASE if state == "suspended with an app" else "quite another sentence"
    answer = await new_client(app).post("/signin", data={"email": email, "pass_phrase": phrase})
    assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)
    assert "Address and pass phrase do not fit, or the address is not confirmed yet." in answer.text
    assert await BegunProof.all().count() == 0


@pytest.mark.parametrize(
    "change",
    ["suspended", "pass phrase changed", "too late", "app off", "no cookie", "forged"],
)
async def test_class_18_what_was_begun_ends_with_what_it_stood_on(app, amara, change):
    member, here, secret, _ = amara
    browser, at = await half_signed_in(app, member), clock.now()
    if change == "suspended":
        await suspended(member)
    elif change == "pass phrase changed":
        assert (await here.post("/account/pass-phrase", data={"current": PASS_PHRASE, "new": NEW})).status_code == 303
    elif change == "too late":
        at += timedelta(minutes=10, seconds=1)
    elif change == "app off":
        assert (await here.post("/account/authenticator/off", data={"proof": PASS_PHRASE})).status_code == 303
    elif change == "no cookie":
        browser.cookies.clear()
    else:
        browser.cookies.clear()
        browser.cookies.set("begun-code", "x" * 5000)
    with clock.frozen(at):
        answer = await browser.post("/signin/code", data={"code": code_of(secret), "next": "/account"})
        assert (await browser.get("/account")).status_code == 404
    assert answer.headers["location"] == "/signin?next=%2Faccount"
    assert cookie_name() not in browser.cookies


async def test_after_five_wrong_codes_the_pass_phrase_is_asked_again_and_the_member_told_once(app, amara):
    member, _, secret, _ = amara
    for _ in range(2):
        forget_throttles()
        browser = await half_signed_in(app, member)
        for _ in range(5):
            assert (await browser.post("/signin/code", data={"code": "000000"})).status_code == 422
        assert (await browser.post("/signin/code", data={"code": code_of(secret)})).headers["location"].startswith("/signin?")
    told = [letter for letter in await mailed_to(member.email) if "several wrong codes" in letter]
    assert len(told) == 1


async def test_class_20_codes_are_throttled_per_account_from_wherever(app, amara):
    member, statuses = amara[0], []
    for n in range(3):
        browser = await half_signed_in(app, member)
        browser.headers["X-Forwarded-For"] = f"203.0.113.{n}"
        statuses += [(await browser.post("/signin/code", data={"code": "000000"})).status_code for _ in range(4)]
    assert statuses == [422] * 10 + [429] * 2


@pytest.mark.parametrize(
    "code", ["", " ", "x" * 61, "½½½½½½", "١٢٣", "<script>alert(1)</script>", "' OR 1=1 --", "\u202e000000", "🔑" * 8]
)
async def test_hostile_codes_are_refused_with_a_sentence(app, amara, code):
    browser = await half_signed_in(app, amara[0])
    answer = await browser.post("/signin/code", data={"code": code})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert (await browser.post("/signin/code", data={"code": "1", "trust": "steward"})).status_code == 422  # class 11


async def test_a_forgotten_pass_phrase_does_not_switch_it_off(app, amara):
    member, _, secret, _ = amara
    browser = new_client(app)
    await browser.post("/forgotten", data={"email": member.email})
    answer = await browser.post("/reset", data={"token": token_of(await link_in(member.email)), "pass_phrase": NEW})
    assert answer.headers["location"] == "/signin/code?next=%2F"
    assert cookie_name() not in browser.cookies
    assert await Session.all().count() == 0
    assert (await browser.post("/signin/code", data={"code": code_of(secret)})).status_code == 303
    assert (await viewer_in(browser)).member == member.id


@pytest.mark.parametrize("proof", ["pass phrase", "code", "wrong phrase", "wrong code", "used code"])
async def test_turning_it_off_asks_for_the_pass_phrase_or_a_code(app, amara, proof):
    member, here, secret, _ = amara
    typed = {"pass phrase": PASS_PHRASE, "wrong phrase": "no", "wrong code": "000000"}.get(proof, code_of(secret))
    if proof == "used code":
        await (await half_signed_in(app, member)).post("/signin/code", data={"code": typed})
    other = await half_signed_in(app, member)
    before = here.cookies[cookie_name()]
    answer = await here.post("/account/authenticator/off", data={"proof": typed})
    if proof not in {"pass phrase", "code"}:
        assert (answer.status_code, await second_step.is_on(member.id)) == (422, True)
        assert typed not in answer.text or len(typed) < 3
        return
    assert answer.status_code == 303
    assert await identify_token(before) == GUEST
    assert (await viewer_in(here)).signed_in
    assert not await second_step.is_on(member.id)
    assert await RecoveryCode.all().count() == 0
    assert (await other.get("/signin/code")).status_code == 303
    assert "was turned off" in (await mailed_to(member.email))[-1]
    await signed_in_browser(app, member)  # the pass phrase alone again


async def test_a_change_needs_a_proof_of_the_last_ten_minutes(app):
    member = await make_member()
    here = await signed_in_browser(app, member)
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        page = (await here.get("/account")).text
        assert 'action="/account/proof"' in page
        assert 'action="/account/authenticator"' not in page
        for path in ("/account/authenticator", "/account/recovery-codes", "/account/authenticator/confirm"):
            answer = await here.post(path, data={"code": "1"} if path.endswith("confirm") else {})
            assert (answer.status_code, answer.headers["location"]) == (303, "/account#ways")
        assert await Authenticator.all().count() == 0
        wrong = await here.post("/account/proof", data={"pass_phrase": "no"})
        assert (wrong.status_code, "This is not your present pass phrase." in wrong.text) == (422, True)
        assert (await here.post("/account/proof", data={"pass_phrase": PASS_PHRASE})).headers["location"] == "/account#ways"
        assert 'action="/account/authenticator"' in (await here.get("/account")).text
        assert (await here.post("/account/authenticator")).headers["location"] == "/account/authenticator"
    with clock.frozen(clock.now() + timedelta(minutes=22)):  # what was prepared is shown no more without another proof
        assert (await here.get("/account/authenticator")).headers["location"] == "/account#ways"


async def test_a_change_makes_no_proof_younger_and_no_session_longer(app, amara):
    here = amara[1]
    begun = await Session.get()
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        await here.post("/account/recovery-codes")
        rotated = await Session.get()
        assert (rotated.id == begun.id, rotated.proven_at) == (False, begun.proven_at)
        assert rotated.expires_at - rotated.created_at == timedelta(hours=12)


async def test_a_second_app_is_not_put_over_the_first(app, amara):
    member, here, secret, _ = amara
    answer = await here.post("/account/authenticator")
    assert answer.headers["location"] == "/account#ways"
    assert (await here.post("/account/authenticator/confirm", data={"code": "000000"})).headers["location"] == "/account#ways"
    browser = await half_signed_in(app, member)
    assert (await browser.post("/signin/code", data={"code": code_of(secret)})).status_code == 303


async def test_with_another_house_secret_codes_stop_and_recovery_codes_work(app, amara, monkeypatch):
    from community.accounts import sealing

    member, _, secret, codes = amara
    browser = await half_signed_in(app, member)
    monkeypatch.setattr(sealing, "_cipher", lambda: sealing._cipher_of("quite another secret of the house"))
    assert (await browser.post("/signin/code", data={"code": code_of(secret)})).status_code == 422
    assert (await browser.post("/signin/code", data={"code": codes[0]})).status_code == 303


async def test_the_command_line_lets_in_whoever_lost_phone_and_paper(app, amara):
    member, here, _, _ = amara
    assert await second_step.forget_second_step(member.email)
    assert not await second_step.forget_second_step(member.email)
    assert not await second_step.forget_second_step("nobody@school.example")
    assert (await here.get("/account")).status_code == 404  # the lost phone is signed out, too
    assert "Those who run this site turned off" in (await mailed_to(member.email))[-1]
    await signed_in_browser(app, member)


async def test_a_confirming_link_is_no_way_around_it(app, amara):
    from community.accounts import mailed_tokens

    member = amara[0]
    async with unit_of_work():
        token = mailed_tokens.text_of(await mailed_tokens.issue(member.id, "confirm"))
    browser = new_client(app)
    answer = await browser.post("/confirm", data={"token": token, "pass_phrase": PASS_PHRASE})
    assert answer.headers["location"].startswith("/signin/code")
    assert cookie_name() not in browser.cookies


async def test_nobody_finishes_what_nobody_began(database):
    with pytest.raises(NotFound):
        await entering.finish(Door(GUEST, ""), "made up", "000000")
