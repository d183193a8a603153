"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer
from community.drafts.naming import Named, drafted
from community.text.gettext import _


@drafted("practice-talk", r"[0-9]{1,15}")
async def talks(_viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    return {one: Named(_("Discuss this practice"), f"/practices/{one}/discuss") for one in ids}


@drafted("practice-decision", r"[0-9]{1,15}")
async def decisions(_viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    return {one: Named(_("Your decision"), f"/practices/submitted/{one}") for one in ids}
