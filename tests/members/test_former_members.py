"""Somebody has left: the places where they were, each for itself."""

import asyncio
from uuid import uuid4

import pytest

from community.accounts import departing
from community.accounts.departing import Farewell, Proof
from community.accounts.models import Departure, Member
from community.audience import Grant, grant, member_key
from community.chat.models import Room
from community.discussions.models import HeldPost
from community.events.registering import register
from community.exchange.inquiring import send_inquiry
from community.harvest.models import HarvestAnswer
from community.institutions.invite_links import token_of
from community.institutions.inviting import invite, living_invite
from community.practices.actions import endorse
from community.practices.models import Edition, Practice
from community.spaces.membership import ask
from community.storage import drain, execute, rows, unit_of_work, value
from tests.conftest import new_client
from tests.conversations.factories import group
from tests.discussions.factories import make_thread
from tests.events.factories import make_event
from tests.exchange.factories import house, make_listing
from tests.factories import make_coordinator, make_institution, make_member, make_space, make_steward
from tests.practices.factories import COMPLETE, make_draft, make_practice, make_submission
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def gone(member, **farewell):
    await departing.leave(await viewer_of(member), Proof(), Farewell(knows=True, **farewell))
    await drain()


async def test_a_seat_goes_to_whoever_waits(client, sign_in):
    school = await make_institution()
    organiser = await make_coordinator(school, "The Organiser")
    event = await make_event(await viewer_of(organiser), school, capacity=1)
    amara, lena = await make_member(), await make_member("Lena Horvat")
    for member in (amara, lena):
        await register(await viewer_of(member), event.id, {})
    await gone(amara)
    states = await rows("SELECT member_id, state FROM event_registrations ORDER BY id")
    assert [(one["member_id"], one["state"]) for one in states] == [(amara.id, "cancelled"), (lena.id, "registered")]
    await sign_in(client, organiser)
    page = await client.get(event.url)
    assert (page.status_code, "Amara" in page.text, "Lena Horvat" in page.text) == (200, False, True)


async def test_a_published_practice_stays_with_its_institution_and_drafts_go(client, sign_in):
    school = await make_institution("Kisumu Polytechnic")
    amara, lena = await make_coordinator(school, "Amara Diallo"), await make_member("Lena Horvat")
    published = await make_practice(amara, institution_id=school.id)
    await make_draft(amara)
    handed_in = await make_submission(amara)
    endorsed = await make_practice(lena)
    await endorse(await viewer_of(amara), endorsed.practice_id, "With apprentices of the second year")
    await gone(amara)
    assert [one.id for one in await Edition.filter(author_id=amara.id)] == [published.id]
    assert not await value("SELECT COUNT(*) FROM practice_submissions WHERE id = :id", id=handed_in.id)
    assert await Practice.filter(author_id=amara.id).count() == 1
    page = (await client.get(f"/practices/{published.practice_id}")).text
    assert "Kisumu Polytechnic" in page
    assert "Amara" not in page
    review = (await client.get(f"/practices/{endorsed.practice_id}")).text
    assert "With apprentices of the second year" in review
    assert "A former member" in review
    assert "Amara" not in review


async def test_an_endorsement_is_emptied_too_if_they_wish(client):
    amara, lena = await make_member(), await make_member("Lena Horvat")
    endorsed = await make_practice(lena)
    await endorse(await viewer_of(amara), endorsed.practice_id, "With apprentices of the second year")
    await gone(amara, empties=True)
    assert "second year" not in (await client.get(f"/practices/{endorsed.practice_id}")).text


async def test_an_inquiry_stays_with_the_other_coordinators(client, sign_in):
    host, speaker = await house("Harbour College", "ES", "europe")
    guest, asker = await house("Lakeside Institute")
    second = await make_coordinator(guest, "Second Coordinator")
    listing = await make_listing(host, speaker)
    inquiry = await send_inquiry(asker, listing.id, guest.id, "May we come in May?", "en", uuid4())
    speaking = await Member.get(id=asker.member)
    await gone(speaking)
    await sign_in(client, second)
    page = await client.get(f"/inquiries/{inquiry.id}")
    assert page.status_code == 200
    assert "May we come in May?" in page.text
    assert "A former member" in page.text
    assert speaking.name not in page.text


async def test_whoever_has_been_there_longest_moderates_a_space_and_hosts_a_group(client, sign_in):
    amara, lena, kofi = await make_member(), await make_member("Lena Horvat"), await make_member("Kofi Mensah")
    space = await make_space(members=[lena, kofi], moderators=[amara])
    await group(amara, lena, kofi)
    await sign_in(client, amara)
    assert "has no other moderator" in (await client.get("/account/leave")).text
    await gone(amara)
    moderators = await Grant.filter(audience=space.key, role="moderator")
    assert [one.holder for one in moderators] == [member_key(lena.id)]
    hosts = await Grant.filter(audience__startswith="conversation:", role="host")
    assert [one.holder for one in hosts] == [member_key(lena.id)]
    await sign_in(client, lena)
    assert "Amara" not in (await client.get(f"/spaces/{space.slug}")).text
    assert "Amara" not in (await client.get("/rooms")).text


