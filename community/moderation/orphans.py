"""Institutions whose last coordinator has gone for good: stewards find somebody who looks after them."""

from community.audience import Viewer
from community.institutions.queries import orphaned
from community.moderation.queue import Waiting, provides
from community.text.gettext import _


async def count_orphaned(viewer: Viewer) -> int:
    return len(await orphaned(viewer))


@provides("orphaned", count=count_orphaned)
async def orphaned_institutions(viewer: Viewer) -> list[Waiting]:
    """Nothing is decided here: the line ends when its page names a coordinator."""
    return [
        Waiting(
            key=f"orphaned:{one.id}", tag=_("No coordinator"), tone="lead", title=one.name, since=one.since, lang=one.language,
            meta=(_("Its last coordinator has left. Name another one on its page."),), look=f"/institutions/{one.slug}",
        )
        for one in await orphaned(viewer)
    ]  # fmt: skip
