"""Inquiries between two institutions: who may begin one, what each side may do, and who wins when two answer at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from community import clock
from community.audience import Viewer
from community.errors import Conflict, Invalid, NotFound, Refused
from community.exchange import inquiring, talks
from community.exchange.actions import change_listing
from community.exchange.facts import InquiryAgreed
from community.exchange.jobs import expire_listing, lapse_inquiry, remind_of_expiry, remind_of_silence
from community.exchange.models import Inquiry, InquiryMessage, Listing
from community.notifications.exchange_listeners import on_inquiry_ended
from community.notifications.queries import waiting_for
from community.storage import drain, rows, unit_of_work
from tests.conftest import new_client
from tests.exchange.factories import house, make_draft, make_listing
from tests.factories import make_coordinator, make_institution, make_member, make_steward
from tests.viewers import viewer_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]


class Table:
    """Two institutions and an offer of the first; `host` and `guest` read what they hold anew each time."""

    def __init__(self, lakeside: Any, fjord: Any, offer: Listing, members: tuple[Any, Any]) -> None:
        self.lakeside, self.fjord, self.offer, self._members = lakeside, fjord, offer, members

    async def host(self) -> Viewer:
        return await viewer_of(self._members[0])

    async def guest(self) -> Viewer:
        return await viewer_of(self._members[1])

    async def ask(self, text: str = "May two of ours come in March?", **kw: Any) -> Inquiry:
        return await inquiring.send_inquiry(await self.guest(), self.offer.id, self.fjord.id, text, "en", uuid4(), **kw)

    async def say(self, side: str, inquiry: Inquiry, text: str = "Gladly.") -> InquiryMessage:
        speaker = await (self.host() if side == "host" else self.guest())
        return await inquiring.write_message(speaker, inquiry.id, text, "en", uuid4())


async def table() -> Table:
    lakeside, fjord = await make_institution("Lakeside"), await make_institution("Fjord", "NO")
    amara, liv = await make_coordinator(lakeside, "Amara Diallo"), await make_coordinator(fjord, "Liv Berg")
    offer = await make_listing(lakeside, await viewer_of(amara))
    return Table(lakeside, fjord, offer, (amara, liv))


async def status(inquiry: Inquiry) -> str:
    return (await Inquiry.get(id=inquiry.id)).status


async def test_from_a_question_to_an_agreement() -> None:
    seats = await table()
    inquiry = await seats.ask()
    assert (await status(inquiry), inquiry.audience) == ("new", f"inquiry:{inquiry.id}")
    await inquiring.mark_read(await seats.host(), inquiry.id)
    assert await status(inquiry) == "read"
    await seats.say("host", inquiry)
    assert await status(inquiry) == "replied"
    with pytest.raises(Conflict):
        await inquiring.agree(await seats.host(), inquiry.id)
    await seats.say("guest", inquiry, "Then the second week.")
    assert await status(inquiry) == "negotiating"
    await inquiring.agree(await seats.host(), inquiry.id)
    await inquiring.agree(await seats.host(), inquiry.id)
    assert await status(inquiry) == "agreed"
    with pytest.raises(Conflict):
        await seats.say("guest", inquiry)


async def test_how_it_ended_waits_until_it_was_read_though_the_listener_runs_twice() -> None:
    seats = await table()
    inquiry = await seats.ask()
    await seats.say("host", inquiry)
    await seats.say("guest", inquiry)
    await inquiring.agree(await seats.host(), inquiry.id)
    await drain()
    for _time in range(2):
        assert [one.kind for one in await waiting_for(await seats.guest())] == ["inquiry_agreed"]
        assert await waiting_for(await seats.host()) == []
        await on_inquiry_ended(InquiryAgreed(inquiry.id))


async def test_who_may_not_begin() -> None:
    seats = await table()
    newcomer = await viewer_of(await make_coordinator(seats.fjord, "New", trust="newcomer"))
    member = await viewer_of(await make_member("Seru"))
    host = await seats.host()
    for actor, house_id, reason in (
        (newcomer, seats.fjord.id, "newcomer"), (member, seats.fjord.id, "not-coordinator"), (host, seats.lakeside.id, "own-institution"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await inquiring.send_inquiry(actor, seats.offer.id, house_id, "Hello", "en", uuid4())
        assert refused.value.reason == reason
    with pytest.raises(NotFound):
        await inquiring.send_inquiry(await seats.guest(), seats.offer.id, seats.lakeside.id, "In their name", "en", uuid4())
    with pytest.raises(NotFound):
        await seats.ask(own_listing_id=seats.offer.id)
    await change_listing(host, seats.offer.id, "pause")
    with pytest.raises(Conflict):
        await seats.ask()
    assert await Inquiry.all().count() == 0


async def test_a_draft_cannot_be_asked_about() -> None:
    seats = await table()
    draft = await make_draft(seats.lakeside, await seats.host())
    with pytest.raises(NotFound):
        await inquiring.send_inquiry(await seats.guest(), draft.id, seats.fjord.id, "Hello", "en", uuid4())


async def test_one_inquiry_at_a_time_and_a_retry_is_the_same_one() -> None:
    seats = await table()
    guest, client_id = await seats.guest(), uuid4()
    first = await inquiring.send_inquiry(guest, seats.offer.id, seats.fjord.id, "Hello", "en", client_id)
    again = await inquiring.send_inquiry(guest, seats.offer.id, seats.fjord.id, "Hello", "en", client_id)
    assert again.id == first.id
    with pytest.raises(Conflict):
        await seats.ask()
    await inquiring.withdraw(await seats.guest(), first.id)
    assert (await seats.ask()).id != first.id
    assert await InquiryMessage.all().count() == 2


async def test_each_side_does_only_its_own() -> None:
    seats = await table()
    inquiry = await seats.ask()
    with pytest.raises(Refused):
        await inquiring.decline(await seats.guest(), inquiry.id, "dates")
    with pytest.raises(Refused):
        await inquiring.withdraw(await seats.host(), inquiry.id)
    await inquiring.mark_read(await seats.guest(), inquiry.id)
    assert await status(inquiry) == "new"
    assert (await Inquiry.get(id=inquiry.id)).waits_for == seats.lakeside.id


async def test_nobody_else_sees_it_not_even_a_steward() -> None:
    seats = await table()
    inquiry = await seats.ask()
    for stranger in (
        await make_steward(),
        await make_member("Seru"),
        await make_coordinator(await make_institution("Reef", "FJ"), "Vili"),
    ):
        with pytest.raises(NotFound):
            await inquiring.write_message(await viewer_of(stranger), inquiry.id, "Me too", "en", uuid4())
        with pytest.raises(NotFound):
            await inquiring.decline(await viewer_of(stranger), inquiry.id, "dates")
        assert await talks.inquiries(await viewer_of(stranger)) == []


async def test_of_two_answers_at_once_exactly_one_wins() -> None:
    """One coordinator agrees while another declines, twenty times over."""
    seats = await table()
    second = await viewer_of(await make_coordinator(seats.lakeside, "Second"))
    for _turn in range(20):
        inquiry = await seats.ask()
        await seats.say("host", inquiry)
        await seats.say("guest", inquiry)
        first = await seats.host()
        keys = frozenset({*second.audiences, inquiry.audience})
        colleague = Viewer(second.member, second.handle, second.name, "trusted", keys)
        done = await asyncio.gather(
            inquiring.agree(first, inquiry.id), inquiring.decline(colleague, inquiry.id, "dates"), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in done) == ["Conflict", "Inquiry"]
        assert await status(inquiry) in {"agreed", "declined"}
    facts = await rows("SELECT name FROM jobs WHERE name LIKE '%InquiryAgreed%' OR name LIKE '%InquiryDeclined%'")
    assert len(facts) in {0, 20}


async def test_of_two_inquiries_at_once_one_is_stored() -> None:
    seats = await table()
    done = await asyncio.gather(seats.ask("One"), seats.ask("Two"), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Inquiry"]
    assert await Inquiry.all().count() == await InquiryMessage.all().count() == 1


async def test_silence_is_reminded_of_twice_and_then_ends_it() -> None:
    begin = clock.now()
    with clock.frozen(begin):
        seats = await table()
        inquiry = await seats.ask()
    for days, reminded, state in (
        (6, 0, "new"),
        (7, 7, "new"),
        (8, 7, "new"),
        (14, 14, "new"),
        (29, 14, "new"),
        (30, 14, "lapsed"),
    ):
        with clock.frozen(begin + timedelta(days=days)):
            await remind_of_silence(inquiry.id, 7)
            await remind_of_silence(inquiry.id, 14)
            await lapse_inquiry(inquiry.id)
            found = await Inquiry.get(id=inquiry.id)
            assert (found.reminded_days, found.status) == (reminded, state), days
    assert (await Inquiry.get(id=inquiry.id)).standing is None


async def test_an_answer_starts_the_silence_anew_for_the_other_side() -> None:
    begin = clock.now()
    with clock.frozen(begin):
        seats = await table()
        inquiry = await seats.ask()
    with clock.frozen(begin + timedelta(days=20)):
        await seats.say("host", inquiry)
    with clock.frozen(begin + timedelta(days=31)):
        await lapse_inquiry(inquiry.id)
        await remind_of_silence(inquiry.id, 7)
        found = await Inquiry.get(id=inquiry.id)
        assert (found.status, found.waits_for, found.reminded_days) == ("replied", seats.fjord.id, 7)
    with clock.frozen(begin + timedelta(days=50)):
        await lapse_inquiry(inquiry.id)
        assert await status(inquiry) == "lapsed"


async def test_a_listing_is_reminded_of_and_expires_and_looks_again_when_it_fires() -> None:
    seats = await table()
    ends = (await Listing.get(id=seats.offer.id)).expires_at
    with clock.frozen(ends - timedelta(days=20)):
        await remind_of_expiry(seats.offer.id, 14)
        assert (await Listing.get(id=seats.offer.id)).reminded == ""
    with clock.frozen(ends - timedelta(days=13)):
        await remind_of_expiry(seats.offer.id, 14)
        await remind_of_expiry(seats.offer.id, 14)
        await expire_listing(seats.offer.id)
        found = await Listing.get(id=seats.offer.id)
        assert (found.reminded[-3:], found.status) == ("-14", "open")
    with clock.frozen(ends + timedelta(seconds=1)):
        await expire_listing(seats.offer.id)
        await expire_listing(seats.offer.id)
        assert (await Listing.get(id=seats.offer.id)).status == "expired"
    await drain()


async def test_a_listing_that_was_paused_meanwhile_is_not_expired_twice_nor_opened() -> None:
    seats = await table()
    await change_listing(await seats.host(), seats.offer.id, "withdraw")
    async with unit_of_work():
        await Listing.filter(id=seats.offer.id).update(expires_at=clock.now() - timedelta(days=1))
    await expire_listing(seats.offer.id)
    assert (await Listing.get(id=seats.offer.id)).status == "withdrawn"


async def test_the_journey_over_http(app: Any, sign_in: Any) -> None:
    lakeside, amara = await house("Lakeside")
    fjord, liv = await house("Fjord", "NO")
    offer = await make_listing(lakeside, amara)
    await make_listing(fjord, liv, direction="request", title="Wanted: solar")
    await drain()
    host, guest = await make_coordinator(lakeside, "Amara Two"), await make_coordinator(fjord, "Liv Two")
    async with new_client(app) as theirs, new_client(app) as ours:
        await sign_in(theirs, host)
        await sign_in(ours, guest)
        page = await ours.get(offer.url)
        assert "Write to the host" in page.text
        assert "Write to the host" not in (await theirs.get(offer.url)).text
        empty = await ours.post(f"{offer.url}/inquiries", data={"client_id": str(uuid4()), "institution": fjord.id, "text": ""})
        assert (empty.status_code, 'id="f-text-e"' in empty.text) == (422, True)
        asked = {"client_id": str(uuid4()), "institution": fjord.id, "text": "May *two* come?", "language": "en"}
        sent = await ours.post(f"{offer.url}/inquiries", data=asked)
        address = sent.headers["location"]
        assert (await ours.post(f"{offer.url}/inquiries", data=asked)).headers["location"] == address
        assert (await ours.post(f"{offer.url}/inquiries", data=asked | {"client_id": str(uuid4())})).status_code == 409
        inquiry = await Inquiry.get(id=int(address.rsplit("/", 1)[1]))
        await theirs.get(address, headers={"Sec-Purpose": "prefetch"})
        assert await status(inquiry) == "new"
        await theirs.head(address)
        assert await status(inquiry) == "new"
        assert "<em>two</em>" in (await theirs.get(address)).text
        assert await status(inquiry) == "read"
        reply = await theirs.post(f"{address}/messages", data={"client_id": str(uuid4()), "text": "Yes.", "language": "fr"})
        assert (reply.status_code, await status(inquiry)) == (303, "replied")
        assert "Your turn" in (await ours.get(address)).text
        wrong = await theirs.post(f"{address}/decline", data={})
        assert (wrong.status_code, "What weighs most?" in wrong.text) == (422, True)
        assert (await theirs.post(f"{address}/decline", data={"reason": "dates"})).status_code == 303
        assert "The dates do not fit" in (await ours.get(address)).text
        assert "Answered 1 of 1 inquiries." in (await ours.get(offer.url)).text
        assert (await ours.post(f"{address}/withdraw")).status_code == 409


async def test_ids_of_others_are_the_same_404(client: httpx2.AsyncClient, sign_in: Any) -> None:
    seats = await table()
    inquiry = await seats.ask()
    await sign_in(client, await make_coordinator(await make_institution("Reef", "FJ"), "Vili"))
    hidden, absent = await client.get(f"/inquiries/{inquiry.id}"), await client.get("/inquiries/999999")
    assert (hidden.status_code, hidden.text) == (404, absent.text)
    for verb, form in (
        ("messages", {"client_id": str(uuid4()), "text": "x", "language": "en"}),
        ("agree", {}),
        ("decline", {"reason": "dates"}),
        ("withdraw", {}),
    ):
        assert (await client.post(f"/inquiries/{inquiry.id}/{verb}", data=form)).status_code == 404
        assert (await client.post(f"/inquiries/999999/{verb}", data=form)).status_code == 404
    assert await status(inquiry) == "new"


async def test_what_cannot_be_seen_is_not_sent() -> None:
    at = await table()
    with pytest.raises(Invalid, match="Write something first"):
        await at.ask("\u200b")
    inquiry = await at.ask()
    with pytest.raises(Invalid, match="Write something first"):
        await at.say("host", inquiry, " \u2060")
    assert await InquiryMessage.all().count() == 1