async def test_who_asked_to_come_in_and_whose_invitation_was_sent_ask_and_invite_nobody(database):
    school, moderator = await make_institution(), await make_member("Lena Horvat")
    amara = await make_coordinator(school, "Amara Diallo")
    space = await make_space(moderators=[moderator], access="request")
    viewer = await viewer_of(amara)
    await ask(viewer, space.id, "May I?")
    client_id = uuid4()
    await invite(viewer, school.id, 5, 30, "", client_id)
    assert await living_invite(token_of(client_id)) is not None
    await gone(amara)
    assert await value("SELECT COUNT(*) FROM space_knocks") == 0
    assert await living_invite(token_of(client_id)) is None


async def test_a_first_post_that_waits_waits_no_more(client, sign_in):
    newcomer, steward = await make_member("New Comer", trust="newcomer"), await make_steward()
    thread = await make_thread(steward)
    await sign_in(client, newcomer)
    await client.post(f"/threads/{thread.id}/replies", data={"body": "My very first words", "client_id": str(uuid4())})
    assert await HeldPost.filter(state="waiting").count() == 1
    await gone(newcomer)
    held = await HeldPost.get(author_id=newcomer.id)
    assert (held.state, held.source, held.html) == ("returned", "", "")
    await sign_in(client, steward)
    assert "My very first words" not in (await client.get("/stewardship/queue")).text


async def test_every_list_of_the_house_opens_after_somebody_has_left(app, client, sign_in):
    """With traces of theirs wherever a member leaves some."""
    school = await make_institution()
    amara, steward = await make_coordinator(school, "Amara Diallo"), await make_steward()
    await make_practice(amara, steward)
    await make_thread(amara)
    async with unit_of_work():
        room = await Room.create(name="Theirs", author_id=amara.id, client_id=uuid4(), audience="members", languages=["en"])
        await grant(room.moderators_key, member_key(amara.id), "moderator")
    await gone(amara)
    assert not await HarvestAnswer.filter(member_id=amara.id, answer="").exists()
    await sign_in(client, steward)
    for address in (
        "/", "/people", "/people/suspended", "/discussions", "/rooms", f"/rooms/{room.id}", f"/rooms/{room.id}/manage", "/practices",
        "/exchange", "/events", "/institutions", f"/institutions/{school.slug}", "/spaces", "/stewardship/queue",
        "/stewardship/queue?tab=decided", "/search?q=amara", "/discussions/feed", "/account",
    ):  # fmt: skip
        page = await client.get(address)
        assert page.status_code == 200, address
        assert "Amara" not in page.text.replace("q=amara", ""), address


async def test_nobody_goes_back_to_a_page_of_theirs(app):
    amara = await make_member()
    async with new_client(app) as browser:
        await gone(amara)
        for address in (f"/people/{amara.handle}", f"/people/-{amara.id}", f"/people/-{amara.id}/edit"):
            assert (await browser.get(address)).status_code == 404


async def test_many_leave_at_once(database):
    members = [await make_member(f"Member {n}") for n in range(6)]
    space = await make_space(members=members)
    viewers = [await viewer_of(one) for one in members]
    await asyncio.gather(*(departing.leave(one, Proof(), Farewell(knows=True)) for one in viewers))
    assert not await Grant.filter(audience=space.key).exists()


async def test_practices_and_institutions_call_nobody_who_has_left(client, sign_in):
    host, speaker = await house("Harbour College", "ES", "europe")
    guest, asker = await house("Lakeside Institute")
    amara, author = await make_member(), await Member.get(id=speaker.member)
    at, calls = (
        f"@{amara.handle}",
        f'<p><a data-member="{amara.id}" href="/people/{amara.handle}">@{amara.handle}</a></p>',
    )
    practice = await make_practice(author, sections={**COMPLETE.sections, "context": f"Six parishes.\n{at} knows each."})
    inquiry = await send_inquiry(asker, (await make_listing(host, speaker)).id, guest.id, f"Does {at} still teach?", "en", uuid4())
    async with unit_of_work():
        await execute("UPDATE institutions SET about = :about, about_html = :html WHERE id = :id", about=at, html=calls, id=host.id)
    await gone(amara)
    for table in ("practice_sections", "practice_submissions", "inquiry_messages", "institutions"):
        kept = str(await rows(f"SELECT * FROM {table}"))
        assert amara.handle not in kept, table
        assert "@former_member" in kept, table
    await sign_in(client, author)
    for address in (
        f"/practices/{practice.practice_id}",
        f"/inquiries/{inquiry.id}",
        f"/institutions/{host.slug}",
        "/search?q=parishes",
    ):
        page = (await client.get(address)).text
        assert amara.handle not in page
    assert "@former_member knows each." in (await client.get(f"/practices/{practice.practice_id}")).text
    assert not await Departure.exclude(handle="").exists()
