"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer
from community.drafts.naming import Named, drafted
from community.storage import rows
from community.text.gettext import _


@drafted("institution", r"[0-9]{1,15}")
async def pages(_viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    found = await rows("SELECT id, name, slug FROM institutions WHERE id IN :ids", ids=[int(one) for one in ids])
    return {str(row["id"]): Named(row["name"], f"/institutions/{row['slug']}/edit") for row in found}


@drafted("people", r"[0-9]{1,15}")
async def lists(viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    """Lists of people to invite to an institution, where the member may still do so."""
    own = [int(one) for one in ids if viewer.is_steward or int(one) in viewer.coordinates]
    found = await rows("SELECT id, name, slug FROM institutions WHERE id IN :ids", ids=own)
    words = _("People to invite to %(name)s")
    return {str(row["id"]): Named(words % {"name": row["name"]}, f"/institutions/{row['slug']}/lists/new") for row in found}


@drafted("institution-new")
async def new_page(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("A new institution"), "/institutions/new") for place in places}
