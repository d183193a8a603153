"""The number on the bell."""

from community.audience import Viewer
from community.notifications.queries import count_waiting
from community.web.shell import counts


@counts("waiting")
async def waiting(viewer: Viewer) -> int:
    return await count_waiting(viewer)
