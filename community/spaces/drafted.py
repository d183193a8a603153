"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer
from community.drafts.naming import Named, drafted
from community.storage import rows
from community.text.gettext import _


@drafted("space", r"[0-9]{1,15}")
async def faces(viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    """Of the spaces one is still in: the name of another may be hidden."""
    inside = [int(one) for one in ids if viewer.holds(f"space:{int(one)}")]
    found = await rows("SELECT id, name, slug, language FROM spaces WHERE id IN :ids", ids=inside)
    return {str(row["id"]): Named(row["name"], f"/spaces/{row['slug']}/edit", row["language"]) for row in found}


@drafted("space-new")
async def new_space(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("A new space"), "/spaces/new") for place in places}
