"""Whom a post concerns, once and for one reason; letters that say why, hang together, and can be stopped."""

from typing import Any
from uuid import uuid4

import pytest

from community import clock
from community.accounts.blocking import block
from community.audience import member_key, narrow, revoke
from community.discussions.actions import delete_reply, post_reply
from community.discussions.keeping import mark_read, set_following
from community.discussions.models import Category, Thread
from community.mail.models import Mail
from community.notifications.choosing import Choice, choices_of, choose
from community.notifications.queries import count_waiting, waiting_for
from community.storage import drain, execute, rows, unit_of_work, value
from tests.discussions.factories import make_reply
from tests.discussions.factories import make_thread as start_thread
from tests.factories import make_member, make_space
from tests.mail.smtp import text_of
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def opened(*about: Any, **more: Any) -> Thread:
    """A thread whose opening is no news any more."""
    thread = await start_thread(*about, **more)
    await drain()
    return thread


async def told(member) -> list[tuple[str, str]]:
    await drain()
    viewer = await viewer_of(member)
    lines = await waiting_for(viewer)
    assert len(lines) == await count_waiting(viewer)
    return [(one.kind, one.because) for one in lines]


async def wants(member, code: str, *, bell: bool = True, mail: str = "no") -> None:
    viewer = await viewer_of(member)
    await choose(viewer, [Choice(code, bell, mail)], "weekly", None)


async def test_five_replies_in_one_discussion_are_one_line_that_says_why(client, sign_in):
    amara, bagus, mika = await make_member(), await make_member("Bagus Prasetyo"), await make_member("Mika Lehtola")
    thread = await opened(amara)
    posts = [await make_reply(writer, thread, f"Rule {number}.") for number, writer in enumerate([bagus, mika, bagus, bagus, mika])]
    assert await told(amara) == [("reply", "because you began this discussion")]
    [line] = await waiting_for(await viewer_of(amara))
    assert (line.number, line.others, line.actor.name, line.subject.href) == (5, 1, "Mika Lehtola", f"/replies/{posts[0].id}")
    await sign_in(client, amara)
    page = (await client.get("/")).text
    assert "Mika Lehtola and 1 other wrote in your discussion" in page
    assert "5 new" in page
    assert "because you began this discussion" in page
    sixth = await make_reply(bagus, thread, "Rule 6.")
    await drain()
    await client.post(f"/waiting/{line.id}/done")
    [left] = await waiting_for(await viewer_of(amara))
    assert (left.number, left.cause) == (1, f"reply:{sixth.id}")


async def test_what_is_read_on_one_device_waits_on_no_other(client, app, sign_in):
    from tests.conftest import new_client

    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    thread = await opened(amara)
    await make_reply(bagus, thread)
    await drain()
    async with new_client(app) as other:
        for device in (client, other):
            await sign_in(device, amara)
            assert "wrote in your discussion" in (await device.get("/")).text
        await client.post(f"/threads/{thread.id}/read", data={"number": "2"})
        assert "wrote in your discussion" not in (await other.get("/")).text


async def test_each_whom_a_post_concerns_is_told_once_for_the_strongest_reason(database):
    starter, writer = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo")
    quoted, named, watcher, theme, follower, muted = [
        await make_member(name)
        for name in ("Layla Haddad", "Mika Lehtola", "Ines Duarte", "Chen Wei", "Tomas Reyes", "Nadia Benali")
    ]
    thread = await opened(starter)
    first = await make_reply(quoted, thread, "I weld upside down.")
    category = await Category.get(id=thread.category_id)
    for member, target, level in (
        (watcher, f"thread:{thread.id}", "watch"), (theme, f"theme:{category.id}", "watch"), (follower, f"thread:{thread.id}", "follow"),
        (muted, f"theme:{category.id}", "watch"), (named, f"thread:{thread.id}", "watch"),
    ):  # fmt: skip
        await set_following(await viewer_of(member), target, level)
    await set_following(await viewer_of(muted), f"thread:{thread.id}", "mute")
    await wants(follower, "followed", bell=True)
    for member in (starter, watcher, theme, named, follower):
        await drain()
        await mark_read(await viewer_of(member), thread.id, 2)
    body = f"> I weld upside down.\n>\n> — [Layla Haddad #2](/replies/{first.id})\n\n@{named.handle} @{muted.handle} do you?"
    await post_reply(await viewer_of(writer), thread.id, body, uuid4())
    assert await told(named) == [("mention", "because your name stands in it")]
    assert await told(quoted) == [("quote", "because it quotes your post")]
    assert await told(starter) == [("reply", "because you began this discussion")]
    assert await told(watcher) == [("watched", "because you watch this discussion")]
    assert await told(theme) == [("watched", "because you watch this theme")]
    assert await told(follower) == [("followed", "because you follow this discussion")]
    assert await told(muted) == await told(writer) == []


async def test_neither_a_blocked_pair_nor_the_suspended_are_told(database):
    author = await make_member("Bagus Prasetyo")
    blocker, blocked, suspended, hears = [
        await make_member(name) for name in ("Layla Haddad", "Mika Lehtola", "Ines Duarte", "Chen Wei")
    ]
    thread = await opened(author)
    for member in (blocker, blocked, suspended, hears):
        await set_following(await viewer_of(member), f"thread:{thread.id}", "watch")
    await block(await viewer_of(blocker), author.id)
    await block(await viewer_of(author), blocked.id)
    async with unit_of_work():
        await execute("UPDATE members SET suspended_at = :at WHERE id = :id", at=clock.now(), id=suspended.id)
    await make_reply(author, thread, f"@{blocker.handle} @{blocked.handle} @{suspended.handle} hello")
    await drain()
    assert [row["member_id"] for row in await rows("SELECT member_id FROM notifications")] == [hears.id]
    assert [mail.member_id for mail in await Mail.all()] == [hears.id]


