"""Which devices of a member are told."""

from dataclasses import dataclass
from datetime import datetime

from community import clock
from community.accounts.devices import device_of
from community.audience import Viewer
from community.storage import rows


@dataclass(frozen=True)
class Device:
    """`name` is such as "Firefox, Android"; `is_this` the one that asks."""

    id: int
    name: str
    since: datetime
    is_this: bool


async def my_devices(viewer: Viewer) -> list[Device]:
    found = await rows(
        """SELECT d.id, d.session_id, d.created_at, s.user_agent FROM push_devices AS d JOIN sessions AS s ON s.id = d.session_id
           WHERE d.member_id = :me AND s.expires_at > :now ORDER BY d.id""",
        me=viewer.member, now=clock.now(),
    )  # fmt: skip
    return [
        Device(one["id"], device_of(one["user_agent"]), one["created_at"], one["session_id"] == viewer.session) for one in found
    ]
