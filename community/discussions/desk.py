"""The moderators' desk: the same person, holding what is kept for moderators alone."""

from dataclasses import replace

from community.accounts.identity import viewer_for
from community.audience import MEMBERS, PUBLIC, Viewer
from community.errors import NotFound
from community.storage import rows


async def moderating(viewer: Viewer) -> Viewer:
    """The viewer with the moderators' keys of the spaces they moderate and, for a steward, of all themes and of the site's rooms.

    Used where a moderator decides, and nowhere else: pages that are read show everybody the same.
    """
    keys = {f"moderators:{key}" for key in viewer.moderates if key.startswith("space:")}
    if viewer.is_steward:
        keys |= {f"moderators:{PUBLIC}", f"moderators:{MEMBERS}"}
        keys |= {f"theme:{row['id']}" for row in await rows("SELECT id FROM categories WHERE space_id IS NULL")}
    return replace(viewer, audiences=viewer.audiences | keys)


async def author_as_viewer(member_id: int) -> Viewer:
    """Somebody whose post is let through now. NotFound for one who is gone or suspended."""
    author = await viewer_for(member_id)
    if not author.signed_in:
        raise NotFound
    return author
