"""How a letter leaves: over SMTP, or not at all where the outbox page shows it."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ssl import create_default_context
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from community import clock
from community.mail.letters import html_of
from community.settings import settings

SECONDS = 30


@dataclass(frozen=True)
class Server:
    """What GUILDHALL_MAIL says: smtp://user:secret@host:587?from=hall@example.org, or smtps:// for TLS from the start."""

    host: str
    port: int
    user: str | None
    secret: str | None
    sender: str
    tls: bool


def server() -> Server | None:
    """The server to hand letters to; None where they stay in the outbox."""
    parts = urlsplit(settings().mail)
    if not parts.hostname:
        return None
    tls = parts.scheme == "smtps"
    sender = parse_qs(parts.query).get("from", [f"guildhall@{urlsplit(settings().public_origin).hostname}"])[0]
    user = unquote(parts.username) if parts.username else None
    secret = unquote(parts.password) if parts.password else None
    return Server(parts.hostname, parts.port or (465 if tls else 587), user, secret, sender, tls)


async def hand_over(to: Server, message: EmailMessage) -> None:
    """Raises aiosmtplib.SMTPException, or OSError when nobody answers. STARTTLS is used wherever it is offered."""
    await aiosmtplib.send(
        message, hostname=to.host, port=to.port, username=to.user, password=to.secret, use_tls=to.tls, timeout=SECONDS,
        tls_context=create_default_context(),
    )  # fmt: skip


def message(*, sender: str, recipient: str, subject: str, text: str, message_id: str, language: str) -> EmailMessage:
    """The letter as RFC 5322 wants it. The header classes refuse a line break in a header; so does the template before them."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address("Guildhall", addr_spec=sender)
    letter["To"] = Address(addr_spec=recipient)
    letter["Subject"] = subject
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    letter["Content-Language"] = language
    letter.set_content(text)
    letter.add_alternative(html_of(text, language), subtype="html")
    return letter
