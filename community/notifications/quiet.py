"""Do not disturb: the hours of a member's own zone in which nothing reaches them that lights up, sounds or lies in a mailbox.

One setting for all of it. What waits stands on the site meanwhile, and a letter leaves when the hours end (`letters.py`).
"""

from datetime import datetime

from community.notifications.hours import Hours, zone_named
from community.storage import row

_HOURS = """
    SELECT m.time_zone, h.quiet_from, h.quiet_until FROM members AS m LEFT JOIN notice_hours AS h ON h.member_id = m.id
    WHERE m.id = :member
"""


async def is_quiet(member_id: int, now: datetime) -> bool:
    """Whether a member wants to be left alone at this moment. Asked before anything is pushed to a device."""
    return await quiet_until(member_id, now) is not None


async def quiet_until(member_id: int, now: datetime) -> datetime | None:
    """When the quiet hours end that hold now; None where there are none."""
    found = await row(_HOURS, member=member_id)
    if found is None or found["quiet_from"] is None or found["quiet_until"] is None:
        return None
    return Hours(zone_named(found["time_zone"]), (found["quiet_from"], found["quiet_until"])).after_quiet(now)
