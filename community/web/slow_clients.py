"""A client that sends its request slowly holds a connection for ever in uvicorn, which has no time-out of its own.

The head must be there within 15 seconds and the body within two minutes: long enough for 10 MB on a slow phone.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 15.0
BODY_S = 120.0


class Impatient(HttpToolsProtocol):
    """uvicorn's protocol with a time to send the request in. For `uvicorn.Config(http=Impatient)`."""

    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect(HEAD_S)

    def on_message_begin(self) -> None:
        self._expect(HEAD_S)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._expect(BODY_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._relax()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def _expect(self, seconds: float) -> None:
        self._relax()
        self._watch = self.loop.call_later(seconds, self._give_up)

    def _relax(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _give_up(self) -> None:
        if self.transport.get_protocol() is self:  # else it has become a socket
            self.transport.abort()
