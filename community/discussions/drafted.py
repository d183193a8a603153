"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer, visible_sql
from community.drafts.naming import Named, drafted
from community.storage import rows
from community.text.gettext import _


@drafted("thread", r"[0-9]{1,15}")
async def replies(viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    seen, keys = visible_sql(viewer)
    found = await rows(f"SELECT id, title, lang FROM threads WHERE id IN :ids AND {seen}", ids=[int(one) for one in ids], **keys)
    return {str(row["id"]): Named(row["title"], f"/threads/{row['id']}?page=last#reply", row["lang"]) for row in found}


@drafted("new")
async def new_thread(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("A new discussion"), "/discussions/new") for place in places}


@drafted("reply", r"[0-9]{1,15}")
async def edits(viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    seen, keys = visible_sql(viewer, "t.audience")
    found = await rows(
        f"SELECT r.id, t.title, t.lang FROM replies AS r JOIN threads AS t ON t.id = r.thread_id WHERE r.id IN :ids AND {seen}",
        ids=[int(one) for one in ids], **keys,
    )  # fmt: skip
    return {str(row["id"]): Named(row["title"], f"/replies/{row['id']}/edit", row["lang"]) for row in found}
