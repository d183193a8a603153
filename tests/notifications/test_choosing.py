"""What a member is told, how and when: the settings, the link that stops letters, quiet hours, the digest."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from aiosmtplib import SMTPRecipientRefused

from community import clock
from community.accounts.blocking import block
from community.audience import PUBLIC
from community.discussions.keeping import mark_read, set_following
from community.discussions.models import Thread
from community.mail.jobs import deliver
from community.mail.models import Mail
from community.notifications.actions import notify
from community.notifications.choosing import Choice, choices_of, choose, hours_of, stop_letters
from community.notifications.digests import write_digest
from community.notifications.hours import Hours, zone_named
from community.notifications.kinds import GROUPS
from community.notifications.unsubscribing import Stop, stop_token
from community.storage import drain, execute, row, unit_of_work
from community.storage.taking import LEASE
from community.storage.worker import LANES, work
from tests.discussions.factories import make_reply
from tests.discussions.factories import make_thread as start_thread
from tests.exchange.factories import make_listing
from tests.factories import make_coordinator, make_institution, make_member
from tests.mail.smtp import text_of
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

FRIDAY = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)  # 23:30 in Nairobi
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def hours(zone: str, quiet=None, rhythm="weekly") -> Hours:
    return Hours(zone_named(zone), quiet, rhythm)


@pytest.mark.parametrize(
    ("zone", "quiet", "now", "ends"),
    [
        ("Africa/Nairobi", (22, 7), FRIDAY, datetime(2026, 11, 21, 4, tzinfo=UTC)),
        ("Africa/Nairobi", (22, 7), FRIDAY + timedelta(hours=4), datetime(2026, 11, 21, 4, tzinfo=UTC)),
        ("Africa/Nairobi", (22, 7), FRIDAY - timedelta(hours=2), None),
        ("Africa/Nairobi", (22, 7), datetime(2026, 11, 21, 4, tzinfo=UTC), None),
        ("Africa/Nairobi", (13, 15), datetime(2026, 11, 21, 11, tzinfo=UTC), datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("Asia/Kathmandu", (0, 6), datetime(2026, 11, 20, 18, 20, tzinfo=UTC), datetime(2026, 11, 21, 0, 15, tzinfo=UTC)),
        ("Europe/Helsinki", (22, 7), datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC)),
        ("Africa/Nairobi", None, FRIDAY, None),
    ],
)
def test_quiet_hours_end_in_the_members_own_morning(zone, quiet, now, ends):
    assert hours(zone, quiet).after_quiet(now) == ends


@pytest.mark.parametrize(
    ("zone", "rhythm", "due"),
    [
        ("Africa/Nairobi", "daily", datetime(2026, 11, 21, 4, tzinfo=UTC)),
        ("Africa/Nairobi", "weekly", datetime(2026, 11, 23, 4, tzinfo=UTC)),
        ("Pacific/Fiji", "daily", datetime(2026, 11, 21, 19, tzinfo=UTC)),
        ("Nowhere/Land", "daily", datetime(2026, 11, 21, 7, tzinfo=UTC)),
    ],
)
def test_a_digest_comes_in_the_members_own_morning(zone, rhythm, due):
    assert hours(zone, None, rhythm).next_digest(FRIDAY) == due


async def test_settings_are_kept_and_what_the_page_did_not_show_stays(client, sign_in):
    amara = await make_member()
    await choose(await viewer_of(amara), [Choice("answer", False, "once")], "weekly", None)
    await sign_in(client, amara)
    page = (await client.get("/account/notices")).text
    assert page.count('type="checkbox"') == 4 * len(GROUPS)
    sent = {
        "shown": ["mention", "reply"], "bell": ["mention"], "push": ["reply"], "once": ["mention"], "digest": ["mention", "reply"], "rhythm": "daily",
        "quiet_from": "22", "quiet_until": "7",
    }  # fmt: skip
    assert (await client.post("/account/notices", data=sent)).status_code == 303
    viewer = await viewer_of(amara)
    choices = {one.code: one for one in await choices_of(viewer)}
    assert choices["mention"] == Choice("mention", True, "once", push=False)
    assert choices["reply"] == Choice("reply", False, "digest", push=True)
    assert choices["answer"] == Choice("answer", False, "once", push=False)
    assert (await hours_of(viewer)).quiet == (22, 7)
    assert re.search(r'value="daily" selected', (await client.get("/account/notices")).text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "22"}, {"quiet_until": "7"}, {"quiet_from": "7", "quiet_until": "7"}, {"quiet_from": "24", "quiet_until": "7"},
        {"rhythm": "hourly"}, {"bell": ["everything"]}, {"once": ["mention"] * 41}, {"more": "1"}, {"shown": ["x" * 99]},
    ],
)  # fmt: skip
async def test_settings_that_mean_nothing_are_shown_again_and_change_nothing(client, sign_in, wrong):
    amara = await make_member()
    await sign_in(client, amara)
    answer = await client.post("/account/notices", data={"rhythm": "daily", "shown": ["reply"], "bell": ["mention"]} | wrong)
    assert answer.status_code == 422
    assert "needs a correction" in answer.text or "need a correction" in answer.text
    assert (await hours_of(await viewer_of(amara))).rhythm == "weekly"


@pytest.fixture
async def mail_program(app):
    """No browser: it sends no cookie, no Origin and nothing else that says where it comes from."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://testserver") as made:
        yield made


