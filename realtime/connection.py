"""One socket on the wire: handshake, messages, pings, time-outs, closing. Sans-I/O, so it runs under any server.

Nothing here knows topics or members; the gateway decides, this speaks RFC 6455.
"""

import asyncio
import logging
import socket
import time
from typing import TYPE_CHECKING, cast

from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from realtime import frames
from realtime.house import Refusal, RequestHead, Session
from realtime.reader import Reader

if TYPE_CHECKING:
    from realtime.gateway import Gateway

log = logging.getLogger("guildhall.realtime")
_wire_log = logging.getLogger("guildhall.realtime.wire")  # websockets logs every opening and closing at INFO
_wire_log.setLevel(logging.WARNING)


class Connection(Reader, asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, gateway: "Gateway", peers: "set[Connection] | None" = None) -> None:
        """`peers` is the server's own set of open connections, joined while this one is open."""
        super().__init__()
        self.gateway = gateway
        self.mistakes = 0
        self.allowance = float(gateway.limits.burst)
        self.heard_at = self.counted_at = time.monotonic()
        self.pinged = self.admitted = False
        self._peers = peers
        self._unread: bytearray | None = None  # what arrives while the session is looked up
        self._parts: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._wire = ServerProtocol(max_size=frames.MAX_MESSAGE, logger=_wire_log)

    # --- asyncio calls these

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.write = self.transport.write
        self.transport.set_write_buffer_limits(high=self.gateway.limits.write_buffer_bytes)
        if line := transport.get_extra_info("socket"):  # else the kernel keeps up to 4 MB for who does not read
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.gateway.limits.kernel_buffer_bytes)
        if self._peers is not None:
            self._peers.add(self)
        self._give(self.gateway.limits.head_s)

    def data_received(self, data: bytes) -> None:
        self.heard_at, self.pinged = time.monotonic(), False
        if self._unread is None:
            self._read(data)
        elif len(self._unread) + len(data) > frames.MAX_MESSAGE:
            self.transport.abort()
        else:
            self._unread += data

    def eof_received(self) -> None:
        self.transport.close()

    def pause_writing(self) -> None:
        """The reader is too slow: what it misses is in the log, and it may come back for it."""
        self.close(frames.RESUME, "resume")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.closing = True
        for timer in (self._timer, self._pause, self.expiry):
            if timer:
                timer.cancel()
        if self._peers is not None:
            self._peers.discard(self)
        self.gateway.left(self)

    def shutdown(self) -> None:
        """What uvicorn calls too, to say that the server stops."""
        self.close(frames.RESTART, f"restart, come back in {self.gateway.come_back_s()} s")

    # --- reading

    def _read(self, data: bytes) -> None:
        if self._wire.eof_sent:
            return
        self._wire.receive_data(data)
        for event in self._wire.events_received():
            if isinstance(event, Request):
                self._ask_admission(event)
            elif not self.admitted:
                self.transport.abort()  # frames before the handshake was answered
            elif isinstance(event, Frame) and not self.closing:
                self._read_frame(event)
        self._flush()
        if self._wire.close_expected():
            self.closing = True
            self.gateway.quiet(self)
            self._give(self.gateway.limits.close_s)

    def _read_frame(self, frame: Frame) -> None:
        """Every frame counts, also a ping and a fragment of nothing: an endless row of them is no message."""
        self.gateway.count(self)
        if self.closing:
            return
        if frame.opcode is Opcode.BINARY:
            self.close(1003, "text only")
        elif frame.opcode in {Opcode.TEXT, Opcode.CONT}:
            self._parts.append(bytes(frame.data))
            if frame.fin:
                self._message(b"".join(self._parts))

    def _message(self, message: bytes) -> None:
        self._parts = []
        try:
            self.gateway.heard(self, message.decode())
        except UnicodeDecodeError:
            self.close(1007, "not UTF-8")

    def _flush(self) -> None:
        for data in self._wire.data_to_send():
            if data:
                self.transport.write(data)
            else:
                self.transport.close()

    # --- the handshake

    def _ask_admission(self, request: Request) -> None:
        self._unread = bytearray()
        peer = self.transport.get_extra_info("peername")
        headers = [(name.lower(), value) for name, value in request.headers.raw_items()]
        head = RequestHead(request.path, headers, str(peer[0]) if peer else "")
        self.gateway.spawn(self._admission(request, head))

    async def _admission(self, request: Request, head: RequestHead) -> None:
        try:
            answer = await self.gateway.admit(head)
        except Exception as error:
            log.warning("a socket could not be admitted: %s", type(error).__name__)
            answer = Refusal(503, "Try again in a moment.")
        if self.transport.is_closing():
            return
        refused = isinstance(answer, Refusal)
        response = self._wire.reject(answer.status, answer.text) if isinstance(answer, Refusal) else self._wire.accept(request)
        self._wire.send_response(response)
        request.headers.clear()  # the parser keeps the request as long as the line is open: two kilobytes
        self._flush()
        if refused or response.status_code != 101:
            self._give(self.gateway.limits.close_s)
        else:
            self._open(cast("Session", answer))

    def _open(self, session: Session) -> None:
        self.session, self.admitted = session, True
        self._give(self.gateway.limits.hello_s)
        self.gateway.joined(self)
        early, self._unread = self._unread, None
        if early:
            self._read(bytes(early))

    # --- time

    def _give(self, seconds: float) -> None:
        """So long for the next step, or the line is cut."""
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._overdue)

    def arrived(self) -> None:
        """A first message has come: no more waiting for one."""
        if self._timer and not self.closing:
            self._timer.cancel()
            self._timer = None

    def _overdue(self) -> None:
        if self.admitted and not self.closing:
            self.close(frames.SILENT, "nothing was said")
        else:
            self.transport.abort()

    def check(self, now: float) -> None:
        """Ping who has been quiet; cut who does not answer."""
        limits = self.gateway.limits
        quiet = now - self.heard_at
        if self.pinged and quiet > limits.quiet_s + limits.answer_s:
            self.transport.abort()
        elif not self.pinged and quiet > limits.quiet_s and self._wire.state is State.OPEN:
            self.pinged = True
            self._wire.send_ping(b"")
            self._flush()

    def waiting(self) -> int:
        return self.transport.get_write_buffer_size()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye; who does not answer within `close_s` is cut off. Nothing is delivered from here on."""
        if self.closing:
            return
        self.closing = True
        self.gateway.quiet(self)
        try:
            self._wire.send_close(code, reason)
        except InvalidState:  # still shaking hands
            self.transport.abort()
        else:
            self._flush()
            self._give(self.gateway.limits.close_s)

    def pause(self, seconds: float) -> None:
        """Read nothing for so long: who speaks too fast waits, and loses nothing."""
        if self._pause:
            self._pause.cancel()
        self.transport.pause_reading()
        self._pause = asyncio.get_running_loop().call_later(seconds, self._resume)

    def _resume(self) -> None:
        self._pause = None
        if not self.transport.is_closing():
            self.transport.resume_reading()
