"""A real SMTP server in the test's own loop, that keeps what it is given and refuses whom it is told to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope

TAKEN = "250 OK"


class Keeper:
    """`kept` are the envelopes it has said yes to. `on_rcpt` and `on_data` are awaited before it answers."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []
        self.refuse: dict[str, str] = {}
        self.sender_answer = TAKEN
        self.on_rcpt: Callable[[str], Awaitable[None]] | None = None
        self.on_data: Callable[[Envelope], Awaitable[None]] | None = None
        self.port = 0

    async def handle_MAIL(self, _server, _session, envelope, address, _options) -> str:
        envelope.mail_from = address if self.sender_answer == TAKEN else None
        return self.sender_answer

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        if self.on_rcpt:
            await self.on_rcpt(address)
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return TAKEN

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.kept.append(envelope)
        if self.on_data:
            await self.on_data(envelope)
        return TAKEN

    @property
    def recipients(self) -> list[str]:
        return [address for envelope in self.kept for address in envelope.rcpt_tos]

    def letters(self) -> list[EmailMessage]:
        return [read(envelope) for envelope in self.kept]


def read(envelope: Envelope) -> EmailMessage:
    made = message_from_bytes(envelope.content, policy=default)
    assert isinstance(made, EmailMessage)
    return made


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


@asynccontextmanager
async def smtp_server() -> AsyncIterator[Keeper]:
    keeper = Keeper()
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(keeper), "127.0.0.1", 0)
    keeper.port = listening.sockets[0].getsockname()[1]
    try:
        yield keeper
    finally:
        listening.close()
        await listening.wait_closed()
