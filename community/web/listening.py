"""The web process's port: a socket of its own or one that was handed over, and an end at which nobody is turned away.

A process that is handed its listening socket (systemd's socket units, or any parent that keeps it open) can be exchanged for
another one without a refused connection: who comes between the two waits in the socket's queue until the next one accepts.
"""

import asyncio
import gc
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

FIRST_FD = 3  # sd_listen_fds(3)
LAST_WORDS_S = 2.0
FINISH_S = 10


class Server(uvicorn.Server):
    """uvicorn's server that says when it listens, takes no signals by itself, and on SIGTERM lets every connection end well."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] | None, let_go: Callable[[], None] | None = None) -> None:
        """`ready` is called once it listens; `let_go` when it stops, so that requests which are held on purpose are answered."""
        super().__init__(config)
        self._ready, self._let_go = ready, let_go
        self._in_a_hurry = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        with suppress(SystemExit):
            await super().startup(sockets)
        keep_what_is_loaded()
        if self.started and self._ready:
            self._ready()
        self.should_exit = self.should_exit or not self.started

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await self._serve(sockets)

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._in_a_hurry = sig == signal.SIGINT
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for given in sockets or []:
            given.close()
        if self._let_go:
            self._let_go()
        if not self._in_a_hurry:
            await self._say_goodbye()
        await super().shutdown(sockets)

    async def _say_goodbye(self) -> None:
        """Every answer from now on says that it is the connection's last. Cutting a kept-alive connection instead would lose the
        request that its client is sending at this moment.
        """
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        for one in self._pages():
            if one.cycle is not None:
                one.cycle.keep_alive = False
        until = time.monotonic() + LAST_WORDS_S
        while self._pages() and time.monotonic() < until and not self.force_exit:  # noqa: ASYNC110 - once in a process's life
            await asyncio.sleep(0.02)

    def _pages(self) -> list[HttpToolsProtocol]:
        return [one for one in self.server_state.connections if isinstance(one, HttpToolsProtocol)]


def keep_what_is_loaded() -> None:
    """What is loaded when the process begins to serve stays until its end: Python's collector does not look through it again, and
    through what comes later less often than it would by itself. With ten thousand readers each look takes a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def handed_over(number: int | None = None) -> socket.socket | None:
    """The listening socket with this number, or the one that systemd has passed (LISTEN_FDS), or None."""
    if number is None:
        if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS", "0") == "0":
            return None
        number = FIRST_FD
    try:
        given = socket.socket(fileno=number)
        listens = given.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError:
        raise SystemExit(f"There is no socket number {number} here. Whoever starts this process must pass it on.") from None
    if not listens:
        raise SystemExit(f"Socket number {number} does not listen.")
    return given
