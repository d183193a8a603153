"""Letters: what a member typed is never a header, markup or a link."""

import pytest

from community.mail.blanks import blank, filled, fills
from community.mail.jobs import deliver
from community.mail.letters import Secret, html_of, written
from community.mail.models import Mail
from community.mail.sending import send_mail
from community.mail.transport import message
from community.settings import Settings
from community.storage import drain, unit_of_work
from tests.factories import make_member
from tests.mail.smtp import smtp_server

pytestmark = pytest.mark.anyio

HOSTILE = [
    "Eve\r\nBcc: all@school.example",
    "Eve\n\nhttps://evil.example/",
    "<b>Eve</b>",
    "=?utf-8?q?x=0aBcc:_a?=",
    "Eve\u2028Bcc: x",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_class_30_a_name_is_inert_in_subject_text_and_html(name):
    letter = written("accounts/confirm", "en", {"name": name, "token": "x"})
    assert "\n" not in letter.subject
    html = html_of(letter.text, "en")
    assert "<b>" not in html
    assert 'href="https://evil' not in html
    assert "\nBcc" not in letter.text
    made = message(sender="hall@school.example", recipient="a@school.example", subject=f"To {letter.subject}", text=letter.text,
                   message_id="<1@school.example>", language="en")  # fmt: skip
    assert made["Bcc"] is None
    assert made.as_bytes().count(b"\r\nSubject:") == 1


@pytest.mark.parametrize("subject", HOSTILE[:2])
def test_class_30_a_header_with_a_line_break_cannot_be_made(subject):
    with pytest.raises(ValueError, match=r"linefeed|carriage return"):
        message(
            sender="hall@school.example",
            recipient="a@school.example",
            subject=subject,
            text="x",
            message_id="<1@a.example>",
            language="en",
        )


def test_only_our_own_addresses_become_links():
    html = html_of(
        "Hello\n\nhttp://localhost:8000/reset?token=a&b\n\nhttp://localhost:8000.evil.example/x\nsee http://localhost:8000/x", "ar"
    )
    assert '<a href="http://localhost:8000/reset?token=a&amp;b">' in html
    assert html.count("<a ") == 1
    assert 'lang="ar" dir="rtl"' in html


async def test_a_blank_that_somebody_typed_is_not_one():
    @fills("test")
    async def _fill(row_id: int) -> str:
        return f"secret {row_id}"

    letter = written("accounts/confirm", "en", {"name": blank("test", 5), "token": Secret(blank("test", 7))})
    text = await filled(letter.text)
    assert "secret 7" in text
    assert "secret 5" not in text


async def test_one_cause_is_mailed_once(database):
    amara = await make_member()
    async with unit_of_work():
        assert await send_mail(amara.id, "admitted", "accounts/admitted")
    async with unit_of_work():
        assert not await send_mail(amara.id, "admitted", "accounts/admitted")
    assert await Mail.all().count() == 1


async def test_a_letter_speaks_the_language_of_its_reader(database):
    amara = await make_member(language="ar")
    async with unit_of_work():
        await send_mail(amara.id, "admitted", "accounts/admitted")
    mail = await Mail.get()
    assert mail.language == "ar"
    assert mail.text.startswith(f"مرحبا \u2068{amara.name}\u2069،")
    assert 'dir="rtl"' in html_of(mail.text, mail.language)


async def test_a_letter_in_no_language_of_ours_is_marked_as_english(database):
    amara = await make_member(language="sw")
    async with unit_of_work():
        await send_mail(amara.id, "admitted", "accounts/admitted")
    assert (await Mail.get()).language == "en"


@pytest.fixture
async def server(monkeypatch):
    async with smtp_server() as keeper:
        made = Settings(mail=f"smtp://127.0.0.1:{keeper.port}?from=hall@school.example", origin="https://guildhall.example")
        for module in ("transport", "letters", "sending"):
            monkeypatch.setattr(f"community.mail.{module}.settings", lambda: made)
        yield keeper


async def test_a_letter_reaches_a_real_server_and_leaves_the_ledger_empty(database, server):
    amara = await make_member()
    async with unit_of_work():
        await send_mail(amara.id, "admitted", "accounts/admitted")
    await drain()
    [envelope] = server.kept
    assert envelope.mail_from == "hall@school.example"
    assert envelope.rcpt_tos == [amara.email]
    body = envelope.content.decode()
    assert "https://guildhall.example/signin" in body
    assert "multipart/alternative" in body
    mail = await Mail.get()
    assert (mail.text, mail.failed) == ("", None)
    assert mail.sent_at
    await deliver(mail.id)
    assert len(server.kept) == 1  # done is done


async def test_a_final_refusal_is_noted_and_not_tried_again(database, server):
    amara = await make_member()
    server.refuse[amara.email] = "550 no such mailbox"
    async with unit_of_work():
        await send_mail(amara.id, "admitted", "accounts/admitted")
    await drain()
    mail = await Mail.get()
    assert mail.failed == "SMTPRecipientRefused"
    assert mail.sent_at is None


@pytest.mark.parametrize("refused", ["recipient", "sender"])
async def test_what_may_pass_is_raised_for_another_try(database, server, refused):
    """A 5yz to the sender is about the house's settings: no letter may be lost by it."""
    import aiosmtplib

    amara = await make_member()
    if refused == "recipient":
        server.refuse[amara.email] = "450 try later"
    else:
        server.sender_answer = "550 not with this pass word"
    async with unit_of_work():
        await send_mail(amara.id, "admitted", "accounts/admitted")
    mail = await Mail.get()
    with pytest.raises(aiosmtplib.SMTPException):
        await deliver(mail.id)
    mail = await Mail.get()
    assert (bool(mail.text), mail.failed) == (True, None)
