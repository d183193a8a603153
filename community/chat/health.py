"""Whether processes hear of each other, and how many are connected to this one."""

import asyncio
from urllib.parse import urlsplit

from community.chat.sockets import connected
from community.settings import settings
from community.web.health import check, measure

PATIENCE_S = 2.0
VALKEY_PORT = 6379


@check("bus")
async def bus_answers() -> str:
    """Its port opens. Without it nothing is lost: each process looks by itself, every 200 ms."""
    parts = urlsplit(settings().bus)
    if not parts.hostname:
        return settings().bus
    async with asyncio.timeout(PATIENCE_S):
        _reader, writer = await asyncio.open_connection(parts.hostname, parts.port or VALKEY_PORT)
    writer.close()
    return parts.hostname


@measure("sockets", "Sockets open in this process")
async def sockets() -> float:
    return float(connected())