async def test_one_click_stops_these_letters_and_nothing_else(mail_program):
    amara = await make_member()
    before = await choices_of(await viewer_of(amara))
    for _time in range(2):
        answer = await mail_program.post(f"/unsubscribe/{stop_token(amara.id, 'watched')}", data=ONE_CLICK)
        assert answer.status_code == 200, "a redirect would lead the mail program astray"
    after = await choices_of(await viewer_of(amara))
    assert [one for one in after if one not in before] == [Choice("watched", True, "no", push=True)]
    assert (await hours_of(await viewer_of(amara))).rhythm == "weekly"
    await mail_program.post(f"/unsubscribe/{stop_token(amara.id, 'digest')}", data=ONE_CLICK)
    assert (await hours_of(await viewer_of(amara))).rhythm == "off"
    assert await choices_of(await viewer_of(amara)) == after


async def test_class_17_looking_at_the_link_of_a_letter_stops_nothing(mail_program):
    amara = await make_member("Amara Diallo")
    address = f"/unsubscribe/{stop_token(amara.id, 'watched')}"
    page = await mail_program.get(address)
    await mail_program.head(address)
    assert "Stop these letters" in page.text
    assert "Amara" not in page.text
    assert amara.email not in page.text
    assert await row("SELECT * FROM notice_choices") is None


async def test_class_13_no_other_token_stops_letters_and_this_one_does_nothing_else(mail_program):
    from community.accounts import mailed_tokens

    amara = await make_member()
    async with unit_of_work():
        reset = mailed_tokens.text_of(await mailed_tokens.issue(amara.id, "reset"))
    token = stop_token(amara.id, "watched")
    for wrong in (
        reset,
        token[:-1],
        f"{token}x",
        "x",
        "a.b.c",
        "%00",
        stop_token(amara.id, "everything"),
        stop_token(amara.id, ""),
    ):
        assert (await mail_program.post(f"/unsubscribe/{wrong}", data=ONE_CLICK)).status_code == 404
    assert await row("SELECT * FROM notice_choices") is None
    assert await mailed_tokens.living(token, "reset") is None
    assert (await mail_program.post("/account/notices", data={"rhythm": "off"})).status_code == 403
    assert (await mail_program.post(f"/unsubscribe/{token}/x", data=ONE_CLICK)).status_code in {403, 404}


async def opened(*about: Any, **more: Any) -> Thread:
    """A thread whose opening is no news any more."""
    thread = await start_thread(*about, **more)
    await drain()
    return thread


