"""Which of this slice's forms keep drafts."""

from collections.abc import Sequence

from community.audience import Viewer
from community.drafts.naming import Named, drafted
from community.text.gettext import _

REFERENCE = r"[A-Z]{2}-[0-9]{4}-[2-9A-Z]{4}"


@drafted("listing", REFERENCE)
async def listings(_viewer: Viewer, refs: Sequence[str]) -> dict[str, Named]:
    return {ref: Named(_("Change a listing"), f"/listings/{ref}/edit") for ref in refs}


@drafted("listing-new")
async def new_listing(_viewer: Viewer, places: Sequence[str]) -> dict[str, Named]:
    return {place: Named(_("Add a listing"), "/exchange/new") for place in places}


@drafted("inquiry-about", REFERENCE)
async def first_messages(_viewer: Viewer, refs: Sequence[str]) -> dict[str, Named]:
    return {ref: Named(_("Write to the institution"), f"/listings/{ref}#ask") for ref in refs}


@drafted("inquiry", r"[0-9]{1,15}")
async def messages(_viewer: Viewer, ids: Sequence[str]) -> dict[str, Named]:
    return {one: Named(_("Answer"), f"/inquiries/{one}#write") for one in ids}
