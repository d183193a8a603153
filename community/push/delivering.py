"""One push to one device, and what its service's answer means."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from community import clock
from community.push.encrypting import authorization, encrypted
from community.push.keys import house_key
from community.push.models import PushDevice
from community.push.sending import Answer, Forbidden, Line, NoNetwork, Unreachable
from community.settings import settings
from community.storage import row, unit_of_work

KEPT_S = 12 * 3600  # how long a service keeps it for a device that is away
MOST_FAILURES = 20  # without one success in between, and the device is gone
A_MINUTE, MOST_WAIT_S = 60, 3600
GONE = frozenset({404, 410})
REFUSED = frozenset({400, 401, 403, 413})  # the next try would be answered the same

Outcome = Literal["taken", "gone", "refused"] | int
"""What became of it; a number is in how many seconds it may be tried again."""

line = Line()


async def deliver(device_id: int, said: Mapping[str, str], topic: str) -> Outcome:
    """Hand it over. `topic` (32 signs of base64url at most) lets a service replace an older one that still waits.

    A device whose session has ended, or that knows another key of ours, is removed instead.
    """
    device = await row(_DEVICE, id=device_id)
    if device is None:
        return "gone"
    if device["expires_at"] <= clock.now() or device["key"] != house_key().mark:
        return await _forget(device_id)
    try:
        body = encrypted(json.dumps(said, ensure_ascii=False).encode(), device["p256dh"], device["auth"])
        answer = await line.post(device["endpoint"], _headers(device["endpoint"], topic), body)
    except Forbidden:  # a name that leads inside, or for now nowhere
        return await _note_failure(device, "refused")
    except NoNetwork:  # ours: no fault of the device
        return A_MINUTE
    except Unreachable:
        return await _note_failure(device, A_MINUTE)
    return await _judged(device, answer)


async def _judged(device: Mapping[str, Any], answer: Answer) -> Outcome:
    if 200 <= answer.status < 300:
        return await _note_success(device)
    if answer.status in GONE:
        return await _forget(device["id"])
    again = min(answer.retry_after or A_MINUTE, MOST_WAIT_S)
    return await _note_failure(device, "refused" if answer.status in REFUSED else again)


_DEVICE = """
    SELECT d.id, d.endpoint, d.p256dh, d.auth, d.key, d.failures, s.expires_at
    FROM push_devices AS d JOIN sessions AS s ON s.id = d.session_id WHERE d.id = :id
"""


def _headers(endpoint: str, topic: str) -> dict[str, str]:
    origin = settings().public_origin
    contact = origin if origin.startswith("https:") else "https://localhost"
    return {
        "Content-Type": "application/octet-stream", "Content-Encoding": "aes128gcm", "TTL": str(KEPT_S), "Urgency": "normal",
        "Topic": topic,
        "Authorization": authorization(endpoint, house_key(), contact, clock.now().timestamp()),
    }  # fmt: skip


async def _forget(device_id: int) -> Outcome:
    async with unit_of_work():
        await PushDevice.filter(id=device_id).delete()
    return "gone"


async def _note_success(device: Mapping[str, Any]) -> Outcome:
    if device["failures"]:
        async with unit_of_work():
            await PushDevice.filter(id=device["id"]).update(failures=0)
    return "taken"


async def _note_failure(device: Mapping[str, Any], outcome: Outcome) -> Outcome:
    if device["failures"] + 1 >= MOST_FAILURES:
        return await _forget(device["id"])
    async with unit_of_work():
        await PushDevice.filter(id=device["id"]).update(failures=device["failures"] + 1)
    return outcome
