"""Where sockets come in: on the web process's port, or on one of their own."""

import asyncio
from typing import Any

from realtime.connection import Connection
from realtime.gateway import Gateway


def on_web_port(gateway: Gateway) -> type[asyncio.Protocol]:
    """The class for `uvicorn.Config(ws=...)`.

    uvicorn constructs it with keywords, calls connection_made and data_received with the request's head, then gives it the
    transport. That is not documented: tests/realtime/test_ports.py holds it, and uvicorn is pinned.
    """

    class OnWebPort(Connection):
        def __init__(self, *, server_state: Any, **_unused: Any) -> None:
            super().__init__(gateway, server_state.connections)

    return OnWebPort


async def on_own_port(gateway: Gateway, host: str, port: int) -> asyncio.Server:
    """A server for sockets alone (`guildhall realtime`)."""
    return await asyncio.get_running_loop().create_server(lambda: Connection(gateway), host, port, backlog=2048)
