"""Whether processes hear of each other, how many are connected to this one, and how much was said to them."""

from urllib.parse import urlsplit

from community.chat.sockets import connected
from community.settings import settings
from community.web.health import check, measure, port_answers
from realtime.fanout import Delivered

VALKEY_PORT = 6379


@check("bus")
async def bus_answers() -> str:
    """Its port opens. Without it nothing is lost: each process looks by itself, every 200 ms."""
    parts = urlsplit(settings().bus)
    if not parts.hostname:
        return "memory"
    await port_answers(parts.hostname, parts.port or VALKEY_PORT)
    return "reachable"


@measure("sockets", "Sockets open in this process")
async def sockets() -> float:
    return float(connected())


@measure("deliveries", "Frames written to sockets by this process", "counter")
async def deliveries() -> float:
    return float(Delivered.frames)
