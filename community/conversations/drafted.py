"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer
from community.drafts.naming import Named, drafted
from community.text.gettext import _


@drafted("conversation-new")
async def new_conversation(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("New conversation"), "/conversations/new") for place in places}
