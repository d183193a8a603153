"""What harvests add to pages of earlier slices: the quotations of a thread or practice, and the way in from a room."""

from markupsafe import Markup

from community.audience import Viewer
from community.chat.harvesting import harvested_by
from community.discussions.beneath import shows_beneath
from community.harvest.policies import can_harvest
from community.harvest.queries import quotations
from community.web.rendering import macro

harvested_by(can_harvest, "/rooms/{id}/harvest")


@shows_beneath
async def quoted(viewer: Viewer, root: str) -> Markup:
    found = await quotations(viewer, root)
    return macro("harvest/_quotations.html", "quotations", found) if found else Markup()
