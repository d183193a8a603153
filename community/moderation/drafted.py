"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer
from community.drafts.naming import Named, drafted
from community.text.gettext import _


@drafted("report", r"(replies|messages)-[0-9]{1,15}-flag")
async def reports(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("A report"), "/" + place.replace("-", "/")) for place in places}


@drafted("ruling", r"(replies|threads)-[0-9]{1,15}")
async def rulings(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("A moderator’s decision"), "/moderation/" + place.replace("-", "/")) for place in places}
