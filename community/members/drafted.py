"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer
from community.drafts.naming import Named, drafted
from community.text.gettext import _


@drafted("profile")
async def own_page(viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("My page"), f"/people/{viewer.handle}/edit") for place in places}
