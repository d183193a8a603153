"""A client that sends its request slowly holds a connection for ever in uvicorn, which has no time-out of its own.

The head must be there within ten seconds. A body must keep coming: after twelve seconds at least 1 KB for each second so far, which
the slowest phone does, and all of it within ten minutes: 10 MB at 17 KB a second.

A body that is given up is answered, and then the connection is closed. A proxy in front passes the answer on and lets go of its
client; of a connection that is simply gone Caddy learns nothing before it has read as much as it wants to pass on.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 10.0
FIRST_LOOK_S, LOOK_S, LONGEST_S = 12.0, 3.0, 600.0
SLOWEST_BYTES_S = 1024
LINGER_S = 1.0  # closed at once, with bytes unread, TCP would take the answer back
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Impatient(HttpToolsProtocol):
    """uvicorn's protocol with a time to send the request in. For `uvicorn.Config(http=Impatient)`."""

    _watch: asyncio.TimerHandle | None = None
    _received = 0
    _began = 0.0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect(HEAD_S)

    def on_message_begin(self) -> None:
        self._expect(HEAD_S)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._received, self._began = 0, self.loop.time()
        self._look_in(FIRST_LOOK_S)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._received += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._relax()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def _expect(self, seconds: float) -> None:
        self._relax()
        self._watch = self.loop.call_later(seconds, self._give_up)

    def _look_in(self, seconds: float) -> None:
        self._relax()
        self._watch = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        lasted = self.loop.time() - self._began
        waits_for_us = self.flow.read_paused
        if lasted > LONGEST_S or (self._received < lasted * SLOWEST_BYTES_S and not waits_for_us):
            self._answer_and_give_up()
        else:
            self._look_in(LOOK_S)

    def _relax(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _answer_and_give_up(self) -> None:
        if self.transport.is_closing() or self.cycle is None or self.cycle.response_started:
            self._give_up()
        else:
            self.cycle.disconnected = True  # whoever answers it now answers nobody
            self.cycle.message_event.set()
            self.transport.write(TOO_SLOW)
            if self.transport.can_write_eof():
                self.transport.write_eof()
            self._expect(LINGER_S)

    def _give_up(self) -> None:
        if self.transport.get_protocol() is self:  # else it has become a socket
            self.transport.abort()
