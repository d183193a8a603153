"""Rights end everywhere: what was lost is read twice a second, and expiries are timers."""

import asyncio
import time
from typing import TYPE_CHECKING

from realtime import frames

if TYPE_CHECKING:
    from realtime.gateway import Gateway
    from realtime.reader import Reader

LONGEST_TIMER_S = 3600.0


class RightsWatch:
    def __init__(self, gateway: "Gateway") -> None:
        self._gateway = gateway
        self._read_at = float("-inf")
        self.serial = 0  # raised with every loss that was read

    def is_fresh(self) -> bool:
        """Whether rights were read a moment ago; if not, nothing is delivered."""
        return time.monotonic() - self._read_at < self._gateway.limits.blind_s

    async def read(self) -> None:
        """One query; whoever is concerned falls silent at once and is asked about again."""
        began = time.monotonic()
        changed = await self._gateway.house.changed_rights()
        if changed:
            self.serial += 1
            for connection in list(self._gateway.connections):
                if not connection.closing and not changed.isdisjoint(connection.session.subjects):
                    self._gateway.doubt(connection)
        self._read_at = began

    async def ask_again(self, connection: "Reader") -> None:
        """The session with its rights as they are now; what it followed is taken up again by asking for each."""
        serial = self.serial
        session = await self._gateway.house.renewed(connection.session)
        if session is None:
            connection.close(frames.SIGNED_OUT, "signed out")
        elif not connection.closing:
            connection.session = session
            self.expire(connection)
            if serial != self.serial:  # lost more while we asked
                self._gateway.doubt(connection)

    def expire(self, connection: "Reader") -> None:
        """Ask again when the session ends, or after an hour."""
        if connection.expiry:
            connection.expiry.cancel()
        seconds = min(max(connection.session.expires_in, 0.0), LONGEST_TIMER_S)
        connection.expiry = asyncio.get_running_loop().call_later(seconds + 0.01, self._expired, connection)

    def _expired(self, connection: "Reader") -> None:
        if not connection.closing:
            self._gateway.doubt(connection)
