"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer
from community.drafts.naming import Named, drafted
from community.text.gettext import _


@drafted("room-new")
async def new_room(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("Open a room"), "/rooms/new") for place in places}


@drafted("message", r"[0-9]{1,15}")
async def edits(_viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    return {one: Named(_("A message"), f"/messages/{one}/options") for one in ids}
