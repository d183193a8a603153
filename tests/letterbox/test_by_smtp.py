"""Over a real SMTP line: an answer becomes a post, with the rights of that moment, once."""

import asyncio
from contextlib import suppress

import aiosmtplib
import pytest
import uvloop

from community import clock
from community.audience import member_key, revoke
from community.discussions.managing import set_closed
from community.discussions.models import HeldPost, Reply
from community.letterbox import listening
from community.letterbox.receiving import receive
from community.mail.models import Mail
from community.mail.reply_addresses import LIVES, reply_address, revoke_reply_addresses
from community.storage import unit_of_work
from tests.discussions.factories import make_moderator, make_thread
from tests.factories import make_member, make_space
from tests.letterbox.conftest import INBOUND, letter, returned, sample, smtp
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio


async def sent(port: int, message, sender: str, *to: str) -> None:
    """Hand a message over as another mail server does."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    async with smtp(port) as client:
        await client.sendmail(sender, to, raw)


async def replies(thread) -> list[str]:
    return [reply.source for reply in await Reply.filter(thread_id=thread.id, number__gt=1).order_by("number")]


@pytest.mark.parametrize("name", ["gmail-web-en", "outlook-windows-de", "iphone-ar", "thunderbird-de-below", "qq-zh"])
async def test_an_answer_from_a_real_client_becomes_a_post(port, name):
    amara, rafael = await make_member("Amara Diallo"), await make_member("Rafael Moura")
    thread = await make_thread(rafael)
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, sample(name, amara, thread.id), amara.email, to.upper())
    [reply] = await Reply.filter(thread_id=thread.id, number=2)
    assert reply.source == (INBOUND / f"{name}.txt").read_text().strip()
    assert reply.author_id == amara.id
    assert await returned() == []


async def test_the_same_message_again_and_at_once_is_one_post(port):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    message = letter(amara, to)
    await asyncio.gather(*(sent(port, message, amara.email, to) for _ in range(4)))
    await sent(port, message, amara.email, to)
    assert await replies(thread) == ["A paper strip."]
    assert await returned() == []


async def test_a_message_without_an_id_is_still_posted_once(port):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    message = letter(amara, to)
    del message["Message-ID"]
    for _ in range(2):
        await sent(port, message, amara.email, to)
    assert await replies(thread) == ["A paper strip."]


@pytest.mark.parametrize("to", ["amara@reply.hall.example.org", "postmaster@reply.hall.example.org", "a@elsewhere.example.org"])
async def test_nobody_else_has_a_mailbox_here_and_nothing_is_relayed(port, to):
    amara = await make_member("Amara Diallo")
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await sent(port, letter(amara, to), amara.email, to)
    assert refused.value.recipients[0].code == 550
    assert not await Mail.exists()


async def test_class_16_a_forged_address_is_no_mailbox(port):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    forged = ("a" if to[0] != "a" else "b") + to[1:]
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await sent(port, letter(amara, forged), amara.email, forged)
    assert await replies(thread) == []


async def test_class_16_another_members_address_posts_for_nobody(port):
    """A forwarded letter: whoever got it has the address, and not the name."""
    amara, mallory = await make_member("Amara Diallo"), await make_member("Mallory")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(mallory, to, "I am Amara."), mallory.email, to)
    assert await replies(thread) == []
    [mail] = await Mail.all()
    assert (mail.member_id, mail.recipient) == (amara.id, amara.email)
    assert "another address than yours" in mail.text
    assert "I am Amara" not in mail.text


async def test_two_senders_in_one_message_are_nobody(port):
    amara, mallory = await make_member("Amara Diallo"), await make_member("Mallory")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    message = letter(mallory, to).as_bytes().replace(b"From: ", f"From: {amara.email}, ".encode(), 1)
    await sent(port, message, mallory.email, to)
    assert await replies(thread) == []


async def test_spellings_of_ones_own_mailbox_are_ones_own(port):
    amara = await make_member("Amara Diallo", email="amara.diallo@school.example")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, to, From="AMARA.Diallo+hall@School.example"), amara.email, to)
    assert await replies(thread) == ["A paper strip."]


@pytest.mark.parametrize(("own", "sender", "posts"), [
    ("amara.diallo@school.example", "amaradiallo@school.example", 0), ("amara.diallo@gmail.com", "a.maradiallo+x@gmail.com", 1),
])  # fmt: skip
async def test_a_dot_makes_another_person_but_where_it_is_known_not_to(port, own, sender, posts):
    amara = await make_member("Amara Diallo", email=own)
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, to, From=sender), sender, to)
    assert len(await replies(thread)) == posts


async def test_class_16_old_and_revoked_addresses_are_returned(port):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    with clock.frozen(clock.now() - LIVES * 2):
        old = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, old), amara.email, old)
    to = reply_address(amara.id, f"thread:{thread.id}")
    async with unit_of_work():
        await revoke_reply_addresses(amara.id)
    await sent(port, letter(amara, to), amara.email, to)
    assert await replies(thread) == []
    assert ["too old" in text for text in await returned()] == [True, True]


async def test_class_8_a_right_lost_since_is_lost_and_says_nothing_of_the_thing(port):
    host, amara = await make_member("Host"), await make_member("Amara Diallo")
    space = await make_space(members=[host, amara])
    thread = await make_thread(host, "Secret plans", place=f"space:{space.id}")
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, to, "While I may."), amara.email, to)
    async with unit_of_work():
        await revoke(space.key, member_key(amara.id))
    await sent(port, letter(amara, to, "When I may not."), amara.email, to)
    absent = reply_address(amara.id, f"thread:{thread.id + 1000}")
    await sent(port, letter(amara, absent, "To nothing."), amara.email, absent)
    assert await replies(thread) == ["While I may."]
    hidden, nothing = await returned()
    assert hidden == nothing
    assert "Secret" not in hidden
    assert f"/threads/{thread.id}" not in hidden


async def test_a_suspended_member_says_nothing(port):
    thread = await make_thread(await make_member("Rafael Moura"))
    amara = await make_member("Amara Diallo", suspended_at=clock.now())
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, to), amara.email, to)
    assert await replies(thread) == []


async def test_a_closed_thread_is_told_with_the_way_to_it(port):
    amara = await make_member("Amara Diallo")
    await make_moderator(amara)
    thread = await make_thread(amara)
    await set_closed(await viewer_of(amara), thread.id, closed=True)
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, to), amara.email, to)
    [text] = await returned()
    assert "closed" in text
    assert f"https://hall.example.org/threads/{thread.id}\n" in text


async def test_a_newcomers_answer_waits_for_a_moderator(port):
    amara, nia = await make_member("Amara Diallo"), await make_member("Nia Newcomer", trust="newcomer")
    thread = await make_thread(amara)
    to = reply_address(nia.id, f"thread:{thread.id}")
    message = letter(nia, to, "My first words.")
    for _ in range(2):
        await sent(port, message, nia.email, to)
    assert await HeldPost.all().count() == 1
    assert await replies(thread) == []
    [text] = await returned()
    assert "a moderator reads it" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no words of yours"),
        ("\n\n> On 3 Nov 2026, at 10:00, Guildhall wrote:\n> Words.\n", "no words of yours"),
        ("word " * 5000, "too long"),
        ("word\n" * 6000, "too long"),
        ("See https://hall.example.org/unsubscribe/abc", "could not tell your words"),
    ],
    ids=["empty", "quotation", "long", "many lines", "our letter"],
)
async def test_what_cannot_be_posted_comes_back_with_what_to_do(port, text, says):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, to, text), amara.email, to)
    assert await replies(thread) == []
    [said] = await returned()
    assert says in said.lower() or says in said


async def test_a_picture_alone_says_that_files_are_not_taken(port):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, sample("iphone-picture-only", amara, thread.id), amara.email, to)
    [said] = await returned()
    assert "Files cannot be posted by mail" in said


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "Bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"Return_Path": "<>"},
        {"List_Id": "<list.school.example.org>"},
        {"From": "MAILER-DAEMON@school.example.org"},
    ],
    ids=str,
)
async def test_class_38_machines_are_neither_posted_nor_answered(port, headers):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, to, "I am on holiday.", **headers), amara.email, to)
    await sent(port, letter(amara, to, "", **headers), amara.email, to)
    assert await replies(thread) == []
    assert await returned() == []


async def test_class_38_a_bounce_without_a_sender_is_never_answered(port):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    async with smtp(port) as client:
        await client.mail("")
        await client.rcpt(to)
        assert (await client.data(letter(amara, to, "Delivery has failed.").as_bytes())).code == 250
    assert await replies(thread) == []
    assert await returned() == []


async def test_class_38_few_letters_an_hour_come_back_and_one_for_a_message(port):
    amara, mallory = await make_member("Amara Diallo"), await make_member("Mallory")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    message = letter(mallory, to)
    await asyncio.gather(*(sent(port, message, mallory.email, to) for _ in range(3)))
    assert len(await returned()) == 1
    await asyncio.gather(*(sent(port, letter(mallory, to), mallory.email, to) for _ in range(4)))
    await sent(port, letter(mallory, to), mallory.email, to)
    assert len(await returned()) == 3


async def test_what_is_too_often_on_the_page_is_too_often_by_mail(port):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    for n in range(30):
        await sent(port, letter(amara, to, f"Word {n}."), amara.email, to)
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await sent(port, letter(amara, to, "Word 31."), amara.email, to)
    assert refused.value.code == 451  # the other server keeps it and tries again
    assert len(await replies(thread)) == 30


async def test_one_message_to_two_threads_answers_both(port):
    amara = await make_member("Amara Diallo")
    first, second = await make_thread(amara), await make_thread(amara, "Another question")
    to = [reply_address(amara.id, f"thread:{thread.id}") for thread in (first, second)]
    await sent(port, letter(amara, to[0]), amara.email, *to)
    assert await replies(first) == await replies(second) == ["A paper strip."]


async def test_class_30_a_hostile_subject_and_name_reach_no_letter(port):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    raw = letter(amara, to, "").as_bytes().replace(b"Re: Which gauge?", b"=?utf-8?q?x=0D=0ABcc=3A_all=40school.example?=")
    await sent(port, raw, amara.email, to)
    [mail] = await Mail.all()
    assert "Bcc" not in mail.subject + mail.text


async def test_a_letter_that_is_too_large_is_refused_in_the_talk(port):
    amara = await make_member("Amara Diallo")
    async with smtp(port) as client:
        await client.ehlo()
        assert client.supports_extension("size")
        with pytest.raises(aiosmtplib.SMTPSenderRefused):
            await client.mail(amara.email, options=[f"size={listening.MAX_BYTES + 1}"])


@pytest.mark.parametrize("piece", [b"x", b"\r\n"], ids=["a line that never ends", "empty lines"])
async def test_class_36_what_fills_the_memory_is_cut(port, monkeypatch, piece):
    monkeypatch.setattr(listening, "MOST_BYTES", 900_000)
    monkeypatch.setattr(listening, "MOST_LINES", 150_000)
    amara = await make_member("Amara Diallo")
    to = reply_address(amara.id, "thread:1")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"HELO x\r\nMAIL FROM:<{amara.email}>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode() + piece * 1_000_000)
    with suppress(ConnectionError):
        while await asyncio.wait_for(reader.read(1000), 5):
            pass
    assert reader.at_eof() or reader.exception()
    writer.close()


async def test_so_many_lines_and_no_more(port):
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(listening.MOST_OF_ONE + 1)]
    greetings = [(await asyncio.wait_for(reader.readline(), 5))[:3] for reader, _ in lines]
    assert greetings == [b"220"] * listening.MOST_OF_ONE + [b"421"]
    for _reader, writer in lines:
        writer.close()
    await asyncio.sleep(0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert (await asyncio.wait_for(reader.readline(), 5))[:3] == b"220"
    writer.close()


def test_the_door_opens_on_the_loop_that_serves(house):
    """`guildhall serve` runs on uvloop, whose transports are their own."""

    async def talk() -> list[bytes]:
        async with listening.taking_mail("127.0.0.1:0") as (host, port):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"HELO x\r\nMAIL FROM:<a@school.example>\r\nRCPT TO:<nobody@reply.hall.example.org>\r\n")
            answers = [(await reader.readline())[:3] for _ in range(4)]
            crowd = [await asyncio.open_connection(host, port) for _ in range(listening.MOST_OF_ONE)]
            answers += [(await crowd[-1][0].readline())[:3]]
        assert await reader.read() == b""  # whoever is still there when it closes is cut
        for line in (writer, *(other for _, other in crowd)):
            line.close()
        return answers

    assert uvloop.run(talk()) == [b"220", b"250", b"250", b"550", b"421"]


async def test_letters_that_are_being_taken_are_stored_before_the_door_closes(house, database, monkeypatch):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")
    begun = asyncio.Event()

    async def slow(raw, recipients):
        begun.set()
        await asyncio.sleep(0.2)
        return await receive(raw, recipients)

    monkeypatch.setattr(listening, "receive", slow)
    async with listening.taking_mail("127.0.0.1:0") as (_host, port):
        sending = asyncio.create_task(sent(port, letter(amara, to), amara.email, to))
        await begun.wait()
    assert await replies(thread) == ["A paper strip."]
    with suppress(aiosmtplib.SMTPException):
        await sending


async def test_what_goes_wrong_inside_is_worth_another_try(port, monkeypatch):
    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    to = reply_address(amara.id, f"thread:{thread.id}")

    async def broken(*_):
        raise RuntimeError

    message = letter(amara, to)
    monkeypatch.setattr(listening, "receive", broken)
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await sent(port, message, amara.email, to)
    assert refused.value.code == 451
    monkeypatch.setattr(listening, "receive", receive)
    await sent(port, message, amara.email, to)
    assert await replies(thread) == ["A paper strip."]


async def test_class_16_a_changed_pass_phrase_revokes_the_addresses_given_before(port):
    from community.accounts.recovering import change_pass_phrase
    from tests.factories import PASS_PHRASE

    amara = await make_member("Amara Diallo")
    thread = await make_thread(amara)
    with clock.frozen(clock.now() - LIVES / 90):
        to = reply_address(amara.id, f"thread:{thread.id}")
        await change_pass_phrase(await viewer_of(amara), PASS_PHRASE, "another bench and vice", "tests")
    await sent(port, letter(amara, to), amara.email, to)
    assert await replies(thread) == []
    later = reply_address(amara.id, f"thread:{thread.id}")
    await sent(port, letter(amara, later), amara.email, later)
    assert await replies(thread) == ["A paper strip."]