async def test_quiet_hours_put_a_letter_off(database, post_office):
    amara, bagus = await make_member(time_zone="Africa/Nairobi"), await make_member("Bagus Prasetyo")
    thread = await opened(amara)
    await choose(await viewer_of(amara), [], "weekly", (22, 7))
    for at, letters in ((FRIDAY, 0), (FRIDAY + timedelta(hours=7), 0), (FRIDAY + timedelta(hours=7, minutes=31), 1)):
        with clock.frozen(at):
            if at == FRIDAY:
                await make_reply(bagus, thread)
            await drain()
            assert len(post_office.kept) == letters


async def test_hours_that_become_quiet_while_a_letter_waits_put_it_off_too(database, post_office):
    amara, bagus = await make_member(time_zone="Africa/Nairobi"), await make_member("Bagus Prasetyo")
    thread = await opened(amara)
    with clock.frozen(FRIDAY):
        await make_reply(bagus, thread)
        post_office.refuse[amara.email] = "450 try later"
        await drain(tolerant=True)
        await choose(await viewer_of(amara), [], "weekly", (22, 7))
    post_office.refuse.clear()
    with clock.frozen(FRIDAY + timedelta(hours=1)):
        await drain()
    assert post_office.kept == []
    with clock.frozen(FRIDAY + timedelta(hours=8)):
        await drain()
    assert len(post_office.kept) == 1


async def test_a_letter_that_is_due_twice_goes_once(database, post_office):
    """Put off by a worker that was killed before it noted so, it is put off again, and two jobs wake at once."""
    mail = await waiting_letter()
    await asyncio.gather(deliver(mail.id), deliver(mail.id))
    assert len(post_office.kept) == 1
    assert ((await Mail.get()).sent_at is not None, (await Mail.get()).failed) == (True, None)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        await drain()
    assert len(post_office.kept) == 1


async def waiting_letter() -> Mail:
    """A notice whose job has not been run."""
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    await make_reply(bagus, await opened(amara))
    while (ended := await work(LANES[0])) is not None:
        assert not ended.failed
    return await Mail.get()


async def test_a_second_job_for_a_letter_that_is_going_over_does_it_no_harm(database, post_office):
    """It comes while the server thinks about the words: neither is the letter given up, nor sent again."""
    mail, thinks = await waiting_letter(), asyncio.Event()

    async def think(_envelope: object) -> None:
        thinks.set()
        await asyncio.sleep(0.1)

    post_office.on_data = think
    first = asyncio.create_task(deliver(mail.id))
    await thinks.wait()
    await deliver(mail.id)
    assert (await Mail.get()).failed is None
    await first
    assert (await Mail.get()).sent_at
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        await drain()
    assert (len(post_office.kept), (await Mail.get()).failed) == (1, None)


async def test_when_the_first_of_two_jobs_fails_early_the_letter_goes_once(database, post_office):
    mail, waits = await waiting_letter(), asyncio.Event()

    async def wait(_address: str) -> None:
        waits.set()
        await asyncio.sleep(0.1)

    post_office.on_rcpt, post_office.refuse = wait, {mail.recipient: "450 try later"}
    first = asyncio.create_task(deliver(mail.id))
    await waits.wait()
    await deliver(mail.id)
    with pytest.raises(SMTPRecipientRefused):
        await first
    post_office.refuse = {}
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        await drain()
    assert (len(post_office.kept), (await Mail.get()).failed) == (1, None)


@pytest.mark.parametrize(("words_had_begun", "letters", "failed"), [(False, 1, None), (True, 0, "Interrupted")])
async def test_a_notice_whose_worker_was_killed_goes_at_most_once(database, post_office, words_had_begun, letters, failed):
    mail = await waiting_letter()
    at = clock.now()
    async with unit_of_work():
        await Mail.filter(id=mail.id).update(holder="dead", held_until=at + LEASE, handed_at=at if words_had_begun else None)
    await drain()
    assert (post_office.kept, (await Mail.get()).failed) == ([], None)
    with clock.frozen(at + LEASE):
        await drain()
    assert (len(post_office.kept), (await Mail.get()).failed) == (letters, failed)


async def digested(*times: datetime) -> None:
    for at in times:
        with clock.frozen(at):
            await drain()


