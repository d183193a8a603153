"""Mail over SMTP: a door for answers alone. It relays nothing, knows no mailbox, and refuses before the words whoever has no
address of ours to write to.

aiosmtpd speaks the protocol. What it lacks stands here: how many may be there at once, how long one may stay, and how much one may
send (a line that never ends would fill the memory, whatever the largest letter is).
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

from community.errors import TooMany
from community.letterbox.reading import MAX_BYTES
from community.letterbox.receiving import MOST_ANSWERED, receive
from community.mail.reply_addresses import read_reply_address
from community.settings import settings

log = logging.getLogger(__name__)

MOST_SESSIONS, MOST_OF_ONE = 20, 5
IDLE_S, STAY_S, DRAIN_S = 120, 600, 4
MOST_COMMANDS = 100
MOST_BYTES = 4 * MAX_BYTES  # of a whole session
MOST_LINES = 150_000  # of it; each line costs 165 bytes more than it holds, so 5 MB of empty ones took 430 MB


@asynccontextmanager
async def taking_mail(address: str) -> AsyncIterator[tuple[str, int]]:
    """Listen at "host:port" until the block is left; yields where. Letters that are being taken then are finished."""
    if not settings().reply:
        raise SystemExit("GUILDHALL_REPLY_LISTEN needs GUILDHALL_REPLY: the domain that members answer to.")
    host, _, port = address.rpartition(":")
    door = _Door()
    try:
        listening = await asyncio.get_running_loop().create_server(lambda: _Porter(door), host.strip("[]"), int(port))
    except OSError as error:
        raise SystemExit(f"Cannot listen for mail at {address}: {error.strerror}. Set GUILDHALL_REPLY_LISTEN.") from None
    try:
        yield listening.sockets[0].getsockname()[:2]
    finally:
        listening.close()
        await door.drain()


class _Door:
    """What aiosmtpd asks, and who is there. One of a kind for all sessions."""

    def __init__(self) -> None:
        self.sessions: set[_Session] = set()
        self.present: Counter[str] = Counter()
        self.busy = 0
        self.idle = asyncio.Event()
        self.idle.set()

    def has_room(self, peer: str) -> bool:
        return len(self.sessions) < MOST_SESSIONS and self.present[peer] < MOST_OF_ONE

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if len(envelope.rcpt_tos) >= MOST_ANSWERED:
            return "452 4.5.3 Too many recipients"
        if read_reply_address(address) is None:
            return "550 5.1.1 There is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        """250 once it is stored, or will never be; 4yz for what is worth another try."""
        self._note_busy(1)
        try:
            if envelope.mail_from not in {None, "", "<>"}:  # a null return path: no person wrote it
                await receive(envelope.original_content or b"", envelope.rcpt_tos)
        except TooMany:
            return "451 4.7.1 Too many at once, try again later"
        except Exception as error:  # whatever it is, the sender keeps the letter and tries again
            log.error("a letter could not be taken: %s", type(error).__name__)  # noqa: TRY400 - the text may quote a member
            return "451 4.3.0 Not possible at the moment, try again later"
        finally:
            self._note_busy(-1)
        return "250 2.0.0 OK"

    async def handle_exception(self, error: Exception) -> str:
        """Without this the other side would be told our error's text."""
        log.error("a line for mail failed: %s", type(error).__name__)
        return "451 4.3.0 Not possible at the moment, try again later"

    def _note_busy(self, change: int) -> None:
        self.busy += change
        if self.busy:
            self.idle.clear()
        else:
            self.idle.set()

    async def drain(self) -> None:
        """Let what is being taken be stored, then close every line."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                await self.idle.wait()
        tasks = [session.abort() for session in list(self.sessions)]
        await asyncio.gather(*[task for task in tasks if task], return_exceptions=True)


class _Porter(asyncio.Protocol):
    """Lets a line in, or sends it away with a word to come again."""

    def __init__(self, door: _Door) -> None:
        self._door = door

    def connection_made(self, transport: Any) -> None:
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._door.has_room(peer):
            transport.write(b"421 4.3.2 Too many at once, try again later\r\n")
            transport.close()
            return
        session = _Session(self._door, peer)
        transport.set_protocol(session)
        session.connection_made(transport)


class _Session(SMTP):
    """One line, for so long and so many bytes."""

    def __init__(self, door: _Door, peer: str) -> None:
        loop = asyncio.get_running_loop()
        name = settings().reply.rpartition("@")[2]
        super().__init__(
            door, data_size_limit=MAX_BYTES, hostname=name, ident="Guildhall", timeout=IDLE_S, loop=loop,
            command_call_limit=MOST_COMMANDS,
        )  # fmt: skip
        self._door, self._peer = door, peer
        self._received = self._lines = 0
        self._leave = loop.call_later(STAY_S, self.abort)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._door.sessions.add(self)
        self._door.present[self._peer] += 1
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        self._lines += data.count(b"\n")
        if self._received > MOST_BYTES or self._lines > MOST_LINES:
            self.abort()
        else:
            super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._leave.cancel()
        self._door.sessions.discard(self)
        self._door.present[self._peer] -= 1
        super().connection_lost(error)

    def abort(self) -> "asyncio.Task[None] | None":
        """Cut the line; what was not answered with 250 is sent again."""
        transport: Any = self.transport  # uvloop's are no asyncio.Transport
        if transport is not None:
            transport.abort()
        return self._handler_coroutine
