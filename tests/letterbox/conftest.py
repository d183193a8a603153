"""A site that takes mail, a thread, and messages to it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import pytest

from community.accounts.models import Member
from community.letterbox.listening import taking_mail
from community.mail.models import Mail
from community.mail.reply_addresses import reply_address
from community.settings import settings
from community.web.limits import forget_throttles

DOMAIN = "reply.hall.example.org"
TOKEN = "t" * 40
INBOUND = Path(__file__).parent / "inbound"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "REPLY": DOMAIN, "REPLY_TOKEN": TOKEN, "SECRET": "s" * 40, "ORIGIN": "https://hall.example.org",
        "MAIL": "smtp://127.0.0.1:9?from=hall@hall.example.org",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"GUILDHALL_{name}", value)
    settings.cache_clear()
    forget_throttles()
    yield
    settings.cache_clear()
    forget_throttles()


@pytest.fixture
async def port(house: None, database: str) -> AsyncIterator[int]:
    """The site's own door for mail."""
    async with taking_mail("127.0.0.1:0") as (_host, number):
        yield number


def sample(name: str, member: Member, thread_id: int, message_id: str | None = None) -> bytes:
    """A real format, sent by this member to a thread."""
    raw = (INBOUND / f"{name}.eml").read_bytes()
    raw = raw.replace(b"REPLY-ADDRESS", reply_address(member.id, f"thread:{thread_id}").encode())
    raw = raw.replace(b"amara@school.example.org", member.email.encode(), 1)
    return raw.replace(b"Message-ID: <", f"Message-ID: <{message_id or uuid4().hex}".encode())


def letter(member: Member, to: str, text: str = "A paper strip.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = f"{member.name} <{member.email}>"
    made["To"] = to
    made["Subject"] = "Re: Which gauge?"
    made["Message-ID"] = f"<{uuid4()}@school.example.org>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


async def returned() -> list[str]:
    """What the letters say that went back, oldest first."""
    return [mail.text for mail in await Mail.filter(cause__startswith="returned:").order_by("id")]


@asynccontextmanager
async def smtp(port: int) -> AsyncIterator["object"]:
    import aiosmtplib

    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False, timeout=10)
    await client.connect()
    try:
        yield client
    finally:
        client.close()
