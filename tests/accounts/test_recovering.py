"""A forgotten pass phrase, a new one, and the sessions of one account."""

import asyncio
from datetime import timedelta

import pytest

from community import clock
from community.accounts import mailed_tokens, recovering
from community.accounts.account_views import SESSIONS
from community.accounts.appointing import appoint_steward
from community.accounts.entering import Door
from community.accounts.identity import cookie_name, identify_token
from community.accounts.joining import mail_confirmation
from community.accounts.models import MailedToken, Member, Session
from community.accounts.sessions import open_session
from community.audience import GUEST, RightsVersion
from community.errors import NotFound
from community.mail.models import Mail
from community.storage import rows, unit_of_work
from tests.accounts.letters import link_in, mailed_to, token_of
from tests.conftest import new_client
from tests.factories import PASS_PHRASE, make_member, make_steward

pytestmark = pytest.mark.anyio

NEW = "a quite new sentence of mine"


async def signed_in(app, member, count=1):
    """So many browsers of one member, and their tokens."""
    made = []
    for _ in range(count):
        browser = new_client(app)
        answer = await browser.post("/signin", data={"email": member.email, "pass_phrase": PASS_PHRASE})
        made.append((browser, answer.cookies[cookie_name()]))
    return made


async def test_class_19_known_and_unknown_addresses_get_the_same_answer(client):
    amara = await make_member()
    known = await client.post("/forgotten", data={"email": amara.email})
    unknown = await client.post("/forgotten", data={"email": "nobody@school.example"})
    assert (known.status_code, known.headers["location"]) == (unknown.status_code, unknown.headers["location"])
    assert len(known.headers["set-cookie"]) == len(unknown.headers["set-cookie"])
    assert len(await rows("SELECT id FROM jobs")) == 2  # both write the same
    assert "nobody@school.example" not in str(await rows("SELECT * FROM jobs"))
    assert len(await mailed_to(amara.email)) == 1
    assert await mailed_to("nobody@school.example") == []


async def test_a_new_pass_phrase_by_mail_ends_every_session(client, app):
    amara = await make_member()
    [(_, before)] = await signed_in(app, amara)
    await client.post("/forgotten", data={"email": amara.email})
    link = await link_in(amara.email)
    page = await client.get(link)
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    answer = await client.post("/reset", data={"token": token_of(link), "pass_phrase": NEW})
    assert answer.status_code == 303
    assert await identify_token(before) == GUEST
    assert await RightsVersion.filter(subject=f"member:{amara.id}").exists()
    assert (await identify_token(answer.cookies[cookie_name()])).member == amara.id
    async with new_client(app) as fresh:
        assert (await fresh.post("/signin", data={"email": amara.email, "pass_phrase": PASS_PHRASE})).status_code == 422
        assert (await fresh.post("/signin", data={"email": amara.email, "pass_phrase": NEW})).status_code == 303


@pytest.mark.parametrize("fault", ["used", "old", "replaced", "other purpose", "forged", "garbage"])
async def test_class_16_a_reset_link_that_no_longer_holds_is_refused(client, fault):
    amara = await make_member()
    await client.post("/forgotten", data={"email": amara.email})
    token = token_of(await link_in(amara.email))
    at = clock.now()
    if fault == "used":
        await recovering.reset(Door(GUEST, ""), token, NEW)
    elif fault == "old":
        at += timedelta(hours=2, minutes=1)
    elif fault == "replaced":
        await client.post("/forgotten", data={"email": amara.email})
        await mailed_to(amara.email)
    elif fault == "other purpose":
        async with unit_of_work():
            await mail_confirmation(amara.id)
        token = token_of(await link_in(amara.email))
    else:
        token = token[:-1] + ("a" if token[-1] != "a" else "b") if fault == "forged" else "garbage\u00e9"
    with clock.frozen(at):
        shown = await client.get("/reset", params={"token": token})
        assert "This link was used already, or it is too old." in shown.text
        answer = await client.post("/reset", data={"token": token, "pass_phrase": "yet another sentence"})
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


async def test_class_16_the_link_is_nowhere_in_the_database(client):
    amara = await make_member()
    await client.post("/forgotten", data={"email": amara.email})
    token = token_of(await link_in(amara.email))
    stored = str(await MailedToken.all().values()) + str(await Mail.all().values()) + str(await rows("SELECT * FROM jobs"))
    assert token not in stored


async def test_class_17_looking_at_a_reset_link_spends_nothing(client):
    amara = await make_member()
    await client.post("/forgotten", data={"email": amara.email})
    link = await link_in(amara.email)
    for method in ("HEAD", "GET", "GET"):
        assert (await client.request(method, link)).status_code == 200
    assert (await client.post("/reset", data={"token": token_of(link), "pass_phrase": NEW})).status_code == 303


