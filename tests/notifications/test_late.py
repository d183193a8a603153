"""Listeners that come late or out of order: what waits is what stands now, under the key that holds now."""

import asyncio
from contextvars import Context
from uuid import uuid4

import pytest

from community.audience import MEMBERS, Viewer, grant, member_key, narrow
from community.discussions.models import Thread
from community.events.actions import edit_event
from community.events.facts import EventMoved
from community.events.models import Event
from community.events.registering import register
from community.exchange import inquiring
from community.exchange.facts import InquiryMessageSent, InquirySent
from community.exchange.models import Inquiry
from community.mail.models import WITHDRAWN, Mail
from community.notifications import event_listeners, telling
from community.notifications.exchange_listeners import on_inquiry, on_inquiry_message
from community.notifications.practice_listeners import on_practice_returned, on_practice_submitted
from community.notifications.queries import count_waiting, waiting_for
from community.practices.deciding import decide
from community.practices.facts import PracticeReturned, PracticeSubmitted
from community.practices.models import Edition, PracticeDecision
from community.practices.writing import submit
from community.storage import drain, execute, rows, unit_of_work
from tests.discussions.factories import make_reply, make_thread
from tests.events.factories import make_event, plan_of
from tests.exchange.factories import house, make_listing
from tests.factories import make_coordinator, make_institution, make_member, make_steward
from tests.practices.factories import make_submission
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def kinds(viewer: Viewer) -> list[str]:
    lines = await waiting_for(viewer)
    assert len(lines) == await count_waiting(viewer)
    return [one.kind for one in lines]


async def forget_facts() -> None:
    """The listeners of what has just happened have not been run."""
    async with unit_of_work():
        await execute("DELETE FROM jobs WHERE name LIKE 'fact:%'")


async def asked() -> tuple[Viewer, Viewer, Inquiry]:
    """(host, guest, an inquiry of the guest's institution)."""
    lakeside, fjord = await make_institution("Lakeside"), await make_institution("Fjord", "NO")
    amara, liv = await make_coordinator(lakeside, "Amara Diallo"), await make_coordinator(fjord, "Liv Berg")
    offer = await make_listing(lakeside, await viewer_of(amara))
    inquiry = await inquiring.send_inquiry(await viewer_of(liv), offer.id, fjord.id, "May two come?", "en", uuid4())
    return await viewer_of(amara), await viewer_of(liv), inquiry


async def test_a_late_listener_does_not_finish_what_came_after(database):
    host, guest, inquiry = await asked()
    await drain()
    assert (await kinds(host), await kinds(guest)) == (["inquiry"], [])
    first = await inquiring.write_message(guest, inquiry.id, "Or three?", "en", uuid4())
    await forget_facts()
    second = await inquiring.write_message(host, inquiry.id, "Gladly.", "en", uuid4())
    await drain()
    assert (await kinds(host), await kinds(guest)) == ([], ["inquiry_answer"])
    await on_inquiry_message(InquiryMessageSent(inquiry.id, first.id))
    await on_inquiry(InquirySent(inquiry.id))
    assert (await kinds(host), await kinds(guest)) == ([], ["inquiry_answer"])
    await inquiring.write_message(guest, inquiry.id, "Then in March.", "en", uuid4())
    await drain()
    await on_inquiry_message(InquiryMessageSent(inquiry.id, second.id))
    assert (await kinds(host), await kinds(guest)) == (["inquiry_answer"], [])


async def test_nobody_is_told_of_an_answer_once_the_inquiry_has_ended(database):
    host, guest, inquiry = await asked()
    await inquiring.write_message(host, inquiry.id, "Gladly.", "en", uuid4())
    answer = await inquiring.write_message(guest, inquiry.id, "Then in March.", "en", uuid4())
    await forget_facts()
    await inquiring.decline(host, inquiry.id, "dates")
    await drain()
    await on_inquiry_message(InquiryMessageSent(inquiry.id, answer.id))
    assert (await kinds(host), await kinds(guest)) == ([], ["inquiry_declined"])


async def test_a_practice_that_was_handed_in_again_keeps_its_newer_decision(app):
    author, other, steward = await make_member("Amara Diallo"), await make_member("Liv Berg"), await make_steward()
    first = await make_submission(author)
    practice_id = (await Edition.get(id=first.edition_id)).practice_id
    async with unit_of_work():
        await grant(f"practice:{practice_id}", member_key(other.id), "author")
    await decide(await viewer_of(steward), first.id, "return", "How many?")
    await drain()
    decision = await PracticeDecision.get(edition_id=first.edition_id)
    second = await submit(await viewer_of(author), practice_id)
    await drain()
    await on_practice_returned(PracticeReturned(practice_id, decision.id))
    for one in (author, other):
        assert await kinds(await viewer_of(one)) == []
    await decide(await viewer_of(steward), second.id, "reject", "This is advertising.")
    await drain()
    for _late in range(2):
        for one in (author, other):
            assert await kinds(await viewer_of(one)) == ["practice_rejected"]
        await on_practice_submitted(PracticeSubmitted(second.id))
        await on_practice_returned(PracticeReturned(practice_id, decision.id))


async def test_what_is_narrowed_while_it_is_told_carries_the_narrower_key(database, monkeypatch):
    """On PostgreSQL both run at the same moment; on SQLite one after the other."""
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara)
    await drain()
    inside, narrowing = telling._readers, []

    async def narrow_meanwhile(*about):
        if not narrowing:
            narrowing.append(asyncio.create_task(narrow_it(), context=Context()))
            await asyncio.sleep(0.05)
        return await inside(*about)

    async def narrow_it() -> None:
        async with unit_of_work():
            await narrow(await Thread.get(id=thread.id), member_key(bagus.id))

    monkeypatch.setattr(telling, "_readers", narrow_meanwhile)
    await make_reply(bagus, thread)
    await drain()
    await narrowing[0]
    assert await kinds(await viewer_of(amara)) == []
    assert {row["audience"] for row in await rows("SELECT audience FROM notifications")} == {member_key(bagus.id)}


async def test_who_may_not_see_a_moved_event_counts_nothing(database, monkeypatch):
    """Narrowed after the listener has read the event, before it has told of it."""
    lakeside, amara = await house("Lakeside")
    event = await make_event(amara, lakeside, audience=MEMBERS)
    visitor = await viewer_of(await make_member("Visitor"))
    await register(visitor, event.id, {})
    await edit_event(amara, event.id, plan_of(lakeside, MEMBERS, place="Elsewhere"), 1)
    await forget_facts()
    inside = event_listeners.rows

    async def narrowed_meanwhile(sql, **about):
        found = await inside(sql, **about)
        if sql == event_listeners._STILL:
            async with unit_of_work():
                await narrow(await Event.get(id=event.id), member_key(amara.member or 0))
        return found

    monkeypatch.setattr(event_listeners, "rows", narrowed_meanwhile)
    await event_listeners.on_event_moved(EventMoved(event.id, 2))
    await drain()
    assert await kinds(visitor) == []
    assert [row["kind"] for row in await rows("SELECT kind FROM notifications")] == ["event_moved"]


async def test_class_38_a_letter_that_was_withdrawn_is_none_of_the_forty(database):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    thread = await make_thread(amara)
    await drain()
    async with unit_of_work():
        for number in range(40):
            await Mail.create(
                member_id=amara.id, cause=f"x:{number}", recipient=amara.email, subject="", text="", composer="notice", failed=WITHDRAWN
            )  # fmt: skip
    await make_reply(bagus, thread)
    await drain()
    assert [row["mail"] for row in await rows("SELECT mail FROM notifications")] == ["once"]
