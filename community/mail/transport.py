"""How a letter leaves: over SMTP, or not at all where the outbox page shows it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from ssl import SSLContext, create_default_context
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from community import clock
from community.mail.letters import html_of
from community.settings import settings

SECONDS = 30
SECONDS_FOR_A_YES = 300  # whoever gives up early on a server that is looking for spam sends the letter twice (RFC 5321 4.5.3.2.6)
# No header is folded: a long address in List-Unsubscribe would be encoded, and found by no mail program. Seven bits, as not
# every server takes eight.
LETTERS = SMTP.clone(max_line_length=998, cte_type="7bit")


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


@lru_cache(maxsize=1)
def _tls() -> SSLContext:
    """Made once: reading the certificates takes longer than a letter."""
    return create_default_context()


async def hand_over(to: Server, letter: EmailMessage, before_words: Callable[[], Awaitable[None]]) -> None:
    """Raises aiosmtplib.SMTPException, or OSError when nobody answers. STARTTLS is used wherever it is offered.

    `before_words` is awaited when the server has taken sender and recipient, right before the letter itself.
    """
    client = aiosmtplib.SMTP(
        hostname=to.host, port=to.port, username=to.user, password=to.secret, use_tls=to.tls, timeout=SECONDS,
        tls_context=_tls(),
    )  # fmt: skip
    async with client:
        await client.mail(to.sender)
        await client.rcpt(str(letter["To"]))
        await before_words()
        await client.data(letter.as_bytes(), timeout=SECONDS_FOR_A_YES)


def message(
    *,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    language: str,
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """The letter as RFC 5322 wants it. The header classes refuse a line break in a header; so does the template before them."""
    letter = EmailMessage(policy=LETTERS)
    letter["From"] = Address("Guildhall", addr_spec=sender)
    letter["To"] = Address(addr_spec=recipient)
    letter["Subject"] = subject
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    for name, value in (headers or {}).items():
        letter[name] = value
    letter.set_content(text)
    letter.add_alternative(html_of(text, language), subtype="html")
    letter["Content-Language"] = language  # last: making the parts takes every Content- header away
    return letter
