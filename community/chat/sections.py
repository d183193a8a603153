"""What a space shows of its rooms."""

from community.audience import Viewer
from community.chat.policies import can_open_room
from community.chat.queries import RoomRow, rooms_for
from community.members.sections import Entry, Section
from community.spaces.sections import provides
from community.text.gettext import _, ngettext

MOST = 8


@provides("rooms", order=30)
async def rooms(viewer: Viewer, space_id: int) -> Section | None:
    """Nothing where there is none and the viewer could not open one."""
    entries = tuple(_entry(room) for room in await rooms_for(viewer, MOST, space=space_id))
    opens = can_open_room(viewer, f"space:{space_id}")
    if not entries and not opens:
        return None
    return Section(
        "rooms", _("Rooms"), entries, act=(_("Open a room"), f"/rooms/new?space={space_id}") if opens else None,
        empty=_("Talk live with those who are in this space."),
    )  # fmt: skip


def _entry(room: RoomRow) -> Entry:
    said = ngettext("%(num)d message", "%(num)d messages", room.messages) % {"num": room.messages}
    return Entry(room.name, room.reading_url, (said,), room.last_at, room.lang, room.unread)
