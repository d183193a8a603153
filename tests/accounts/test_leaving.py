"""A member deletes their account: what goes, what stays, and who is asked before."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from tortoise import Tortoise

from community import clock
from community.accounts import departing, joining
from community.accounts.departing import Farewell, Proof
from community.accounts.emptying import left_to_empty
from community.accounts.handles import free_handle
from community.accounts.identity import identify_token
from community.accounts.joining import Newcomer
from community.accounts.models import Block, Departure, Member, Session
from community.accounts.pass_phrases import hashed
from community.accounts.proving import FRESH_FOR
from community.audience import GUEST, Grant, coordinators_key, grant, member_key
from community.chat.models import Message, Room
from community.discussions.actions import append, edit_reply
from community.discussions.hiding import hide_reply, restore_reply
from community.discussions.models import Thread
from community.discussions.writing import prepared
from community.drafts.models import Draft
from community.errors import Invalid, NotFound, Refused
from community.institutions.models import Institution
from community.mail.models import Mail
from community.members.models import Detail
from community.storage import drain, rows, unit_of_work, value
from tests.accounts.apps import turned_on
from tests.chat.factories import make_room, say, with_token
from tests.conftest import new_client
from tests.conversations.factories import group, talk
from tests.discussions.factories import make_reply, make_thread
from tests.factories import PASS_PHRASE, make_coordinator, make_institution, make_member, make_space, make_steward
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

SURE = {"sure": "yes"}
# What may still point to somebody who has left: what they wrote, decided or began, none of which says who they were.
STAYS = {
    ("departures", "member_id"), ("replies", "author_id"), ("threads", "author_id"), ("threads", "last_author_id"),
    ("messages", "author_id"), ("rooms", "author_id"), ("reactions", "member_id"), ("message_reactions", "member_id"),
    ("notifications", "actor_id"), ("institutions", "author_id"), ("conversations", "author_id"), ("spaces", "author_id"), ("mails", "member_id"),
    ("reply_revocations", "member_id"), ("practice_endorsements", "member_id"),
}  # fmt: skip


async def store(change):
    async with unit_of_work():
        return await change


async def gone(member, **farewell):
    await departing.leave(await viewer_of(member), Proof(), Farewell(**farewell))


async def everything_of(member):
    """(table, column) of each row that points to a member."""
    found = set()
    for model in Tortoise.apps["community"].values():
        for field in model._meta.fk_fields | model._meta.o2o_fields:
            described = model._meta.fields_map[field]
            if described.related_model is Member:
                column = described.source_field
                if await value(f"SELECT COUNT(*) FROM {model._meta.db_table} WHERE {column} = :id", id=member.id):
                    found.add((model._meta.db_table, column))
    return found


async def test_the_page_says_what_goes_and_a_tick_and_a_button_do_it(client, sign_in):
    amara = await make_member()
    await sign_in(client, amara)
    page = await client.get("/account/leave")
    assert (page.status_code, "30 days more at most" in page.text) == (200, True)
    assert "Your pass phrase" not in page.text  # they have just signed in
    assert 'href="/account/leave"' in (await client.get("/account")).text
    not_sure = await client.post("/account/leave", data={})
    assert (not_sure.status_code, "It cannot be undone." in not_sure.text) == (422, True)
    answer = await client.post("/account/leave", data=SURE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert '"storage"' in answer.headers["clear-site-data"]
    assert (await client.get("/account")).status_code == 404
    assert (await client.get(f"/people/{amara.handle}")).status_code == 404
    left = await Member.get(id=amara.id)
    assert (left.name, left.email, left.pass_hash) == ("", f"-{amara.id}", "")


async def test_without_a_fresh_proof_the_pass_phrase_is_asked_for(client, sign_in):
    amara = await make_member()
    await sign_in(client, amara)
    await store(Session.filter(member_id=amara.id).update(proven_at=clock.now() - FRESH_FOR))
    assert "Your pass phrase" in (await client.get("/account/leave")).text
    wrong = await client.post("/account/leave", data={**SURE, "pass_phrase": "a wrong one altogether"})
    assert (wrong.status_code, "This is not your present pass phrase." in wrong.text) == (422, True)
    assert (await client.post("/account/leave", data={**SURE, "pass_phrase": PASS_PHRASE})).status_code == 303


async def test_where_an_app_is_on_a_code_is_asked_for(client, sign_in):
    amara = await make_member()
    await sign_in(client, amara)
    secret, codes = await turned_on(client)
    wrong = await client.post("/account/leave", data={**SURE, "code": "000000"})
    assert (wrong.status_code, "This code does not fit" in wrong.text) == (422, True)
    assert secret
    assert (await client.post("/account/leave", data={**SURE, "code": codes[0]})).status_code == 303


async def test_nothing_of_theirs_is_left_but_what_they_wrote(app, client, sign_in):
    amara, lena = await make_member(), await make_member("Lena Horvat")
    school = await make_institution()
    await make_coordinator(school, "Second Coordinator")
    coordinator = await make_coordinator(school, "Amara Again")
    space = await make_space(members=[coordinator, amara], moderators=[lena])
    thread = await make_thread(coordinator, place=f"space:{space.id}")
    await make_reply(coordinator, thread)
    viewer = await viewer_of(coordinator)
    room = await make_room()
    await say(viewer, room, "I was here")
    await group(lena, coordinator, amara)
    await talk(lena, coordinator)
    async with unit_of_work():
        await Block.create(blocker_id=coordinator.id, blocked_id=amara.id)
        await Draft.create(member_id=coordinator.id, place="new", title="Unsaid")
        await Detail.create(member_id=coordinator.id, audience="public", kind="headline", value="Brazing", value_folded="brazing")
    await sign_in(client, coordinator)
    await client.post("/files", files={"file": ("a.txt", b"unposted", "text/plain")}, data={"client_id": str(uuid4())})
    await drain()
    await gone(coordinator)
    await drain()
    assert await everything_of(coordinator) <= STAYS
    assert not await Grant.filter(holder=member_key(coordinator.id)).exists()
    assert not await value("SELECT COUNT(*) FROM files WHERE root = :root", root=member_key(coordinator.id))
    assert await Grant.filter(audience=coordinators_key(school.id)).count() == 1
    for table in ("members", "mails", "jobs", "text_references", "notifications"):
        kept = str([one for one in await rows(f"SELECT * FROM {table}") if one.get("cause") != f"left:{coordinator.id}"])
        assert "Amara Again" not in kept
        assert coordinator.email not in kept


async def test_what_they_wrote_stays_under_nobodys_name(client, sign_in):
    amara, lena = await make_member(), await make_member("Lena Horvat")
    thread = await make_thread(amara, body="We braze copper with care.")
    first = await value("SELECT id FROM replies WHERE thread_id = :id", id=thread.id)
    await make_reply(lena, thread, f"> with care\n>\n> — [Amara Diallo #1](/replies/{first})\n\nSo do we.")
    room = await make_room()
    await say(await viewer_of(amara), room, "Mind the flux")
    assert "Amara Diallo" in (await client.get("/discussions/feed")).text
    assert "Amara Diallo" in (await client.get(f"/threads/{thread.id}")).text
    await drain()
    await gone(amara)
    await drain()
    await sign_in(client, lena)
    guest = new_client(client._transport.app)
    for browser, address in (
        (client, f"/threads/{thread.id}"), (guest, f"/threads/{thread.id}"), (client, "/discussions"), (client, f"/rooms/{room.id}"),
        (guest, "/discussions/feed"), (client, "/search?q=copper"), (client, "/search?q=flux"), (client, "/people"),
        (client, "/people?q=diallo"), (client, "/people/suggest?q=amara"), (client, "/"),
    ):  # fmt: skip
        page = await browser.get(address)
        assert page.status_code == 200, address
        assert "Amara" not in page.text, address
        assert amara.handle not in page.text, address
    shown = (await client.get(f"/threads/{thread.id}")).text
    assert "A former member" in shown
    assert "We braze copper with care." in shown
    assert "Mind the flux" in (await client.get(f"/rooms/{room.id}")).text
    assert "with care" in (await client.get("/search?q=copper")).text
    await guest.aclose()


async def test_one_last_letter_goes_and_then_the_address_is_forgotten(database, monkeypatch):
    amara = await make_member()
    email = amara.email
    await gone(amara)
    letter = await Mail.get(recipient=email)
    assert "You have deleted your account" in letter.text
    assert "30 days" in letter.text
    await store(Mail.filter(id=letter.id).update(sent_at=clock.now()))
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    await drain()
    kept = await Mail.get(id=letter.id)
    assert (kept.recipient, kept.subject, kept.text) == ("", "", "")


async def test_the_address_joins_anew_and_the_handle_is_nobodys(database):
    amara = await make_member("Amara Diallo", handle="amara_diallo")
    await gone(amara)
    assert await free_handle("Amara Diallo") != "amara_diallo"
    newcomer = Newcomer("Amara Diallo", amara.email, PASS_PHRASE, "en")
    async with unit_of_work():
        again = await joining.register(newcomer, await hashed(PASS_PHRASE), trust="newcomer", admitted=False)
    assert again is not None
    assert (again.id != amara.id, again.handle != "amara_diallo") == (True, True)


async def test_the_last_steward_stays(client, sign_in):
    ines = await make_steward()
    await sign_in(client, ines)
    assert "You are the only steward." in (await client.get("/account/leave")).text
    refused = await client.post("/account/leave", data=SURE)
    assert (refused.status_code, "You are the only steward." in refused.text) == (403, True)
    await make_steward("Second Steward")
    assert (await client.post("/account/leave", data=SURE)).status_code == 303


async def test_of_the_last_two_stewards_who_go_at_once_one_stays(database):
    viewers = [await viewer_of(await make_steward(name)) for name in ("Ines Duarte", "Omar Haddad")]
    ended = await asyncio.gather(*(departing.leave(one, Proof(), Farewell()) for one in viewers), return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["NoneType", "Refused"]
    assert await Member.filter(trust="steward", suspended_at=None).count() == 1


async def test_the_last_coordinator_is_told_so_and_stewards_are_asked_to_find_another(client, sign_in):
    school = await make_institution()
    wanjiru = await make_coordinator(school)
    steward = await make_steward()
    await sign_in(client, wanjiru)
    assert f"{school.name} has no other coordinator." in (await client.get("/account/leave")).text
    unread = await client.post("/account/leave", data=SURE)
    assert (unread.status_code, "Read what this means for others" in unread.text) == (422, True)
    assert (await client.post("/account/leave", data={**SURE, "knows": "yes"})).status_code == 303
    await sign_in(client, steward)
    queue = (await client.get("/stewardship/queue")).text
    assert "Its last coordinator has left." in queue
    other = await make_member("Next One", institution=school)
    async with unit_of_work():
        await grant(coordinators_key(school.id), member_key(other.id), "coordinator")
    assert "Its last coordinator has left." not in (await client.get("/stewardship/queue")).text


async def test_a_named_successor_takes_over(database):
    school = await make_institution()
    wanjiru, heir = await make_coordinator(school), await make_member("The Heir", institution=school)
    await store(Institution.filter(id=school.id).update(successor_id=heir.id))
    await gone(wanjiru)
    assert [one.holder for one in await Grant.filter(audience=coordinators_key(school.id))] == [member_key(heir.id)]
    assert (await Institution.get(id=school.id)).orphaned_at is None


async def test_of_two_last_coordinators_at_once_the_institution_is_noticed(database):
    school = await make_institution()
    viewers = [await viewer_of(await make_coordinator(school, name)) for name in ("Wanjiru Otieno", "Kofi Mensah")]
    await asyncio.gather(*(departing.leave(one, Proof(), Farewell(knows=True)) for one in viewers))
    assert (await Institution.get(id=school.id)).orphaned_at is not None


async def test_twice_at_once_is_once(database):
    amara = await make_member()
    viewers = [await viewer_of(amara) for _ in range(3)]
    ended = await asyncio.gather(*(departing.leave(one, Proof(), Farewell()) for one in viewers), return_exceptions=True)
    assert ended.count(None) == 1
    assert all(isinstance(one, NotFound | Invalid) for one in ended if one)  # who comes later is nobody, and has no pass phrase
    assert await Departure.filter(member_id=amara.id).count() == 1
    assert await Mail.filter(member_id=amara.id).count() == 1


async def test_a_message_on_its_way_is_said_before_or_not_at_all(database):
    amara, room = await make_member(), await make_room()
    viewer, token = await with_token(amara)
    said, left = await asyncio.gather(
        asyncio.gather(*(say(viewer, room, f"Number {n}") for n in range(5)), return_exceptions=True),
        departing.leave(await viewer_of(amara), Proof(), Farewell()),
    )
    assert left is None
    stored = await Message.filter(author_id=amara.id).count()
    assert stored == sum(not isinstance(one, Exception) for one in said)
    assert await identify_token(token) == GUEST
    await drain()
    assert not await value("SELECT COUNT(*) FROM room_positions WHERE member_id = :id", id=amara.id)
    with pytest.raises(NotFound):
        await say(viewer, room, "After all")


async def test_what_was_posted_and_said_is_emptied_if_they_wish(client, sign_in):
    amara, lena = await make_member(), await make_member("Lena Horvat")
    thread = await make_thread(lena)
    for n in range(3):
        await make_reply(amara, thread, f"Words of mine {n}")
    room = await make_room()
    for n in range(3):
        await say(await viewer_of(amara), room, f"Said by me {n}")
    await gone(amara, empties=True)
    departure = await Departure.get(member_id=amara.id)
    assert (departure.to_empty, await left_to_empty(amara.id)) == (6, 6)
    await drain()
    assert await left_to_empty(amara.id) == 0
    assert (await Departure.get(member_id=amara.id)).emptied_at is not None
    await sign_in(client, lena)
    for address in (f"/threads/{thread.id}", f"/rooms/{room.id}", "/search?q=Words", "/search?q=Said"):
        page = (await client.get(address)).text
        assert "Words of mine" not in page
        assert "Said by me" not in page


async def test_emptying_goes_on_where_a_killed_worker_was(database, monkeypatch):
    from community.accounts import emptying
    from community.chat import leaving

    amara, room = await make_member(), await make_room()
    for n in range(5):
        await say(await viewer_of(amara), room, f"Said {n}")
    await gone(amara, empties=True)
    taken, whole = [], leaving.take_down

    async def killed(room, message):
        taken.append(message.id)
        if len(taken) == 3:
            raise SystemExit
        return await whole(room, message)

    monkeypatch.setattr(leaving, "take_down", killed)
    with pytest.raises(SystemExit):
        await emptying.empty_some(amara.id)
    monkeypatch.setattr(leaving, "take_down", whole)
    assert await left_to_empty(amara.id) == 3
    await emptying.empty_some(amara.id)
    assert await left_to_empty(amara.id) == 0


async def test_a_steward_deletes_for_who_asks_by_mail_and_the_member_is_told(client, sign_in):
    amara, steward = await make_member(), await make_steward()
    await sign_in(client, steward)
    assert f"/people/{amara.handle}/delete" in (await client.get(f"/people/{amara.handle}")).text
    assert "Only if" in (await client.get(f"/people/{amara.handle}/delete")).text
    assert (await client.post(f"/people/{amara.handle}/delete", data={})).status_code == 422
    answer = await client.post(f"/people/{amara.handle}/delete", data=SURE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/people/suspended")
    letter = await Mail.get(recipient=amara.email)
    assert "You asked the stewards" in letter.text
    page = await client.get("/people/suspended")
    assert "Members who have left" in page.text
    assert "Amara" not in page.text
    await client.post(f"/people/suspended/{amara.id}/reinstate", data={})
    assert (await Member.get(id=amara.id)).suspended_at is not None


async def test_nobody_deletes_a_steward_or_somebody_else(client, sign_in):
    lena, steward, other = await make_member("Lena Horvat"), await make_steward(), await make_steward("Other Steward")
    with pytest.raises(Refused):
        await departing.send_off(await viewer_of(lena), steward.id, Proof(), Farewell())
    with pytest.raises(Refused):
        await departing.send_off(await viewer_of(steward), other.id, Proof(), Farewell())
    with pytest.raises(NotFound):
        await departing.send_off(await viewer_of(steward), 2**40, Proof(), Farewell())
    await sign_in(client, lena)
    assert (await client.post(f"/people/{other.handle}/delete", data=SURE)).status_code == 404
    assert (await client.post("/account/leave", data={**SURE, "member_id": str(other.id)})).status_code == 422


async def test_two_stay_with_what_was_written_and_nobody_writes_to_nobody(client, sign_in):
    amara, lena = await make_member(), await make_member("Lena Horvat")
    room = await talk(lena, amara)
    await gone(amara)
    await drain()
    left = await Room.get(id=room.id)
    assert (left.closed, left.form_seq) == (True, room.form_seq + 1)  # a page that stands open hears of it
    await sign_in(client, lena)
    page = await client.get(f"/rooms/{room.id}")
    assert (page.status_code, "A former member" in page.text, "Amara" in page.text) == (200, True, False)


async def test_a_stale_session_deletes_nothing(database):
    amara = await make_member()
    viewer = await viewer_of(amara)
    await store(Session.filter(member_id=amara.id).delete())
    with pytest.raises((NotFound, Invalid)):
        await departing.leave(viewer, Proof(PASS_PHRASE), Farewell())
    assert (await Member.get(id=amara.id)).left_at is None


async def test_nobody_is_called_by_the_handle_any_more(client, sign_in):
    amara, lena, steward = await make_member(), await make_member("Lena Horvat"), await make_steward()
    at = f"@{amara.handle}"
    thread = await make_thread(lena, body=f"Thank you {at}!\n{at.upper()} knows. See https://elsewhere.example/{at}")
    quoted = await make_reply(lena, thread, f"Ask {at} about flux")
    quoting = await make_reply(steward, thread, f"> Ask {at} about flux\n>\n> — [Lena #2](/replies/{quoted.id})\n\nYes.")
    hidden = await make_reply(lena, thread, f"{at} is rude")
    await edit_reply(await viewer_of(lena), quoted.id, f"Please ask {at} about flux", quoted.version)
    await hide_reply(await viewer_of(steward), hidden.id, "kind")
    room = await make_room(about=f"Ask {at}", about_html=f'<p>Ask <a data-member="{amara.id}" href="/x">{at}</a></p>')
    sent = await say(await viewer_of(lena), room, f"Good morning {at}")
    await drain()
    await gone(amara)
    await drain()
    assert (await Departure.get(member_id=amara.id)).handle == ""
    stored = ""
    for table in (
        "replies",
        "reply_revisions",
        "quotes",
        "hidden_posts",
        "messages",
        "message_revisions",
        "rooms",
        "jobs",
        "departures",
    ):
        stored += str(await rows(f"SELECT * FROM {table}"))
    assert at not in stored.replace(f"example/{at}", "").lower()
    assert f"https://elsewhere.example/{at}" in stored
    assert stored.count("@former_member") >= 8
    await restore_reply(await viewer_of(steward), hidden.id)
    await sign_in(client, lena)
    for address in (
        f"/threads/{thread.id}",
        f"/rooms/{room.id}",
        f"/replies/{quoted.id}/history",
        f"/messages/{sent.message_id}/options",
    ):
        page = await client.get(address)
        assert page.status_code == 200, address
        assert at not in page.text.lower().replace(f"example/{at}", ""), address
    assert quoting.id
    assert "@former_member about flux" in (await client.get(f"/threads/{thread.id}")).text


async def test_whoever_is_suspended_can_ask_for_it_too(client, sign_in):
    amara, steward = await make_member(), await make_steward()
    await sign_in(client, steward)
    await client.post(f"/people/{amara.handle}/suspend", data={})
    assert f"/people/{amara.handle}/delete" in (await client.get("/people/suspended")).text
    assert (await client.post(f"/people/{amara.handle}/delete", data=SURE)).status_code == 303
    assert (await Member.get(id=amara.id)).left_at is not None


async def test_whoever_is_spoken_to_as_they_go_goes_all_the_same(database, monkeypatch):
    """Others post, say, tell and ask at that moment; each holds what the other waits for in no order. What was stored beside the
    going, their place in a room say, goes with what came late.
    """
    who_went = []
    for n in range(4):
        amara, lena = await make_member(f"Amara {n}"), await make_member(f"Lena {n}")
        thread, pair = await make_thread(amara, f"Number {n}?"), await talk(lena, amara)
        mine, theirs = await viewer_of(amara), await viewer_of(lena)
        ended = await asyncio.gather(
            *(make_reply(lena, thread, f"Well, @{amara.handle}, {one}") for one in range(3)),
            *(say(theirs, pair, f"Do you hear me? {one}") for one in range(3)),
            *(say(mine, pair, f"I hear you {one}") for one in range(3)),
            departing.leave(mine, Proof(), Farewell()),
            drain(),
            return_exceptions=True,
        )
        assert [one for one in ended[:6] if isinstance(one, Exception) and not isinstance(one, Refused)] == []
        assert ended[9] is None
        await drain()
        who_went.append(amara)
        assert amara.handle not in str(
            await rows("SELECT source, html FROM replies") + await rows("SELECT source, html FROM messages")
        )
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    await drain()
    for amara in who_went:
        assert await everything_of(amara) <= STAYS


async def test_what_was_on_its_way_when_they_went_goes_an_hour_later(database, monkeypatch):
    """A post of theirs, one that calls them, and a draft: stored by requests that began before."""
    amara, lena = await make_member(), await make_member("Lena Horvat")
    thread = await make_thread(lena)
    mine = await viewer_of(amara)
    body = await prepared(mine, f"Ask @{amara.handle}, says everybody", thread.id, thread.audience)
    await gone(amara, empties=True)
    await drain()
    async with unit_of_work():
        locked = await Thread.get(id=thread.id)
        await append(await viewer_of(lena), locked, body, "en", uuid4())
        await append(mine, locked, body, "en", uuid4())
        await Draft.create(member_id=amara.id, place="new", title="Late")
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    await drain()
    stored = await rows("SELECT source, html, state FROM replies ORDER BY id")
    assert amara.handle not in str(stored)
    assert [one["state"] for one in stored] == ["posted", "posted", "deleted"]
    assert not await Draft.filter(member_id=amara.id).exists()


async def test_who_waits_for_each_other_goes_at_the_second_try(database, monkeypatch):
    class Deadlock(Exception):
        sqlstate = "40P01"

    amara, tried, whole = await make_member(), [], departing.forget

    async def once_in_vain(member_id):
        tried.append(member_id)
        await whole(member_id)
        if len(tried) == 1:
            raise Deadlock

    monkeypatch.setattr(departing, "forget", once_in_vain)
    await gone(amara)
    assert len(tried) == 2
    assert (await Member.get(id=amara.id)).left_at is not None