async def test_a_digest_tells_in_one_letter_what_no_letter_told(database, post_office):
    amara, bagus, mika = await make_member(), await make_member("Bagus Prasetyo"), await make_member("Mika Lehtola")
    with clock.frozen(FRIDAY):
        followed, own = await opened(bagus, "Solar pumps"), await opened(amara, "Brazing")
        await set_following(await viewer_of(amara), f"thread:{followed.id}", "follow")
        await choose(await viewer_of(amara), [], "daily", None)
        for number in range(3):
            await make_reply([bagus, mika][number % 2], followed, f"Post {number}.")
        await make_reply(bagus, own, "Told at once.")
        await drain()
    assert [letter["Subject"] for letter in post_office.letters()] == ["Re: Brazing"]
    await digested(FRIDAY + timedelta(hours=9), FRIDAY + timedelta(hours=11), FRIDAY + timedelta(days=2))
    [_once, letter] = post_office.letters()
    assert letter["Subject"] == "Your day at Guildhall: 1 thing"
    text = text_of(letter)
    assert "Solar pumps" in text
    assert "3 new" in text
    assert "because you follow this discussion" in text
    assert "Brazing" not in text
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(post_office.kept[1].content) < 10_000
    with clock.frozen(FRIDAY + timedelta(days=3)):
        await make_reply(mika, followed, "News.")
        await drain()
    await digested(FRIDAY + timedelta(days=4))
    later = [one for one in post_office.letters()[2:] if one["To"] == amara.email]
    assert ["3 new" in text_of(one) for one in later] == [False]


async def test_what_a_digest_has_no_room_for_stands_in_the_next(database, post_office):
    amara = await make_member()
    lakeside = await make_institution("Lakeside")
    with clock.frozen(FRIDAY):
        await choose(await viewer_of(amara), [], "daily", None)
        host = await viewer_of(await make_coordinator(lakeside))
        for _number in range(23):
            listing = await make_listing(lakeside, host)
            cause = f"listing:{listing.id}"
            await notify(amara.id, cause=f"{cause}:14", kind="listing_expiring", root=cause, audience=PUBLIC)
    await digested(*(FRIDAY + timedelta(days=day, hours=11) for day in range(1, 4)))
    subjects = [letter["Subject"] for letter in post_office.letters() if letter["To"] == amara.email]
    assert subjects == ["Your day at Guildhall: 20 things", "Your day at Guildhall: 3 things"]


@pytest.mark.parametrize("gone", ["read", "blocked", "hidden", "off", "stopped"])
async def test_class_2_a_digest_holds_nothing_its_reader_may_not_see_and_does_not_come_empty(database, post_office, gone):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    with clock.frozen(FRIDAY):
        thread = await opened(bagus)
        await set_following(await viewer_of(amara), f"thread:{thread.id}", "follow")
        await make_reply(bagus, thread)
        await drain()
        if gone == "read":
            await mark_read(await viewer_of(amara), thread.id, 2)
        elif gone == "blocked":
            await block(await viewer_of(amara), bagus.id)
        elif gone == "off":
            await choose(await viewer_of(amara), [], "off", None)
        elif gone == "stopped":
            await stop_letters(Stop(amara.id, "followed"))
        else:
            async with unit_of_work():
                await execute("UPDATE notifications SET audience = 'stewards'")
    await digested(FRIDAY + timedelta(days=4))
    assert post_office.kept == []
    assert await Mail.all().count() == 0


async def test_a_digest_that_is_run_twice_or_put_off_comes_once(database, post_office):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    with clock.frozen(FRIDAY):
        thread = await opened(bagus)
        await set_following(await viewer_of(amara), f"thread:{thread.id}", "follow")
        await make_reply(bagus, thread)
        await drain()
        await choose(await viewer_of(amara), [], "daily", None)  # earlier than the weekly one that was expected
    with clock.frozen(FRIDAY + timedelta(days=1)):
        for _time in range(3):
            await write_digest(amara.id)
        await drain()
    await digested(FRIDAY + timedelta(days=4))
    assert len(post_office.kept) == 1
