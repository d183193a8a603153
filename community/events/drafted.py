"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer, visible_sql
from community.drafts.naming import Named, drafted
from community.storage import rows
from community.text.gettext import _


@drafted("event", r"[0-9]{1,15}")
async def events(viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    """Of those that one still sees."""
    seen, keys = visible_sql(viewer, "e.audience")
    text = f"SELECT e.id, e.title, e.slug, e.language FROM events AS e WHERE e.id IN :ids AND {seen}"
    found = await rows(text, ids=[int(one) for one in ids], **keys)
    return {str(row["id"]): Named(row["title"], f"/events/{row['slug']}/edit", row["language"]) for row in found}


@drafted("event-new")
async def new_event(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("Plan an event"), "/events/new") for place in places}