async def test_a_reason_that_is_turned_off_leaves_room_for_the_next(database):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    thread = await opened(amara)
    await wants(amara, "mention", bell=False)
    await make_reply(bagus, thread, f"@{amara.handle} look")
    assert await told(amara) == [("reply", "because you began this discussion")]
    await wants(amara, "reply", bell=False)
    await make_reply(bagus, thread, f"@{amara.handle} look again")
    assert len(await waiting_for(await viewer_of(amara))) == 1
    assert await value("SELECT COUNT(*) FROM notifications") == 1


async def test_a_letter_says_why_hangs_on_its_discussion_and_can_be_answered_and_stopped(database, post_office):
    amara = await make_member(time_zone="Africa/Nairobi")
    bagus = await make_member("Bagus Prasetyo")
    thread = await opened(amara)
    first = await make_reply(bagus, thread, "Put a **ruler** beside it.\n\nhttps://hall.example/reset?token=x")
    await drain()
    quote = f"> Put a ruler\n>\n> — [Bagus Prasetyo #2](/replies/{first.id})\n\nAnd a second one."
    await post_reply(await viewer_of(bagus), thread.id, quote, uuid4())
    await drain()
    one, two = post_office.letters()
    assert (one["To"], one["Subject"]) == (amara.email, "Re: Which gauge for brazed joints?")
    assert one["Message-ID"] == f"<reply-{first.id}.{amara.id}@hall.example>"
    assert one["In-Reply-To"] == one["References"] == f"<thread-{thread.id}@hall.example>"
    assert two["In-Reply-To"] == one["Message-ID"]
    assert two["References"].split() == [f"<thread-{thread.id}@hall.example>", one["Message-ID"]]
    assert one["List-Id"] == "<innovation.hall.example>"
    assert one["List-Unsubscribe"].startswith("<https://hall.example/unsubscribe/")
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert one["Reply-To"].startswith("reply+")
    assert one["Content-Language"] == "en"
    text = text_of(one)
    assert "> Put a ruler beside it.\n" in text
    assert "because you began this discussion" in text
    assert "(Africa/Nairobi)" in text
    assert f"https://hall.example/replies/{first.id}" in text.split()
    html = one.get_body(("html",)).get_content()
    assert html.count("<a ") == 3, "the post, the stop, the settings: nothing that somebody typed"
    assert 'reset?token=x"' not in html
    assert all(len(envelope.content) < 10_000 for envelope in post_office.kept)


@pytest.mark.parametrize(
    "words", ["قياس الوصلات الملحومة بالنحاس. " * 300, "焊接接头的测量方法。" * 600, "x" * 9000, "A ruler. " * 1000]
)
async def test_a_letter_stays_light_however_long_the_post(database, post_office, words):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    await make_reply(bagus, await opened(amara), words)
    await drain()
    [envelope] = post_office.kept
    assert len(envelope.content) < 10_000
    assert "There is more of it on the site." in text_of(post_office.letters()[0])


@pytest.mark.parametrize("loss", ["right", "moved", "deleted", "blocked", "suspended", "read", "stopped"])
async def test_class_8_what_may_not_be_told_when_a_letter_leaves_is_not_told(database, post_office, loss):
    """The letter waits for the server; meanwhile its reader loses what it rests on."""
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    space = await make_space([amara], [bagus])
    thread = await opened(bagus, place=space.key)
    await set_following(await viewer_of(amara), f"thread:{thread.id}", "watch")
    reply = await make_reply(bagus, thread, "Secret word.")
    post_office.refuse[amara.email] = "450 try later"
    await drain(tolerant=True)
    assert await value("SELECT COUNT(*) FROM mails") == 1
    await _lose(loss, amara, bagus, space, thread, reply)
    post_office.refuse.clear()
    async with unit_of_work():
        await execute("UPDATE jobs SET due_at = :now", now=clock.now())
    await drain()
    assert post_office.kept == []
    mail = await Mail.get()
    assert (mail.failed, mail.subject, mail.text) == ("Withdrawn", "", "")


async def _lose(loss, amara, bagus, space, thread, reply) -> None:
    if loss == "deleted":
        await delete_reply(await viewer_of(bagus), reply.id)
    elif loss == "blocked":
        await block(await viewer_of(amara), bagus.id)
    elif loss == "read":
        await mark_read(await viewer_of(amara), thread.id, 2)
    elif loss == "stopped":
        await wants(amara, "watched")
    async with unit_of_work():
        if loss == "right":
            await revoke(space.key, member_key(amara.id))
        elif loss == "moved":
            await narrow(await Thread.get(id=thread.id), member_key(bagus.id))
        elif loss == "suspended":
            await execute("UPDATE members SET suspended_at = :at WHERE id = :id", at=clock.now(), id=amara.id)


async def test_class_38_nobody_gets_more_than_forty_letters_a_day_at_once(database):
    amara, bagus = await make_member(), await make_member("Bagus Prasetyo")
    thread = await opened(amara)
    async with unit_of_work():
        for number in range(39):
            await Mail.create(
                member_id=amara.id, cause=f"x:{number}", recipient=amara.email, subject="", text="", composer="notice"
            )
    for number in range(3):
        await make_reply(bagus, thread, f"Rule {number}.")
    await drain()
    assert [row["mail"] for row in await rows("SELECT mail FROM notifications ORDER BY id")] == ["once", "digest", "digest"]


async def test_an_empty_choice_is_what_the_house_judges_best(database):
    amara = await make_member()
    choices = {one.code: (one.bell, one.mail) for one in await choices_of(await viewer_of(amara))}
    assert choices["mention"] == (True, "once")
    assert choices["followed"] == (False, "digest")
