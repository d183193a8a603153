"""Signing in and out, at the door."""

import asyncio
from datetime import timedelta

import pytest

from community import clock
from community.accounts import pass_phrases, sessions
from community.accounts.appointing import reinstate, suspend
from community.accounts.identity import cookie_name, identify_token
from community.accounts.models import Block, Session
from community.audience import GUEST, MEMBERS, STEWARDS, RightsVersion, coordinators_key, grant, member_key
from community.storage import unit_of_work
from tests.conftest import new_client
from tests.factories import PASS_PHRASE, make_coordinator, make_institution, make_member, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def enter(client, member, pass_phrase=PASS_PHRASE, **kw):
    return await client.post("/signin", data={"email": member.email, "pass_phrase": pass_phrase} | kw)


async def test_a_member_signs_in_and_comes_back_to_the_page(client):
    amara = await make_member()
    page = await client.get("/signin?next=/account")
    assert page.status_code == 200
    assert 'value="/account"' in page.text
    answer = await enter(client, amara, next="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age" not in cookie  # the window's end ends it, unless asked otherwise
    assert (await client.get("/account")).status_code == 200


async def test_keeping_the_session_outlives_the_window(client):
    answer = await enter(client, await make_member(), keep="yes")
    assert f"Max-Age={60 * 24 * 3600}" in answer.headers["set-cookie"]


@pytest.mark.parametrize("state", ["unknown", "wrong", "unconfirmed", "not admitted", "suspended"])
async def test_class_19_every_refusal_is_the_same_page(client, state):
    changed = {
        "unconfirmed": {"confirmed_at": None},
        "not admitted": {"admitted_at": None},
        "suspended": {"suspended_at": clock.now()},
    }
    amara = await make_member(**changed.get(state, {}))
    email = "nobody@school.example" if state == "unknown" else amara.email
    phrase = PASS_PHRASE if state in changed else "quite another sentence"
    answer = await client.post("/signin", data={"email": email, "pass_phrase": phrase})
    assert answer.status_code == 422
    assert "Address and pass phrase do not fit, or the address is not confirmed yet." in answer.text
    assert f'value="{email}"' in answer.text  # what was typed stays
    assert phrase not in answer.text
    assert "set-cookie" not in answer.headers
    assert await Session.all().count() == 0


async def test_class_19_an_unknown_name_costs_a_verification(client, monkeypatch):
    verified = []
    monkeypatch.setattr(pass_phrases, "_verify", lambda stored, _phrase: verified.append(stored) or False)
    await client.post("/signin", data={"email": "nobody@school.example", "pass_phrase": "quite another sentence"})
    assert verified == [pass_phrases.NOBODYS_HASH]


def test_the_dummy_hash_has_the_real_parameters():
    assert not pass_phrases._hasher.check_needs_rehash(pass_phrases.NOBODYS_HASH)


async def test_at_most_two_verifications_run_at_once(monkeypatch):
    import threading
    import time

    running, most, gate = 0, 0, threading.Lock()

    def slow(stored, phrase):
        nonlocal running, most
        with gate:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with gate:
            running -= 1
        return False

    monkeypatch.setattr(pass_phrases, "_verify", slow)
    await asyncio.gather(*(pass_phrases.fits("", "x") for _ in range(8)))
    assert most == 2


async def test_class_18_a_token_planted_before_signing_in_is_worth_nothing(client):
    amara = await make_member()
    client.cookies.set(cookie_name(), "planted-by-somebody-else")
    answer = await enter(client, amara)
    token = answer.cookies[cookie_name()]
    assert token != "planted-by-somebody-else"
    assert await identify_token("planted-by-somebody-else") == GUEST


async def test_class_18_signing_in_again_ends_the_session_this_browser_had(client):
    amara = await make_member()
    first = (await enter(client, amara)).cookies[cookie_name()]
    second = (await enter(client, amara)).cookies[cookie_name()]
    assert first != second
    assert await identify_token(first) == GUEST
    assert (await identify_token(second)).member == amara.id


async def test_only_the_hash_of_a_token_is_stored(client):
    token = (await enter(client, await make_member())).cookies[cookie_name()]
    stored = await Session.all().values()
    assert token not in str(stored)
    assert stored[0]["token_hash"] == sessions.hash_of(token)


async def test_signing_out_ends_the_session_and_clears_the_device(client):
    amara = await make_member()
    token = (await enter(client, amara)).cookies[cookie_name()]
    session = await Session.get()
    answer = await client.post("/signout")
    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert 'session=""' in answer.headers["set-cookie"]
    assert await identify_token(token) == GUEST
    assert await RightsVersion.filter(subject=f"session:{session.id}").exists()
    assert (await client.post("/signout")).status_code == 303  # twice is harmless


async def test_class_18_a_suspended_member_is_out_everywhere(client, app):
    amara, ines = await make_member(), await make_steward()
    token = (await enter(client, amara)).cookies[cookie_name()]
    steward = await viewer_of(ines)
    await suspend(steward, amara.id)
    assert await identify_token(token) == GUEST
    assert await RightsVersion.filter(subject=f"member:{amara.id}").exists()
    assert (await client.get("/account")).status_code == 404
    await reinstate(steward, amara.id)
    assert await identify_token(token) == GUEST  # ended means ended
    async with new_client(app) as fresh:
        assert (await enter(fresh, amara)).status_code == 303


async def test_an_expired_session_is_nobody(client):
    amara = await make_member()
    token = (await enter(client, amara)).cookies[cookie_name()]
    assert (await identify_token(token)).signed_in
    with clock.frozen(clock.now() + timedelta(hours=13)):
        assert await identify_token(token) == GUEST


async def test_a_viewer_holds_what_was_granted(client):
    lakeside = await make_institution()
    wanjiru = await make_coordinator(lakeside)
    viewer = await identify_token((await enter(client, wanjiru)).cookies[cookie_name()])
    assert viewer.holds(MEMBERS)
    assert viewer.holds(f"member:{wanjiru.id}")
    assert viewer.coordinates == {lakeside.id}
    assert not viewer.holds(STEWARDS)
    assert viewer.has_role(lakeside.key, "coordinator")


async def test_last_seen_is_written_seldom_and_beside_the_request(client):
    amara = await make_member()
    token = (await enter(client, amara)).cookies[cookie_name()]
    begun = (await Session.get()).seen_at
    await identify_token(token)
    await asyncio.sleep(0.02)
    assert (await Session.get()).seen_at == begun
    later = clock.now() + timedelta(minutes=6)
    with clock.frozen(later):
        await identify_token(token)
        await asyncio.sleep(0.05)
    assert (await Session.get()).seen_at == later


@pytest.mark.parametrize(
    "spelling",
    ["amara_diallo@school.example", "AMARA_DIALLO@School.example", "a.mara_diallo@school.example", "amara_diallo+x@school.example"],
)
async def test_class_20_a_throttle_counts_spellings_of_an_account_as_one(client, spelling):
    await make_member()
    for _ in range(10):
        await client.post("/signin", data={"email": "amara_diallo@school.example", "pass_phrase": "no"})
    answer = await client.post("/signin", data={"email": spelling, "pass_phrase": "no"}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


async def test_class_11_unknown_fields_are_refused(client):
    amara = await make_member()
    answer = await enter(client, amara, trust="steward")
    assert answer.status_code == 422
    await amara.refresh_from_db()
    assert amara.trust == "trusted"


async def test_class_8_a_viewer_made_later_has_the_rights_of_that_moment(database):
    from community.accounts.identity import viewer_for

    lakeside = await make_institution()
    wanjiru, ines = await make_coordinator(lakeside), await make_steward()
    viewer = await viewer_for(wanjiru.id)
    assert (viewer.coordinates, viewer.session) == ({lakeside.id}, None)
    await suspend(await viewer_for(ines.id), wanjiru.id)
    assert await viewer_for(wanjiru.id) == GUEST
    assert await viewer_for(999) == GUEST


async def test_a_viewer_has_all_keys_and_blocks_at_once_however_many_there_are(database):
    from community.accounts.identity import viewer_for

    lakeside = await make_institution()
    amara, bagus = await make_coordinator(lakeside, "Amara Diallo"), await make_member("Bagus Nugroho")
    others = [await make_member(f"Member {number}") for number in range(30)]
    async with unit_of_work():
        await grant("space:1", coordinators_key(lakeside.id))
        await grant("space:1", member_key(amara.id), "moderator")
        for place, other in enumerate(others):
            pair = (amara.id, other.id) if place % 2 else (other.id, amara.id)
            await Block.create(blocker_id=pair[0], blocked_id=pair[1])
            await Block.create(blocker_id=other.id, blocked_id=bagus.id)
    viewer = await viewer_for(amara.id)
    assert viewer.blocked == {other.id for other in others}
    assert viewer.audiences >= {coordinators_key(lakeside.id), "space:1"}
    assert viewer.moderates == {"space:1"}
    assert (await viewer_for(bagus.id)).blocked == viewer.blocked
    assert (await viewer_for((await make_member("Nobody's foe")).id)).blocked == frozenset()
