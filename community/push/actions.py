"""Devices that ask to be told, and those that want no more."""

from dataclasses import dataclass
from hashlib import sha256

from community import clock
from community.audience import Viewer
from community.errors import NotFound, Refused
from community.push.keys import house_key
from community.push.models import PushDevice
from community.push.sending import ensure_askable
from community.storage import dialect, execute, unit_of_work, value
from community.text.gettext import _

MOST = 10  # devices of one member


@dataclass(frozen=True)
class Subscription:
    """What a browser says of itself: where to send, and its keys (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


async def subscribe(actor: Viewer, asked: Subscription) -> None:
    """Tell this device from now on, while its session lasts. A device that asks again, or in another name, is one device.

    Raises Invalid("endpoint"), Refused("too-many"), NotFound where the session has ended.
    """
    ensure_askable(asked.endpoint)
    digest = sha256(asked.endpoint.encode()).hexdigest()
    async with unit_of_work():
        await _hold_session(actor)
        others = "SELECT COUNT(*) FROM push_devices WHERE member_id = :me AND endpoint_hash <> :digest AND session_id <> :session"
        if await value(others, me=actor.member, digest=digest, session=actor.session) >= MOST:
            raise Refused("too-many", _("At most %(most)d devices can be told. Remove one of them first.") % {"most": MOST})
        before = "DELETE FROM push_devices WHERE session_id = :session AND endpoint_hash <> :digest"
        await execute(before, session=actor.session, digest=digest)
        await execute(
            """INSERT INTO push_devices (member_id, session_id, endpoint, endpoint_hash, p256dh, auth, key, failures, created_at)
               VALUES (:me, :session, :endpoint, :digest, :p256dh, :auth, :key, 0, :now)
               ON CONFLICT (endpoint_hash) DO UPDATE SET member_id = excluded.member_id, session_id = excluded.session_id,
                   p256dh = excluded.p256dh, auth = excluded.auth, key = excluded.key, failures = 0""",
            me=actor.member, session=actor.session, endpoint=asked.endpoint, digest=digest, p256dh=asked.p256dh, auth=asked.auth,
            key=house_key().mark, now=clock.now(),
        )  # fmt: skip


async def _hold_session(actor: Viewer) -> None:
    """It lives, and does so until the unit of work ends; and of this member's devices one is added at a time. Raises NotFound."""
    held = "FOR NO KEY UPDATE" if dialect() == "postgres" else ""  # on SQLite the unit is the lock
    living = await value(
        f"""SELECT s.id FROM sessions AS s JOIN members AS m ON m.id = s.member_id
            WHERE s.id = :session AND m.id = :me AND s.expires_at > :now {held}""",
        session=actor.session, me=actor.member, now=clock.now(),
    )  # fmt: skip
    if not living:
        raise NotFound


async def remove_device(actor: Viewer, device_id: int) -> None:
    """Tell it no more. Raises NotFound for somebody else's."""
    async with unit_of_work():
        if not await PushDevice.filter(id=device_id, member_id=actor.member).delete():
            raise NotFound