async def test_class_40_of_two_at_the_same_moment_one_resets(database):
    amara = await make_member()
    async with unit_of_work():
        token = mailed_tokens.text_of(await mailed_tokens.issue(amara.id, "reset"))
    results = await asyncio.gather(
        *(recovering.reset(Door(GUEST, ""), token, f"{NEW} {n}") for n in range(4)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["NotFound", "NotFound", "NotFound", "OpenedSession"]
    assert await Session.all().count() == 1


async def test_class_18_a_changed_pass_phrase_ends_the_other_sessions_and_rotates_this_one(app):
    amara = await make_member()
    (here, mine), (_, other) = await signed_in(app, amara, 2)
    answer = await here.post("/account/pass-phrase", data={"current": PASS_PHRASE, "new": NEW})
    assert answer.status_code == 303
    assert await identify_token(other) == GUEST
    assert await identify_token(mine) == GUEST
    assert (await identify_token(answer.cookies[cookie_name()])).member == amara.id
    [cookie] = [one for one in answer.headers.get_list("set-cookie") if one.startswith(cookie_name())]
    assert "max-age" not in cookie.lower()  # a shared device is not kept signed in by it
    assert (await here.get("/account")).status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "why"), [("not mine", NEW, "This is not your present pass phrase."), (PASS_PHRASE, "short", "12 characters")]
)
async def test_a_change_that_is_refused_changes_nothing(app, current, new, why):
    [(here, mine)] = await signed_in(app, await make_member())
    answer = await here.post("/account/pass-phrase", data={"current": current, "new": new})
    assert answer.status_code == 422
    assert why in answer.text
    assert new not in answer.text or new == "short"
    assert (await identify_token(mine)).signed_in


async def test_sessions_are_listed_and_ended_one_by_one(app):
    amara, rosa = await make_member(), await make_member("Rosa Mendoza")
    (here, mine), (_, other), (_, third) = await signed_in(app, amara, 3)
    [(hers, _)] = await signed_in(app, rosa)
    page = (await here.get("/account")).text
    assert page.count('action="/account/sessions/') == 3  # two to end, and all others
    ending = (await identify_token(other)).session
    assert (await hers.post(f"/account/sessions/{ending}/end")).status_code == 404  # somebody else's is absent
    assert (await identify_token(other)).signed_in
    assert (await here.post(f"/account/sessions/{ending}/end")).status_code == 303
    assert await identify_token(other) == GUEST
    assert await RightsVersion.filter(subject=f"session:{ending}").exists()
    assert (await here.post(f"/account/sessions/{ending}/end")).status_code == 404
    assert (await here.post("/account/sessions/end-others")).status_code == 303
    assert await identify_token(third) == GUEST
    assert (await identify_token(mine)).signed_in


async def test_of_many_sessions_the_last_used_are_listed_and_this_one_first(app):
    amara = await make_member()
    [(here, mine)] = await signed_in(app, amara)
    async with unit_of_work():
        for number in range(24):
            await open_session(amara.id, f"Device {number}", keep=True)
    page = (await here.get("/account")).text
    assert page.count("Last seen") == SESSIONS - 1
    assert page.index("This device") < page.index("Last seen")
    assert "signed in at more places" in page
    assert (await here.post("/account/sessions/end-others")).status_code == 303
    assert "signed in at more places" not in (await here.get("/account")).text
    assert (await identify_token(mine)).signed_in


async def test_language_zone_and_age_are_chosen(app):
    amara = await make_member()
    [(here, token)] = await signed_in(app, amara)
    answer = await here.post("/account/choices", data={"language": "fr", "time_zone": "Africa/Dakar", "is_under_18": "yes"})
    assert answer.status_code == 303
    viewer = await identify_token(token)
    assert (viewer.language, viewer.time_zone, viewer.is_under_18) == ("fr", "Africa/Dakar", True)
    assert (await here.post("/account/choices", data={"language": "xx", "time_zone": "Mars/Base"})).status_code == 422


async def test_the_command_line_appoints_the_first_steward(client):
    link = await appoint_steward("Ines@School.example")
    assert link.startswith("http://localhost:8000/reset?token=")
    answer = await client.post("/reset", data={"token": token_of(link), "pass_phrase": NEW})
    viewer = await identify_token(answer.cookies[cookie_name()])
    assert viewer.is_steward
    assert viewer.holds("stewards")
    amara = await make_member()
    await appoint_steward(amara.email)
    assert (await Member.get(id=amara.id)).trust == "steward"
    with pytest.raises(ValueError, match="whole address"):
        await appoint_steward("nobody")


async def test_a_stranger_who_registered_the_first_stewards_address_does_not_become_steward(client):
    member = await make_member(confirmed_at=None, admitted_at=None)
    link = await appoint_steward(member.email)
    answer = await client.post("/signin", data={"email": member.email, "pass_phrase": PASS_PHRASE})
    assert (answer.status_code, cookie_name() in client.cookies) == (422, False)
    answer = await client.post("/reset", data={"token": token_of(link), "pass_phrase": NEW})
    assert (await identify_token(answer.cookies[cookie_name()])).is_steward


async def test_stewards_cannot_suspend_each_other(database):
    from community.accounts.appointing import suspend
    from community.errors import Refused
    from tests.viewers import viewer_of

    ines, other, amara = await make_steward(), await make_steward("Other Steward"), await make_member()
    with pytest.raises(Refused):
        await suspend(await viewer_of(ines), other.id)
    with pytest.raises(Refused):
        await suspend(await viewer_of(amara), ines.id)
    with pytest.raises(NotFound):
        await suspend(await viewer_of(ines), 999)
