"""The whole way: a letter tells of a post, its reader answers it, and the answer stands in the discussion."""

import textwrap
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from community.discussions.models import Reply
from community.letterbox.listening import taking_mail
from community.storage import drain
from community.web.limits import forget_throttles
from tests.discussions.factories import make_reply, make_thread
from tests.factories import make_member
from tests.letterbox.conftest import smtp
from tests.notifications.conftest import post_office  # noqa: F401 - a fixture

pytestmark = pytest.mark.anyio


@pytest.fixture
async def port(post_office, database):  # noqa: F811
    forget_throttles()
    async with taking_mail("127.0.0.1:0") as (_host, number):
        yield number


def gmail(letter: EmailMessage) -> str:
    quoted = textwrap.indent(letter.get_body(("plain",)).get_content(), "> ", lambda _line: True)
    return f"On Tue, Nov 3, 2026 at 10:00 AM {letter['From']}\nwrote:\n\n{quoted}"


def outlook(letter: EmailMessage) -> str:
    text = letter.get_body(("plain",)).get_content()
    head = f"Von: {letter['From']}\nGesendet: Dienstag, 3. November 2026 10:00\nAn: {letter['To']}\nBetreff: {letter['Subject']}"
    return f"________________________________\n{head}\n\n{text}"


def iphone(letter: EmailMessage) -> str:
    return f"Sent from my iPhone\n\nOn 3 Nov 2026, at 10:00, {letter['From']} wrote:\n\n{letter.get_body(('plain',)).get_content()}"


@pytest.mark.parametrize("client", [gmail, outlook, iphone], ids=lambda client: client.__name__)
async def test_a_letter_of_the_house_is_answered(port, post_office, client):  # noqa: F811
    amara, bagus = await make_member("Amara Diallo"), await make_member("Bagus Santoso")
    thread = await make_thread(amara)
    await make_reply(bagus, thread, "Two rulers, side by side.")
    await drain()
    [envelope] = [one for one in post_office.kept if one.rcpt_tos == [amara.email]]
    letter = message_from_bytes(envelope.content, policy=default)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Message-ID"] = amara.email, letter["Reply-To"], "<a1@school.example>"
    answer["Subject"], answer["In-Reply-To"] = f"Re: {letter['Subject']}", letter["Message-ID"]
    answer.set_content(f"We use a paper strip.\n\n{client(letter)}")
    async with smtp(port) as line:
        await line.send_message(answer, sender=amara.email)
    posted = await Reply.get(thread_id=thread.id, number=3)
    assert (posted.author_id, posted.source) == (amara.id, "We use a paper strip.")
